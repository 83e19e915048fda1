// Starts the real binaries, acts as an app's backend and as a person's browser, and looks at what is on disk.
// Needs nothing but Node; the binaries' folder comes in COLDPATH_BUILD.
import { spawn, execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const build = resolve(process.env.COLDPATH_BUILD ?? 'build/release');
export const coldpath = join(build, 'coldpath');
export const sandboxBinary = join(build, 'coldpath-sandbox');
// The sandbox's present in tests. It lies in the past of any machine's clock, so that the service accepts the dates.
export const TODAY = '2025-06-30';

const folders = new Set();
process.on('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

// A folder that goes away at the end. /dev/shm would hide what a disk does; this is a disk.
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'coldpath-e2e-'));
  folders.add(folder);
  return folder;
}

// A program whose first line on standard output names its address.
export class Program {
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
      throw new Error(`${this.process.spawnfile} ended with ${JSON.stringify(first)}: ${this.log()}`);
    }
    const found = first.match(/http:\/\/[^\s]+/);
    if (!found) throw new Error(`no address in: ${first}`);
    this.url = found[0].replace(/\/$/, '');
    return this.url;
  }

  log() {
    return readFileSync(this.logFile, 'utf8');
  }

  async end(signal = 'SIGTERM') {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal);
    return this.exited;
  }
}

export async function startSandbox(folder, options = []) {
  const flags = ['--port', '0', '--seed', '7', '--quota-scale', '1000'];
  if (!options.includes('--today')) flags.push('--today', TODAY);
  const program = new Program(sandboxBinary, [...flags, ...options], join(folder, 'sandbox.log'));
  await program.address();
  return program;
}

// `port` 0 takes any; a restart passes the old one, so that clients find it again.
export async function startServer(folder, { data, sandbox, port = 0, options = [] }) {
  const program = new Program(
    coldpath,
    ['serve', '--development', '--listen', `127.0.0.1:${port}`, '--data', data,
     ...(sandbox ? ['--sandbox', sandbox.url] : []), '--quota-scale', '1000',
     ...(options.includes('--rate-limit') ? [] : ['--rate-limit', '1000']), ...options],
    join(folder, `${data.split('/').pop()}.log`));
  await program.address();
  program.port = Number(new URL(program.url).port);
  return program;
}

// A sandbox and a service with a data folder of their own; with a test, they end with it.
export class World {
  static async start(t, { sandbox = [], server = [], port = 0 } = {}) {
    const world = new World();
    world.port = port;
    world.folder = temporaryFolder();
    t?.after(() => world.end());
    world.data = join(world.folder, 'data');
    world.options = server;
    world.sandbox = await startSandbox(world.folder, sandbox);
    world.server = await startServer(world.folder, world);
    return world;
  }

  // `options` replace what `serve` was told before.
  async restart(signal = 'SIGKILL', options = this.options) {
    const { port } = this.server;
    this.exit = await this.server.end(signal);
    this.options = options;
    this.server = await startServer(this.folder, { ...this, port, options });
  }

  async end({ keep = false } = {}) {
    await this.server?.end('SIGKILL');
    await this.sandbox?.end('SIGKILL');
    folders.delete(this.folder);
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }

  async client(user, options) {
    return new Client(this, await token(this.data, user, options));
  }

  // ---- the sandbox's controls
  async admin(method, path, body) {
    const response = await fetch(`${this.sandbox.url}/sandbox/v1${path}`, {
      method, body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`sandbox ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  fault(rule) {
    return this.admin('POST', '/faults', rule);
  }

  clearFaults() {
    return this.admin('DELETE', '/faults');
  }

  async lastCall() {
    return (await this.admin('GET', '/status')).last_call;
  }

  // Calls for data (not OAuth, not identity) of one account, after number `since`.
  async dataCalls(since = 0, account = '') {
    const { calls } = await this.admin('GET', `/calls?since=${since}&account=${account}`);
    return calls.filter((call) => call.method === 'GET' && /dataPoints|usercollection/.test(call.url) &&
                                  !call.url.includes('personal_info'));
  }

  async metric(name, labels = {}) {
    const text = await (await fetch(`${this.server.url}/metrics`)).text();
    const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
    return text.split('\n')
      .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
      .filter((line) => wanted.every((label) => line.includes(label)))
      .reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);
  }
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
  constructor(world, bearer) {
    this.world = world;
    this.bearer = bearer;
  }

  async call(method, path, { body, key, headers = {} } = {}) {
    const response = await fetch(this.world.server.url + path, {
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

  // Starts a sync and returns its id.
  async start(connection, body = {}, key = randomUUID()) {
    const answer = await this.ok('POST', '/v1/historical-syncs', {
      key, body: { connection_id: connection.id, start: '2025-05-01', end: '2025-06-01', ...body },
    });
    return answer.id;
  }

  async act(id, action, key = randomUUID()) {
    return this.call('POST', `/v1/historical-syncs/${id}/${action}`, { body: {}, ...(action === 'retry' ? { key } : {}) });
  }

  async view(id, what) {
    return this.ok('GET', `/v1/historical-syncs/${id}/${what}`);
  }

  async notifications(id) {
    const { notifications } = await this.ok('GET', '/v1/notifications?limit=200');
    return notifications.filter((each) => each.job_id === id).map((each) => each.code).sort();
  }

  // N-05 and N-06 come just after the job has ended.
  async notificationsBecome(id, codes) {
    await eventually(async () => (await this.notifications(id)).length >= codes.length, `${codes} for ${id}`);
    assert.deepEqual(await this.notifications(id), codes);
  }

  // All pages of an export.
  async export(id) {
    const pages = [];
    for (let path = `/v1/historical-syncs/${id}/export?format=ndjson`; path;) {
      const answer = await this.call('GET', path);
      assert.equal(answer.status, 200, answer.text);
      pages.push(answer.text);
      const link = answer.headers.get('link');
      path = link && link.match(/<([^>]+)>;\s*rel="next"/)[1];
    }
    return pages;
  }

  // Server-sent events from after `last` until the stream ends, or until `enough` says so.
  async events(id, last, enough = () => false) {
    const abort = new AbortController();
    const response = await fetch(`${this.world.server.url}/v1/historical-syncs/${id}/events`, {
      signal: abort.signal,
      headers: { authorization: `Bearer ${this.bearer}`, ...(last === undefined ? {} : { 'last-event-id': String(last) }) },
    });
    assert.equal(response.status, 200);
    const events = [];
    let text = '';
    const decoder = new TextDecoder();
    for await (const bytes of response.body) {
      text += decoder.decode(bytes, { stream: true });
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = {};
        for (const line of text.slice(0, end).split('\n')) {
          const colon = line.indexOf(':');
          if (colon > 0) event[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
        }
        text = text.slice(end + 2);
        if (!event.data) continue;
        events.push({ id: event.id === undefined ? null : Number(event.id), type: event.event, data: JSON.parse(event.data) });
        if (enough(events)) {
          abort.abort();
          return events;
        }
      }
    }
    return events;
  }

  // Polls until `condition` holds of the job; an error names what it was instead.
  async jobUntil(id, condition, what, seconds = 120, every = 50) {
    const deadline = Date.now() + seconds * 1000;
    for (let job = null; ; ) {
      try {
        job = await this.ok('GET', `/v1/historical-syncs/${id}`);
        if (condition(job)) return job;
      } catch (error) {
        if (Date.now() > deadline) throw error;  // the server may be restarting
      }
      if (Date.now() > deadline) throw new Error(`job never became ${what}: ${JSON.stringify(job)}`);
      await new Promise((done) => setTimeout(done, every));
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

// The rule of coverage: what was requested is the sum of what became of it, by type and in all.
export function assertAddsUp(coverage) {
  const total = {};
  for (const type of coverage.types) {
    const { requested, ...parts } = type.counts;
    assert.equal(Object.values(parts).reduce((a, b) => a + b, 0), requested, `${type.type} does not add up`);
    assert.equal(type.days.length, requested, `${type.type} has ${type.days.length} days`);
    for (const [name, count] of Object.entries(type.counts)) total[name] = (total[name] ?? 0) + count;
  }
  assert.deepEqual(coverage.counts, total);
}

// The folder of one job on disk.
export function jobFolder(data, id) {
  const users = join(data, 'objects', 'users');
  for (const user of readdirSync(users)) {
    const folder = join(users, user, 'jobs', id);
    if (existsSync(folder)) return folder;
  }
  throw new Error(`no folder of job ${id}`);
}

// An object's bytes, without the trailer that holds their length and digest (src/stores/files/file_object_store.h).
export function readObject(path) {
  const file = readFileSync(path);
  const trailer = file.subarray(file.length - 48);
  assert.equal(trailer.readUInt32LE(0), 0x184d2a5c, `${path} has no trailer`);
  const bytes = file.subarray(0, file.length - 48);
  assert.equal(Number(trailer.readBigUInt64LE(8)), bytes.length, path);
  assert.equal(trailer.subarray(16).toString('hex'), sha256(bytes), path);
  return bytes;
}

export function assertProblem(answer, status, code, detail) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  assert.equal(answer.json.type, `urn:coldpath:problem:${code}`, answer.text);
  assert.equal(answer.json.status, status);
  assert.match(answer.json.detail, detail);
}
