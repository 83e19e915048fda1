// The main job, end to end: connect, first week, import, what came in, what the person was told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAddsUp, assertProblem, eventually, World } from './harness.mjs';

for (const provider of ['google-health', 'oura']) {
  test(`${provider}: a month is imported, covered, told once and exported`, async (t) => {
    const world = await World.start(t);
    const ada = await world.client('ada');
    const connection = await ada.connect(provider);
    assert.equal(connection.status, 'active');
    const id = await ada.start(connection);
    const job = await ada.jobEnded(id);
    assert.deepEqual([job.status, job.outcome, job.phase], ['SUCCEEDED', 'complete', 'ended']);
    assert.equal(job.progress.chunks_done, job.progress.chunks_total);
    assert.equal(job.progress.chunks_failed, 0);
    assert.ok(job.progress.records > 1000, JSON.stringify(job.progress));

    const coverage = await ada.view(id, 'coverage');
    assertAddsUp(coverage);
    assert.equal(coverage.counts.requested, 31 * job.types.length);
    assert.equal(coverage.counts.complete + coverage.counts.empty, coverage.counts.requested);
    assert.ok(coverage.counts.complete > 0);
    assert.deepEqual((await ada.view(id, 'failures')).groups, []);
    await ada.notificationsBecome(id, ['N-04', 'N-05']);

    const lines = (await ada.export(id)).join('').trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.equal(lines.length, job.progress.records);
    const steps = lines.filter((line) => line.type === 'steps');
    const read = await ada.ok('GET', '/v1/records?type=steps&start=2025-05-01&end=2025-06-01&limit=10000');
    assert.equal(read.records.length, steps.length);
    for (const line of lines) {
      assert.equal(line.provider, provider);
      assert.ok(line.date >= '2025-05-01' && line.date < '2025-06-01', line.date);
    }
    assert.deepEqual([...new Set(lines.map((line) => line.type))].sort(),
                     coverage.types.filter((type) => type.records > 0).map((type) => type.type).sort());
  });
}

test('the first week comes by itself, once, also for a user without Pro', async (t) => {
  const today = new Date().toISOString().slice(0, 10);
  const world = await World.start(t, { sandbox: ['--today', today] });
  const bo = await world.client('bo', { pro: false });
  const connection = await bo.connect('oura');
  const first = await eventually(async () => (await bo.ok('GET', '/v1/historical-syncs')).jobs[0], 'a first job');
  const job = await bo.jobEnded(first.id);
  assert.deepEqual([job.kind, job.outcome, job.connection_id], ['first_week', 'complete', connection.id]);
  assert.equal((Date.parse(job.end) - Date.parse(job.start)) / 86400e3, 7);
  assert.ok(job.progress.records > 0);
  await bo.notificationsBecome(first.id, ['N-04', 'N-05']);

  // Connecting the same account again starts nothing new; a historical sync belongs to Pro.
  await bo.connect('oura');
  assert.equal((await bo.ok('GET', '/v1/historical-syncs')).jobs.length, 1);
  const refused = await bo.call('POST', '/v1/historical-syncs', {
    key: '3b9c9c6e-6a58-4d8a-9f0e-1e9b4a0a6f10',
    body: { connection_id: connection.id, start: '2025-05-01', end: '2025-06-01' },
  });
  assertProblem(refused, 403, 'upsell', /belong to Pro/);
  assert.equal(refused.json.upsell.plan, 'pro');
  assert.equal(await world.metric('coldpath_upsell_answers_total'), 1);
});

test('a large export comes in pages that Link names, nothing twice, nothing missing', async (t) => {
  const world = await World.start(t);
  const ada = await world.client('ada');
  const connection = await ada.connect('google-health');
  const id = await ada.start(connection, { start: '2024-06-01', end: '2025-06-01', types: ['heart-rate'] });
  const job = await ada.jobEnded(id);
  const pages = await ada.export(id);
  assert.ok(pages.length > 1, `${pages.length} page of ${pages[0].length} bytes`);
  const lines = pages.join('').trimEnd().split('\n');
  assert.equal(lines.length, job.progress.records);
  assert.equal(new Set(lines).size, lines.length);
});

test('events are replayed from any number, and the stream ends with the job', async (t) => {
  const world = await World.start(t);
  const ada = await world.client('ada');
  const connection = await ada.connect('oura');
  const id = await ada.start(connection);
  const live = await ada.events(id);
  assert.equal(live.at(-1).type, 'end');
  assert.equal(live.at(-1).id, null);
  const numbered = live.filter((event) => event.id !== null);
  assert.ok(numbered.length > 5);
  for (let i = 1; i < numbered.length; ++i) assert.ok(numbered[i].id > numbered[i - 1].id, 'numbers rise');

  const half = numbered[Math.floor(numbered.length / 2)].id;
  const replayed = await ada.events(id, half);
  assert.deepEqual(replayed.filter((event) => event.id !== null), numbered.filter((event) => event.id > half));
  const all = await ada.events(id);
  assert.deepEqual(all.filter((event) => event.id !== null), numbered);
});

test('metrics count jobs, outcomes and calls; the contract is served', async (t) => {
  const world = await World.start(t);
  const ada = await world.client('ada');
  const connection = await ada.connect('oura');
  const id = await ada.start(connection, { types: ['sleep', 'steps'] });
  await ada.jobEnded(id);
  await eventually(async () => (await world.metric('coldpath_jobs_ended_total', { outcome: 'complete' })) === 2, 'two ended');
  assert.equal(await world.metric('coldpath_jobs_started_total', { kind: 'historical' }), 1);
  assert.equal(await world.metric('coldpath_jobs_started_total', { kind: 'first_week' }), 1);
  assert.equal(await world.metric('coldpath_job_seconds_count'), 2);
  assert.ok((await world.metric('coldpath_provider_calls_total', { provider: 'oura', status: '2xx' })) >=
            (await world.dataCalls()).length);

  const contract = await ada.call('GET', '/openapi.json');
  assert.equal(contract.json.openapi, '3.1.0');
  assert.ok(contract.json.paths['/v1/historical-syncs'].post);
  assert.deepEqual((await ada.call('GET', '/healthz')).json, { status: 'ok' });
  assert.equal((await ada.call('GET', '/readyz')).status, 200);
});

test('an estimate before the start names calls, records and what bounds it', async (t) => {
  const world = await World.start(t);
  const ada = await world.client('ada');
  const connection = await ada.connect('oura');
  const estimate = await ada.ok('POST', '/v1/estimates', {
    body: { connection_id: connection.id, start: '2025-05-01', end: '2025-06-01' },
  });
  assert.ok(estimate.seconds_low <= estimate.seconds && estimate.seconds <= estimate.seconds_high);
  const job = await ada.jobEnded(await ada.start(connection));
  assert.equal(estimate.chunks, job.progress.chunks_total);
  assert.equal(estimate.calls, job.planned_calls);
});

test('SIGTERM drains: the service ends with code 0 and goes on where it was', async (t) => {
  const world = await World.start(t, { sandbox: ['--latency-ms', '100'] });
  const ada = await world.client('ada');
  const connection = await ada.connect('oura');
  const id = await ada.start(connection, { max_concurrency: 1 });
  await ada.jobUntil(id, (job) => job.progress.chunks_done > 0, 'begun');
  await world.restart('SIGTERM');
  assert.deepEqual(world.exit, { code: 0, signal: null });
  const job = await ada.jobEnded(id);
  assert.equal(job.outcome, 'complete');
  await ada.notificationsBecome(id, ['N-04', 'N-05']);
});
