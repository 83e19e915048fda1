// Starts the real binaries, acts as an app's backend and as a person's browser, and looks at what is on disk.
// Needs nothing but Node; the binaries' folder comes in COLDPATH_BUILD.
import { spawn, execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const build = resolve(process.env.COLDPATH_BUILD ?? 'build/release');
export const coldpath = join(build, 'coldpath');
export const sandboxBinary = join(build, 'coldpath-sandbox');
export const TODAY = '2026-06-30';

// A folder that goes away with the test. Short paths and /dev/shm would hide what a disk does; this is a disk.
export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'coldpath-e2e-'));
  t?.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

// A program whose first line on standard output names its address.
class Program {
  constructor(command, args, logFile) {
    const log = openSync(logFile, 'a');
    this.logFile = logFile;
    this.process = spawn(command, args, { stdio: ['ignore', 'pipe', log] });
    closeSync(log);
    this.exited = new Promise((done) => this.process.once('exit', (code, signal) => done({ code, signal })));
  }

  // Resolves with the address, rejects with the log if the program ends before it says one.
  async address() {
    let text = '';
    const line = new Promise((done) => {
      this.process.stdout.setEncoding('utf8');
      this.process.stdout.on('data', (data) => {
        text += data;
        if (text.includes('\n')) done(text.split('\n')[0]);
      });
    });
    const first = await Promise.race([line, this.exited]);
    if (typeof first !== 'string') {
      throw new Error(`${this.process.spawnfile} ended with ${JSON.stringify(first)}: ${readFileSync(this.logFile, 'utf8')}`);
    }
    const found = first.match(/http:\/\/[^\s]+/);
    if (!found) throw new Error(`no address in: ${first}`);
    this.url = found[0].replace(/\/$/, '');
    return this.url;
  }

  async end(signal = 'SIGTERM') {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal);
    return this.exited;
  }
}

export async function startSandbox(t, options = []) {
  const program = new Program(
    sandboxBinary, ['--port', '0', '--today', TODAY, '--seed', '7', ...options],
    join(temporaryFolder(t), 'sandbox.log'));
  t?.after(() => program.end());
  await program.address();
  return program;
}

// `port` 0 takes any; a restart passes the old one, so that clients find it again.
export async function startServer(t, { data, sandbox, port = 0, options = [] }) {
  const program = new Program(
    coldpath,
    ['serve', '--development', '--listen', `127.0.0.1:${port}`, '--data', data, '--sandbox', sandbox.url, ...options],
    join(data, '..', `${data.split('/').pop()}.log`));
  t?.after(() => program.end('SIGKILL'));
  await program.address();
  program.port = Number(new URL(program.url).port);
  return program;
}

export async function run(command, args, options = {}) {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, { maxBuffer: 64 << 20, ...options });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return { code: error.code, stdout: error.stdout ?? '', stderr: error.stderr ?? '' };
  }
}

export async function token(data, user, { pro = true, more = [] } = {}) {
  const result = await run(coldpath, ['token', '--data', data, '--user', user, ...(pro ? ['--pro'] : []), ...more]);
  if (result.code !== 0) throw new Error(`coldpath token: ${result.stderr}`);
  return result.stdout.trim();
}

// One user's view of the API.
export class Client {
  constructor(server, bearer) {
    this.server = server;
    this.bearer = bearer;
  }

  async call(method, path, { body, key, headers = {} } = {}) {
    const response = await fetch(this.server.url + path, {
      method,
      headers: {
        ...(this.bearer ? { authorization: `Bearer ${this.bearer}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key ? { 'idempotency-key': key } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    let json = null;
    try {
      json = text === '' ? null : JSON.parse(text);
    } catch {
      // Not every answer is JSON: exports are NDJSON, the callback is a page.
    }
    return { status: response.status, headers: response.headers, text, json };
  }

  async ok(method, path, options) {
    const answer = await this.call(method, path, options);
    if (answer.status < 200 || answer.status > 299) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.json;
  }

  // Through the provider's consent page, as a person does.
  async connect(provider, account = 'person-1', more = []) {
    const begun = await this.ok('POST', `/v1/connections/${provider}/authorize`, { body: {} });
    const approved = await run(sandboxBinary, ['approve', begun.authorize_url, '--account', account, ...more]);
    if (approved.code !== 0) throw new Error(`approve: ${approved.stdout}${approved.stderr}`);
    const { connections } = await this.ok('GET', '/v1/connections');
    return connections.find((each) => each.provider === provider);
  }

  // Polls until `condition` holds of the job; an error names what it was instead.
  async jobUntil(id, condition, what, seconds = 120) {
    const deadline = Date.now() + seconds * 1000;
    for (let job = null; ; ) {
      try {
        job = await this.ok('GET', `/v1/historical-syncs/${id}`);
        if (condition(job)) return job;
      } catch (error) {
        if (Date.now() > deadline) throw error;  // the server may be restarting
      }
      if (Date.now() > deadline) throw new Error(`job never became ${what}: ${JSON.stringify(job)}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  jobEnded(id, seconds) {
    return this.jobUntil(id, (job) => job.status === 'SUCCEEDED' || job.status === 'FAILED', 'ended', seconds);
  }
}

export async function eventually(condition, what, seconds = 60) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`never happened: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}
