// Whole jobs on AWS without an account: the real program as functions and containers, the real definition on moto's Step
// Functions, DynamoDB Local, coldpath-sandbox (tests/aws/cloud.mjs). Under tests/aws/emulators.sh, as `./dev test --aws`
// runs it.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { assertAddsUp, assertProblem, eventually, jobFolder, readObject, World } from '../e2e/harness.mjs';
import { Cloud } from './cloud.mjs';

const RANGE = { start: '2025-05-01', end: '2025-06-01' };
// A worker that died is missed after seconds, not minutes; one that lives has to be done before.
const impatient = (text) => text.replaceAll('"HeartbeatSeconds": 300', '"HeartbeatSeconds": 20');

// A test that fails says what the machines behind it said.
function awsTest(name, options, work) {
  test(name, async (t) => {
    const cloud = await Cloud.start(t, options);
    try {
      await work(cloud);
    } catch (error) {
      console.error(cloud.log());
      throw error;
    }
  });
}

// A user and one connection whose first week is done, so that what comes is the job's.
async function connected(cloud, provider = 'oura') {
  const ada = cloud.client('ada');
  const connection = await ada.connect(provider);
  const first = await eventually(async () => (await ada.ok('GET', '/v1/historical-syncs')).jobs[0], 'the first week');
  const job = await ada.jobEnded(first.id, 300);
  assert.deepEqual([job.kind, job.outcome], ['first_week', 'complete'], JSON.stringify(job));
  return { ada, connection };
}

async function jobPrefix(cloud, id) {
  const [key] = (await cloud.objects('users/')).filter((each) => each.includes(`/jobs/${id}/manifests/`));
  return key.slice(0, key.indexOf('manifests/'));
}

// Names of record files end in the digest of their content.
async function recordsOnAws(cloud, id) {
  return (await cloud.objects(`${await jobPrefix(cloud, id)}records/`)).map((key) => basename(key)).sort();
}

async function manifestOnAws(cloud, id) {
  const keys = await cloud.objects(`${await jobPrefix(cloud, id)}manifests/`);
  return JSON.parse(await cloud.object(keys.at(-1)));
}

awsTest('a month is imported, covered, told once; a repeated start starts nothing', {}, async (cloud) => {
  const { ada, connection } = await connected(cloud);
  const key = randomUUID();
  const id = await ada.start(connection, RANGE, key);
  const job = await ada.jobEnded(id, 300);
  assert.deepEqual([job.status, job.outcome], ['SUCCEEDED', 'complete'], JSON.stringify(job));
  assert.equal(job.progress.chunks_done, job.progress.chunks_total);
  const coverage = await ada.view(id, 'coverage');
  assertAddsUp(coverage);
  assert.equal(coverage.counts.complete + coverage.counts.empty, coverage.counts.requested);
  await ada.notificationsBecome(id, ['N-04', 'N-05']);
  await eventually(async () => (await cloud.describe(key)).status === 'SUCCEEDED', 'the execution ends');
  assert.ok(cloud.fargate.tasks.every((task) => task.capacity[0].CapacityProvider === 'FARGATE_SPOT'));

  const runs = cloud.fargate.tasks.length;
  assert.equal(await ada.start(connection, RANGE, key), id);
  const other = await ada.call('POST', '/v1/historical-syncs', {
    key, body: { connection_id: connection.id, start: '2025-05-02', end: '2025-06-01' } });
  assertProblem(other, 422, 'idempotency-key-reused', /another request/);
  const stranger = await cloud.client('bob').call('POST', '/v1/historical-syncs', {
    key, body: { connection_id: connection.id, ...RANGE } });
  assert.equal(stranger.status, 409, stranger.text);
  assert.equal(cloud.fargate.tasks.length, runs);
  const events = await ada.events(id, 0);
  assert.deepEqual([events.at(-1).type, events.at(-1).data.status], ['end', 'SUCCEEDED']);
  for (const task of cloud.fargate.tasks) assert.equal((await task.exited).code, 0, task.log);

  // HistoricalSyncCompleted leaves with the schedule, once.
  assert.ok((await cloud.recover()).published >= 1);
  assert.deepEqual(await cloud.recover(), { launched: 0, settled: 0, failed: 0, published: 0 });
});

test('records and manifest are those of the embedded engine, byte for byte', async (t) => {
  const world = await World.start(t);
  const cloud = await Cloud.start(t, {});
  const results = [];
  for (const [client, read] of [
    [await world.client('ada'), (id) => {
      const folder = jobFolder(world.data, id);
      const [manifest] = readdirSync(join(folder, 'manifests'));
      return { records: readdirSync(join(folder, 'records')).sort(),
               manifest: JSON.parse(readObject(join(folder, 'manifests', manifest))) };
    }],
    [cloud.client('ada'), async (id) => ({ records: await recordsOnAws(cloud, id), manifest: await manifestOnAws(cloud, id) })],
  ]) {
    const id = await client.start(await client.connect('google-health'), RANGE);
    assert.equal((await client.jobEnded(id, 300)).outcome, 'complete', cloud.log());
    results.push(await read(id));
  }
  const [embedded, aws] = results;
  assert.ok(embedded.records.length > 10);
  assert.deepEqual(aws.records, embedded.records);
  assert.deepEqual(aws.manifest.content, embedded.manifest.content);
});

awsTest('what failed is named, and a retry touches just that', {}, async (cloud) => {
  const { ada, connection } = await connected(cloud, 'google-health');
  await cloud.admin('POST', '/faults', {
    provider: 'google_health', route: 'heart-rate', kind: 'permanent_error', from: '2025-05-10', to: '2025-05-12' });
  const id = await ada.start(connection, { ...RANGE, types: ['heart-rate', 'sleep'] });
  const job = await ada.jobEnded(id, 400);
  assert.deepEqual([job.status, job.outcome], ['SUCCEEDED', 'complete_with_gaps'], JSON.stringify(job));
  await ada.notificationsBecome(id, ['N-04', 'N-06']);
  const { chunks } = await ada.view(id, 'chunks?status=failed');
  assert.ok(chunks.length > 0 && chunks.every((chunk) => chunk.failure.kind === 'Transient' && chunk.attempt === 4));

  await cloud.admin('DELETE', '/faults');
  const before = cloud.fargate.tasks.length;
  assert.equal((await ada.act(id, 'retry')).status, 202);
  const whole = await ada.jobUntil(id, (each) => each.outcome === 'complete', 'complete', 300);
  assert.deepEqual(whole.executions.map((execution) => execution.kind), ['start', 'retry']);
  const again = cloud.fargate.tasks.slice(before).map((task) => task.chunk).sort();
  assert.deepEqual(again, chunks.map((chunk) => chunk.id).sort());
});

// A call takes longer than the signal: it comes amidst the chunk.
const slowly = { workflow: impatient, sandbox: ['--latency-ms', '1000'] };
awsTest('workers that are stopped, killed and frozen: another one does their chunk', slowly, async (cloud) => {
  const { ada, connection } = await connected(cloud, 'google-health');
  const first = cloud.fargate.tasks.length;
  const met = { SIGTERM: null, SIGKILL: null, SIGSTOP: null };
  cloud.fargate.intercept = (task) => {
    const signal = Object.keys(met).find((each) => met[each] === null);
    if (!signal || cloud.fargate.tasks.slice(first, -1).some((each) => each.chunk === task.chunk)) return;
    met[signal] = task;
    setTimeout(() => task.process.kill(signal), 400);
  };
  const id = await ada.start(connection, { ...RANGE, types: ['sleep', 'workout', 'body-weight'] });
  const job = await ada.jobEnded(id, 400);
  assert.deepEqual([job.status, job.outcome], ['SUCCEEDED', 'complete'], JSON.stringify(job));
  for (const [signal, task] of Object.entries(met)) {
    const tries = cloud.fargate.tasks.slice(first).filter((each) => each.chunk === task.chunk);
    assert.ok(tries.length > 1, `${signal}: ${task.log}`);
  }
  assert.equal((await met.SIGTERM.exited).code, 0);
  assert.match(met.SIGTERM.log, /"error":"Interrupted"/);
  assert.equal((await met.SIGKILL.exited).signal, 'SIGKILL');

  // The zombie wakes up: nobody wants its result, and it changes nothing.
  const records = await recordsOnAws(cloud, id);
  met.SIGSTOP.process.kill('SIGCONT');
  const { code } = await met.SIGSTOP.exited;
  assert.ok(code === 0 || code === 1, met.SIGSTOP.log);
  assert.deepEqual((await recordsOnAws(cloud, id)).filter((key) => !records.includes(key)), []);
  assert.equal((await ada.ok('GET', `/v1/historical-syncs/${id}`)).outcome, 'complete');
});

awsTest('a job is paused, resumed, cancelled', {}, async (cloud) => {
  const { ada, connection } = await connected(cloud, 'google-health');
  const id = await ada.start(connection, { ...RANGE, start: '2025-03-01', max_concurrency: 1 });
  await ada.jobUntil(id, (job) => job.progress.chunks_done > 1, 'under way', 200);
  assert.equal((await ada.act(id, 'pause')).status, 202);
  const paused = await ada.jobUntil(id, (job) => job.phase === 'paused', 'paused', 200);
  assert.ok(paused.progress.chunks_done < paused.progress.chunks_total);
  assert.equal((await ada.act(id, 'resume')).status, 202);
  await ada.jobUntil(id, (job) => job.progress.chunks_done > paused.progress.chunks_done, 'under way again', 200);
  assert.equal((await ada.act(id, 'cancel')).status, 202);
  const job = await ada.jobEnded(id, 200);
  assert.deepEqual([job.status, job.outcome, job.stop_reason], ['SUCCEEDED', 'cancelled', 'user']);
  assert.deepEqual(job.executions.map((execution) => execution.kind), ['start', 'resume']);
  assertAddsUp(await ada.view(id, 'coverage'));
  assert.deepEqual(await ada.notifications(id), ['N-04']);
});

awsTest('a job that fails as a whole is told, and its key is spent', {}, async (cloud) => {
  const { ada, connection } = await connected(cloud);
  cloud.lambda.functions.get('calculate-chunks').command = '/bin/false';
  await Promise.all(cloud.lambda.functions.get('calculate-chunks').sandboxes.map((one) => one.process.kill()));
  const key = randomUUID();
  const id = await ada.start(connection, RANGE, key);
  const job = await ada.jobEnded(id, 200);
  assert.equal(job.status, 'FAILED');
  await ada.notificationsBecome(id, ['N-04', 'N-06']);
  await eventually(async () => (await cloud.describe(key)).status === 'FAILED', 'the execution fails');
  const again = await ada.call('POST', '/v1/historical-syncs', { key, body: { connection_id: connection.id, ...RANGE } });
  assert.equal(again.status, 409, again.text);
  assert.match(again.json.detail, /new key/);
});

awsTest('what was persisted and never launched is launched by the schedule', {}, async (cloud) => {
  const { ada, connection } = await connected(cloud);
  // From here on new sandboxes of the API do not reach Step Functions.
  cloud.env.AWS_ENDPOINT_URL_SFN = 'http://127.0.0.1:9';
  await Promise.all(cloud.lambda.functions.get('api').sandboxes.map((one) => one.end()));
  const key = randomUUID();
  const lost = await ada.call('POST', '/v1/historical-syncs', { key, body: { connection_id: connection.id, ...RANGE } });
  assert.equal(lost.status, 503, lost.text);
  delete cloud.env.AWS_ENDPOINT_URL_SFN;
  await Promise.all(cloud.lambda.functions.get('api').sandboxes.map((one) => one.end()));
  const counts = await cloud.recover();
  assert.equal(counts.launched, 1, JSON.stringify(counts));
  const id = await ada.start(connection, RANGE, key);
  assert.equal((await ada.jobEnded(id, 300)).outcome, 'complete');
});
