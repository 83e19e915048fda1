// A FAKE of AWS Lambda for tests: the runtime API's four endpoints (2018-06-01), behind which the real program runs as a
// custom runtime, and the service's Invoke in front of them. It keeps what tests rely on: one invocation at a time per
// sandbox, request ids, deadlines, function errors, init errors, a new sandbox for one that has ended. It knows no
// versions, no roles, no limits but the time-out, and it freezes nothing.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const PREFIX = '/2018-06-01/runtime/';

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

async function listen(handler) {
  const server = createServer((request, response) => {
    handler(request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(
    typeof body === 'string' ? body : JSON.stringify(body));
}

// One sandbox: a process of the program, and the runtime API that it talks to.
class Sandbox {
  constructor(name, { command, args, env, timeout }) {
    Object.assign(this, { name, command, args, env, timeout, log: '', waiting: null, invocation: null });
  }

  async start() {
    this.server = await listen((request, response) => this.serve(request, response));
    this.api = `127.0.0.1:${this.server.address().port}`;
    this.process = spawn(this.command, this.args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, ...this.env, AWS_LAMBDA_RUNTIME_API: this.api, AWS_LAMBDA_FUNCTION_NAME: this.name },
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.log += text));
    }
    this.exited = new Promise((done) => this.process.once('exit', (code, signal) => {
      this.exit = { code, signal };
      this.settle({ error: { errorType: 'Runtime.ExitError', errorMessage: `exit ${code ?? signal}` } });
      done(this.exit);
    }));
    return this;
  }

  get alive() {
    return this.exit === undefined;
  }

  async serve(request, response) {
    const path = request.url.startsWith(PREFIX) ? request.url.slice(PREFIX.length) : '';
    const body = await bodyOf(request);
    if (request.method === 'GET' && path === 'invocation/next') {
      this.waiting = response;
      this.offer();
      return;
    }
    const [, id, verb] = path.match(/^invocation\/([^/]+)\/(response|error)$/) ?? [];
    if (request.method === 'POST' && path === 'init/error') {
      this.initError = { ...JSON.parse(body), header: request.headers['lambda-runtime-function-error-type'] };
      this.settle({ error: this.initError });
      return answer(response, 202, { status: 'OK' });
    }
    if (request.method !== 'POST' || id === undefined) return answer(response, 404, { errorType: 'NoSuchPath' });
    if (id !== this.invocation?.id) return answer(response, 400, { errorType: 'InvalidRequestID' });
    answer(response, 202, { status: 'OK' });
    const type = request.headers['lambda-runtime-function-error-type'];
    this.settle(verb === 'response' ? { payload: body } : { error: { header: type, ...JSON.parse(body) } });
  }

  // Hands the invocation to the process once it asks for one.
  offer() {
    if (!this.waiting || !this.invocation || this.invocation.given) return;
    this.invocation.given = true;
    this.invocation.timer = setTimeout(() => this.process.kill('SIGKILL'), this.timeout);
    answer(this.waiting, 200, this.invocation.event, {
      'Lambda-Runtime-Aws-Request-Id': this.invocation.id,
      'Lambda-Runtime-Deadline-Ms': String(Date.now() + this.timeout),
      'Lambda-Runtime-Invoked-Function-Arn': `arn:aws:lambda:eu-central-1:123456789012:function:${this.name}`,
      'Lambda-Runtime-Trace-Id': `Root=1-${this.invocation.id}`,
    });
    this.waiting = null;
  }

  settle(outcome) {
    const ended = this.invocation;
    this.invocation = null;
    if (!ended) return;
    clearTimeout(ended.timer);
    ended.done(outcome);
  }

  // {payload: text} or {error: {errorType, errorMessage}}.
  invoke(event) {
    return new Promise((done) => {
      this.invocation = { id: randomUUID(), event, done };
      if (!this.alive) this.settle({ error: this.initError ?? { errorType: 'Runtime.ExitError' } });
      this.offer();
    });
  }

  async end() {
    if (this.alive) this.process.kill('SIGKILL');
    await this.exited;
    this.server.closeAllConnections?.();
    this.server.close();
  }
}

// All functions of an account. `functions`: name -> {command, args, env, timeout in ms}.
export class FakeLambda {
  constructor(functions, { sandboxes = 4 } = {}) {
    this.functions = new Map(Object.entries(functions).map(([name, given]) => [
      name, { timeout: 30_000, ...given, sandboxes: [], queue: [] }]));
    this.most = sandboxes;
    this.invocations = [];  // what was asked and what came of it, for tests to look at
  }

  async start() {
    this.server = await listen((request, response) => this.serve(request, response));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  // POST /2015-03-31/functions/<name or ARN>/invocations
  async serve(request, response) {
    const [, name] = request.url.match(/^\/2015-03-31\/functions\/([^/]+)\/invocations$/) ?? [];
    const body = await bodyOf(request);
    if (request.method !== 'POST' || name === undefined) return answer(response, 404, {});
    const outcome = await this.invoke(decodeURIComponent(name).split(':').pop(), body);
    if (outcome === null) return answer(response, 404, { Type: 'User', Message: 'no such function' });
    if (outcome.error) return answer(response, 200, outcome.error, { 'X-Amz-Function-Error': 'Unhandled' });
    answer(response, 200, outcome.payload);
  }

  async invoke(name, event) {
    const fn = this.functions.get(name);
    if (!fn) return null;
    const sandbox = await this.take(name, fn);
    const serving = sandbox.invoke(typeof event === 'string' ? event : JSON.stringify(event));
    sandbox.reserved = false;
    const outcome = await serving;
    this.invocations.push({ name, event, outcome });
    fn.queue.shift()?.();
    return outcome;
  }

  async take(name, fn) {
    for (;;) {
      fn.sandboxes = fn.sandboxes.filter((one) => one.alive || one.invocation);
      const free = fn.sandboxes.find((one) => one.alive && !one.invocation && !one.reserved);
      if (free) {
        free.reserved = true;  // until it has its invocation
        return free;
      }
      if (fn.sandboxes.length < this.most) {
        const sandbox = new Sandbox(name, fn);
        sandbox.reserved = true;
        fn.sandboxes.push(sandbox);
        (this.all ??= []).push(sandbox);
        return sandbox.start();
      }
      await new Promise((next) => fn.queue.push(next));
    }
  }

  log() {
    return (this.all ?? []).map((one) => `--- ${one.name}\n${one.log}`).join('\n');
  }

  async end() {
    await Promise.all((this.all ?? []).map((one) => one.end()));
    this.server?.closeAllConnections?.();
    this.server?.close();
  }
}

// A function's process alone, for tests of the runtime itself.
export function startSandbox(name, given) {
  return new Sandbox(name, { timeout: 30_000, ...given }).start();
}

// An event as API Gateway's HTTP API sends it (payload format 2.0).
export function httpApiEvent(method, path, { headers = {}, query = '', body } = {}) {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'api.example.com', ...headers },
    requestContext: {
      accountId: '123456789012',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.9', userAgent: 'test' },
      requestId: randomUUID(),
      stage: '$default',
    },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: false,
  };
}
