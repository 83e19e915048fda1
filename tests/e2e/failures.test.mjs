// What goes wrong on the provider's side: what the person is told of it, and that a retry touches just that.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { randomUUID } from 'node:crypto';
import { assertAddsUp, assertProblem, eventually, token, World } from './harness.mjs';

// A world with one user and one connection whose first week is done, so that every later call is the job's.
async function connected(t, provider, options) {
  const world = await World.start(t, options);
  const ada = await world.client('ada');
  const connection = await ada.connect(provider);
  const first = await eventually(async () => (await ada.ok('GET', '/v1/historical-syncs')).jobs[0], 'the first week');
  await ada.jobEnded(first.id);
  return { world, ada, connection };
}

function distinct(calls) {
  return [...new Set(calls.map((call) => call.url))].sort();
}

async function retried(ada, id) {
  const answer = await ada.act(id, 'retry');
  assert.equal(answer.status, 202, answer.text);
  assert.equal(answer.json.id, id);
  return ada.jobEnded(id);
}

// Side by side: most of their time is the back-off between tries.
describe('failures', { concurrency: 4 }, () => {
  test('errors for one data type leave gaps, are named, and a retry touches just those', async (t) => {
    const { world, ada, connection } = await connected(t, 'google-health');
    await world.fault({ provider: 'google_health', route: 'heart-rate', kind: 'permanent_error', from: '2025-02-10', to: '2025-02-12' });
    const before = await world.lastCall();
    const id = await ada.start(connection, { start: '2025-01-01', end: '2025-06-01', types: ['heart-rate', 'steps', 'sleep'] });
    const job = await ada.jobEnded(id);
    assert.deepEqual([job.status, job.outcome], ['SUCCEEDED', 'complete_with_gaps']);
    assert.ok(job.progress.chunks_failed > 0 && job.progress.chunks_failed < job.progress.chunks_total);
    await ada.notificationsBecome(id, ['N-04', 'N-06']);

    const { groups } = await ada.view(id, 'failures');
    assert.equal(groups.length, 1);
    assert.equal(groups[0].kind, 'Transient');
    assert.match(groups[0].message, /500/);
    assert.equal(groups[0].help, 'Retry.');
    assert.deepEqual(groups[0].types.map((type) => type.type), ['heart-rate']);
    const [range] = groups[0].types[0].ranges;
    assert.ok(range.start <= '2025-02-10' && range.end >= '2025-02-12', JSON.stringify(range));
    assert.ok(range.start > '2025-01-01' && range.end < '2025-06-01', 'the other parts of heart rate came in');

    const coverage = await ada.view(id, 'coverage');
    assertAddsUp(coverage);
    const failedDays = (Date.parse(range.end) - Date.parse(range.start)) / 86400e3;
    assert.equal(coverage.counts.failed, failedDays);
    assert.equal(coverage.types.find((type) => type.type === 'heart-rate').counts.failed, failedDays);
    const { chunks } = await ada.view(id, 'chunks?status=failed');
    assert.equal(chunks.length, job.progress.chunks_failed);
    for (const chunk of chunks) {
      assert.deepEqual(chunk.types, ['heart-rate']);
      assert.equal(chunk.failure.kind, 'Transient');
      assert.equal(chunk.attempt, 4, 'three retries after the first try');
    }
    const failed = (await world.dataCalls(before)).filter((call) => call.status === 500);
    assert.equal(failed.length, 4 * chunks.length);

    // Still broken: the retry asks for the failed parts alone and fails again.
    const second = await world.lastCall();
    assert.equal((await retried(ada, id)).outcome, 'complete_with_gaps');
    assert.deepEqual(distinct(await world.dataCalls(second)), distinct(failed));

    // Healed: the same calls again, nothing else, and the job is complete.
    await world.clearFaults();
    const third = await world.lastCall();
    const whole = await retried(ada, id);
    assert.deepEqual([whole.outcome, whole.progress.chunks_failed], ['complete', 0]);
    assert.equal(whole.executions.length, 3);
    const last = await world.dataCalls(third);
    assert.ok(last.every((call) => call.route === 'heart-rate'), JSON.stringify(distinct(last)));
    assert.ok(distinct(failed).every((url) => distinct(last).includes(url)));
    const after = await ada.view(id, 'coverage');
    assertAddsUp(after);
    assert.equal(after.counts.failed, 0);
    await ada.notificationsBecome(id, ['N-04', 'N-04', 'N-04', 'N-05', 'N-06', 'N-06']);
    assertProblem(await ada.act(id, 'retry'), 409, 'nothing-failed', /Nothing of this sync failed/);
  });

  test('a stream that carries several types fails for all of them', async (t) => {
    const { world, ada, connection } = await connected(t, 'oura');
    await world.fault({ provider: 'oura', route: 'sleep', kind: 'permanent_error', status: 500 });
    const job = await ada.jobEnded(await ada.start(connection));
    assert.equal(job.outcome, 'complete_with_gaps');
    const { groups } = await ada.view(job.id, 'failures');
    const types = groups.flatMap((group) => group.types.map((type) => type.type));
    for (const type of ['sleep', 'hrv-rmssd']) assert.ok(types.includes(type), `${type} in ${types}`);
    for (const type of ['steps', 'workout', 'oxygen-saturation']) assert.ok(!types.includes(type), `${type} in ${types}`);
  });

  test('a revoked grant ends in needs_reauth; retry waits for a new connection', async (t) => {
    const { world, ada, connection } = await connected(t, 'google-health', { sandbox: ['--latency-ms', '100'] });
    const id = await ada.start(connection, { start: '2024-06-01', max_concurrency: 1 });
    await ada.jobUntil(id, (job) => job.progress.chunks_done > 1, 'under way');
    assert.ok((await world.admin('POST', '/revoke', { account: 'person-1' })).revoked > 0);
    const job = await ada.jobEnded(id);
    assert.deepEqual([job.status, job.outcome], ['SUCCEEDED', 'needs_reauth']);
    await ada.notificationsBecome(id, ['N-04', 'N-06']);
    assertAddsUp(await ada.view(id, 'coverage'));
    assert.equal((await ada.ok('GET', '/v1/connections')).connections[0].status, 'needs_reauth');
    const { groups } = await ada.view(id, 'failures');
    assert.deepEqual(groups.map((group) => group.kind), ['NeedsReauth']);
    const calls = await world.lastCall();
    assertProblem(await ada.act(id, 'retry'), 409, 'needs-reauth', /connect again first/);
    const start = { connection_id: connection.id, start: '2025-05-01', end: '2025-06-01' };
    assertProblem(await ada.call('POST', '/v1/historical-syncs', { key: randomUUID(), body: start }),
                  409, 'needs-reauth', /connect again first/);
    assert.equal(await world.lastCall(), calls, 'a refusal calls nobody');

    const again = await ada.connect('google-health');
    assert.deepEqual([again.id, again.status], [connection.id, 'active']);
    assert.equal((await retried(ada, id)).outcome, 'complete');
  });

  test('a lapsed membership is Forbidden, and not retried by itself', async (t) => {
    const { world, ada, connection } = await connected(t, 'oura');
    await world.admin('POST', '/membership', { account: 'person-1', provider: 'oura', active: false });
    const before = await world.lastCall();
    const job = await ada.jobEnded(await ada.start(connection, { types: ['steps', 'workout'] }));
    assert.equal(job.outcome, 'complete_with_gaps');
    const { groups } = await ada.view(job.id, 'failures');
    assert.deepEqual(groups.map((group) => group.kind), ['Forbidden']);
    assert.equal((await world.dataCalls(before)).length, job.progress.chunks_total, 'one call each');
    await world.admin('POST', '/membership', { account: 'person-1', provider: 'oura', active: true });
    assert.equal((await retried(ada, job.id)).outcome, 'complete');
  });

  test('an impossible value fails its chunk with the place, and nothing of it is stored', async (t) => {
    const { world, ada, connection } = await connected(t, 'google-health');
    await world.fault({ provider: 'google_health', route: 'heart-rate', kind: 'impossible_value' });
    const job = await ada.jobEnded(await ada.start(connection, { types: ['heart-rate', 'steps'] }));
    assert.equal(job.outcome, 'complete_with_gaps');
    const { chunks } = await ada.view(job.id, 'chunks?status=failed');
    assert.ok(chunks.length > 0);
    for (const chunk of chunks) {
      assert.equal(chunk.failure.kind, 'InvalidData');
      assert.match(chunk.failure.where, /dataPoints.*\d/);
      assert.equal(chunk.records, 0);
    }
    const { records } = await ada.ok('GET', '/v1/records?type=heart-rate&start=2025-05-01&end=2025-06-01');
    assert.deepEqual(records, []);
  });

  for (const provider of ['google-health', 'oura']) {
    test(`${provider}: passing trouble is survived without a gap and without a wrong record`, async (t) => {
      const { world, ada, connection } = await connected(t, provider);
      const calm = await ada.jobEnded(await ada.start(connection));
      const name = provider.replace('-', '_');
      const kinds = ['malformed_json', 'empty_page_with_token', 'cut_connection', 'server_error', 'slow'];
      for (const kind of kinds) await world.fault({ provider: name, kind, count: 1, delayMs: 100 });
      if (provider === 'oura') await world.fault({ provider: name, kind: 'rate_limit_with_time', count: 1, retryAfter: 1 });
      const before = await world.lastCall();
      const job = await ada.jobEnded(await ada.start(connection));
      assert.equal(job.outcome, 'complete');
      const suffered = new Set((await world.dataCalls(before)).map((call) => call.fault).filter(Boolean));
      for (const kind of kinds) assert.ok(suffered.has(kind), `${kind} happened`);
      assert.equal(job.progress.records, calm.progress.records);
      assert.deepEqual(await ada.export(job.id), await ada.export(calm.id));
    });
  }

  test('JSON that stays malformed is the provider\'s bug, not an empty answer', async (t) => {
    const { world, ada, connection } = await connected(t, 'oura');
    await world.fault({ provider: 'oura', route: 'workout', kind: 'malformed_json' });
    const job = await ada.jobEnded(await ada.start(connection, { types: ['workout', 'steps'] }));
    assert.equal(job.outcome, 'complete_with_gaps');
    const { groups } = await ada.view(job.id, 'failures');
    assert.equal(groups.length, 1);
    assert.deepEqual(groups[0].types.map((type) => type.type), ['workout']);
    const coverage = await ada.view(job.id, 'coverage');
    assert.equal(coverage.types.find((type) => type.type === 'workout').counts.empty, 0);
  });

  test('a downgrade stops a running job; what came in stays', async (t) => {
    const { world, ada, connection } = await connected(t, 'google-health', { sandbox: ['--latency-ms', '200'] });
    const id = await ada.start(connection, { start: '2024-06-01', max_concurrency: 1 });
    await ada.jobUntil(id, (job) => job.progress.chunks_done > 1, 'under way');
    // Tokens tell their second: the newer one wins.
    await eventually(async () => {
      ada.bearer = await token(world.data, 'ada', { pro: false });
      return (await ada.ok('GET', `/v1/historical-syncs/${id}`)).desired === 'cancel';
    }, 'the downgrade');
    const job = await ada.jobEnded(id);
    assert.deepEqual([job.status, job.outcome, job.stop_reason], ['SUCCEEDED', 'cancelled', 'downgrade']);
    const coverage = await ada.view(id, 'coverage');
    assertAddsUp(coverage);
    assert.ok(coverage.counts.not_attempted > 0 && coverage.counts.complete > 0);
    assert.equal(await world.metric('coldpath_jobs_ended_total', { outcome: 'cancelled' }), 1);
    assert.deepEqual(await ada.notifications(id), ['N-04']);
  });
});
