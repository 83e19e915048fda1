// The real `coldpath lambda` and `coldpath chunk-worker` without AWS: what they do where their configuration is wrong,
// an event is malformed, AWS cannot be reached, and what needs no AWS at all.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FakeLambda, httpApiEvent, startSandbox } from './fakes/lambda.mjs';

const coldpath = join(resolve(process.env.COLDPATH_BUILD ?? 'build/release'), 'coldpath');
const NOBODY = 'http://127.0.0.1:9';  // discard: nothing listens there

const complete = {
  AWS_REGION: 'eu-central-1', AWS_ENDPOINT_URL: NOBODY, AWS_ACCESS_KEY_ID: 'ak', AWS_SECRET_ACCESS_KEY: 'sk',
  COLDPATH_TABLE: 'table', COLDPATH_BUCKET: 'bucket', COLDPATH_KMS_KEY: 'alias/key',
  COLDPATH_STATE_MACHINE_ARN: 'arn:aws:states:eu-central-1:123456789012:stateMachine:sync',
  COLDPATH_PUBLIC_URL: 'https://sync.example.com', COLDPATH_JWKS: '{"keys":[]}', COLDPATH_ISSUER: 'https://id.example.com',
  COLDPATH_CONFIG: '{"providers":{"oura":{"client_id":"id","client_secret":"secret"}}}',
};

async function lambda(t, name, env = complete, given = {}) {
  const all = { command: coldpath, args: ['lambda'], env: { ...env, COLDPATH_FUNCTION: name }, ...given };
  const fake = await new FakeLambda({ [name]: all }).start();
  t.after(() => fake.end());
  return { fake, invoke: (event) => fake.invoke(name, event) };
}

function without(name) {
  const { [name]: gone, ...rest } = complete;
  return rest;
}

test('a function that cannot start says why to Lambda and ends', async (t) => {
  for (const [name, env, hint] of [
    ['api', without('COLDPATH_TABLE'), 'COLDPATH_TABLE'],
    ['api', without('COLDPATH_BUCKET'), 'COLDPATH_BUCKET'],
    ['api', without('COLDPATH_PUBLIC_URL'), 'COLDPATH_PUBLIC_URL'],
    ['api', without('COLDPATH_JWKS'), 'COLDPATH_JWKS_URL'],
    ['api', without('COLDPATH_ISSUER'), 'COLDPATH_ISSUER'],
    ['api', without('COLDPATH_KMS_KEY'), 'COLDPATH_KMS_KEY'],
    ['recover', without('COLDPATH_STATE_MACHINE_ARN'), 'COLDPATH_STATE_MACHINE_ARN'],
    ['validate', without('COLDPATH_CONFIG'), 'COLDPATH_CONFIG_SECRET'],
    ['validate', { ...complete, COLDPATH_CONFIG: '{"providers":{"fitbit":{"client_id":"x"}}}' }, 'fitbit'],
    ['validate', { ...complete, COLDPATH_QUOTA_SCALE: 'much' }, 'COLDPATH_QUOTA_SCALE'],
    ['valdate', complete, 'calculate-chunks'],
  ]) {
    const sandbox = await startSandbox(name, { command: coldpath, args: ['lambda'], env: { ...env, COLDPATH_FUNCTION: name } });
    t.after(() => sandbox.end());
    const { code } = await sandbox.exited;
    assert.equal(code, 2, sandbox.log);
    assert.equal(sandbox.initError?.errorType, 'config.invalid', `${name} ${hint}: ${sandbox.log}`);
    assert.equal(sandbox.initError.header, 'config.invalid');
    assert.ok(sandbox.initError.errorMessage.includes(hint), sandbox.initError.errorMessage);
  }
});

test('a secret that cannot be read is an init error', async (t) => {
  const { COLDPATH_CONFIG: gone, ...env } = complete;
  const sandbox = await startSandbox('api', {
    command: coldpath, args: ['lambda'], env: { ...env, COLDPATH_CONFIG_SECRET: 'coldpath/config', COLDPATH_FUNCTION: 'api' } });
  t.after(() => sandbox.end());
  assert.equal((await sandbox.exited).code, 2, sandbox.log);
  assert.match(sandbox.initError.errorMessage, /coldpath\/config/);
  assert.doesNotMatch(sandbox.log, /"sk"/);
});

test('outside Lambda the command says so', async () => {
  const child = spawn(coldpath, ['lambda'], { env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const code = await new Promise((done) => child.once('close', done));
  assert.equal(code, 2);
  assert.match(log, /AWS_LAMBDA_RUNTIME_API/);
});

test('the api answers through API Gateway', async (t) => {
  const { invoke, fake } = await lambda(t, 'api');
  const request = async (...given) => {
    const { payload, error } = await invoke(httpApiEvent(...given));
    assert.equal(error, undefined, JSON.stringify(error));
    const answer = JSON.parse(payload);
    assert.equal(answer.isBase64Encoded, false);
    return { ...answer, json: JSON.parse(answer.body) };
  };
  const healthy = await request('GET', '/healthz');
  assert.equal(healthy.statusCode, 200);
  assert.equal(healthy.json.status, 'ok');
  assert.equal(healthy.headers['Cache-Control'], 'no-store');

  const stranger = await request('GET', '/v1/historical-syncs');
  assert.equal(stranger.statusCode, 401);
  assert.equal(stranger.headers['WWW-Authenticate'], 'Bearer');
  const forged = await request('GET', '/v1/historical-syncs', { headers: { authorization: 'Bearer a.b.c' } });
  assert.equal(forged.statusCode, 401);

  assert.equal((await request('GET', '/nothing/here')).statusCode, 404);
  assert.equal((await request('DELETE', '/healthz')).statusCode, 405);
  const contract = await request('GET', '/openapi.json');
  assert.ok(contract.json.paths['/v1/historical-syncs']);
  assert.match(fake.log(), /"event":"lambda_invocation"/);
});

test('an event that is none is reported as the function\'s error, and the next is served', async (t) => {
  const { invoke } = await lambda(t, 'api');
  for (const event of ['not json', '{}', '[]', 'null', '{"version":"1.0"}']) {
    const { error } = await invoke(event);
    assert.equal(error?.errorType, 'MalformedEvent', event);
    assert.equal(error.header, 'MalformedEvent');
  }
  assert.equal(JSON.parse((await invoke(httpApiEvent('GET', '/healthz'))).payload).statusCode, 200);
});

test('a task without AWS is worth another try, and one without its payload is not', async (t) => {
  const { invoke } = await lambda(t, 'validate');
  const incomplete = await invoke({ userId: 'ada' });
  assert.equal(incomplete.error.errorType, 'InvalidTask');
  assert.match(incomplete.error.errorMessage, /jobId/);
  const away = await invoke({ userId: 'ada', jobId: 'job', execution: 'run' });
  assert.equal(away.error.errorType, 'Unavailable', JSON.stringify(away));
});

test('execution-ended leaves alone what is not its state machine', async (t) => {
  const { invoke } = await lambda(t, 'execution-ended');
  const change = (machine, input) => ({
    'source': 'aws.states', 'detail-type': 'Step Functions Execution Status Change',
    'detail': { executionArn: 'arn:x', stateMachineArn: machine, name: 'run', status: 'ABORTED', input },
  });
  const child = await invoke(change(`${complete.COLDPATH_STATE_MACHINE_ARN}/Chunks`, '{}'));
  assert.deepEqual(JSON.parse(child.payload), { ignored: true });
  const ours = (input) => invoke(change(complete.COLDPATH_STATE_MACHINE_ARN, input));
  assert.equal((await ours('{"userId":"ada","jobId":"job"}')).error.errorType, 'Unavailable', 'it went to the table');
  assert.equal((await ours(null)).error.errorType, 'MalformedEvent');
  assert.equal((await ours('{"userId":"ada"}')).error.errorType, 'InvalidTask');
});

test('a handler that would outlive its time-out is given up before it, and the process lives', async (t) => {
  const hole = createServer(() => {});  // takes requests and never answers
  await new Promise((done) => hole.listen(0, '127.0.0.1', done));
  t.after(() => (hole.closeAllConnections?.(), hole.close()));
  const env = { ...complete, AWS_ENDPOINT_URL: `http://127.0.0.1:${hole.address().port}` };
  const { fake, invoke } = await lambda(t, 'admit-chunk', env, { timeout: 1500 });
  const late = await invoke({ userId: 'ada', jobId: 'job', execution: 'run', chunkId: 'c' });
  assert.equal(late.error.errorType, 'Unavailable');
  assert.match(late.error.errorMessage, /in time/);
  assert.equal((await invoke('{}')).error.errorType, 'InvalidTask');
  assert.equal(fake.all.length, 1, 'the same sandbox');
});

test('a copy named bootstrap is the function without saying so', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'coldpath-aws-'));
  t.after(() => rmSync(folder, { recursive: true }));
  copyFileSync(coldpath, join(folder, 'bootstrap'));
  const { COLDPATH_FUNCTION: none, ...env } = { ...complete, _HANDLER: 'api' };
  const sandbox = await startSandbox('api', { command: join(folder, 'bootstrap'), args: [], env });
  t.after(() => sandbox.end());
  const { payload } = await sandbox.invoke(JSON.stringify(httpApiEvent('GET', '/healthz')));
  assert.equal(JSON.parse(payload).statusCode, 200);
});

// ---- the container of one chunk

function runWorker(env) {
  const child = spawn(coldpath, ['chunk-worker'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  child.log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (child.log += text));
  child.ended = new Promise((done) => child.once('close', (code) => done(code)));
  return child;
}

const chunk = {
  COLDPATH_TASK_TOKEN: 'token', COLDPATH_USER_ID: 'ada', COLDPATH_JOB_ID: 'job', COLDPATH_CHUNK_ID: 'chunk',
  COLDPATH_EXECUTION: 'run',
};

test('a worker without its chunk or its configuration says which variable is missing', async () => {
  for (const name of Object.keys(chunk)) {
    const { [name]: gone, ...rest } = { ...complete, ...chunk };
    const worker = runWorker(rest);
    assert.equal(await worker.ended, 2);
    assert.match(worker.log, new RegExp(name));
  }
  const worker = runWorker({ ...chunk, ...without('COLDPATH_KMS_KEY') });
  assert.equal(await worker.ended, 2);
  assert.match(worker.log, /COLDPATH_KMS_KEY/);
});

// Step Functions and DynamoDB by name of the operation; what is not named fails.
async function fakeAws(t, operations) {
  const calls = [];
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const operation = (request.headers['x-amz-target'] ?? '').split('.').pop();
    const body = JSON.parse(Buffer.concat(parts).toString('utf8') || '{}');
    calls.push({ operation, body });
    const given = operations[operation] ?? { status: 400, body: { __type: 'AccessDeniedException', message: 'no' } };
    if (given === 'silence') return;
    response.writeHead(given.status ?? 200, { 'Content-Type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify(given.body ?? {}));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => (server.closeAllConnections?.(), server.close()));
  return { calls, env: { ...complete, ...chunk, AWS_ENDPOINT_URL: `http://127.0.0.1:${server.address().port}` } };
}

function lastLine(worker) {
  const lines = worker.log.trim().split('\n').filter((line) => line.startsWith('{'));
  return JSON.parse(lines.at(-1));
}

test('a worker whose store is away reports Interrupted', async (t) => {
  const { calls, env } = await fakeAws(t, { SendTaskHeartbeat: {}, SendTaskFailure: {} });
  const worker = runWorker(env);
  assert.equal(await worker.ended, 0, worker.log);
  const report = calls.find(({ operation }) => operation === 'SendTaskFailure');
  assert.equal(report.body.taskToken, 'token');
  assert.equal(report.body.error, 'Interrupted');
  assert.ok(JSON.parse(report.body.cause).message);
  const { event, result, error, reported, job, chunk: id } = lastLine(worker);
  assert.deepEqual({ event, result, error, reported, job, id }, {
    event: 'chunk_worker_ended', result: 'failed', error: 'Interrupted', reported: true, job: 'job', id: 'chunk' });
});

test('a worker that nobody waits for does nothing', async (t) => {
  const { calls, env } = await fakeAws(t, {
    SendTaskHeartbeat: { status: 400, body: { __type: 'TaskTimedOut', message: 'gone' } } });
  const worker = runWorker(env);
  assert.equal(await worker.ended, 0, worker.log);
  assert.deepEqual(calls.map(({ operation }) => operation), ['SendTaskHeartbeat']);
  assert.equal(lastLine(worker).result, 'unwanted');
});

test('a worker that could not report ends with 1', async (t) => {
  const { env } = await fakeAws(t, { SendTaskHeartbeat: {} });
  const worker = runWorker(env);
  assert.equal(await worker.ended, 1, worker.log);
  assert.equal(lastLine(worker).reported, false);
});
