// Pause, resume, cancel, each also across a kill -9; and the same start request many times at once.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertAddsUp, assertProblem, eventually, World } from './harness.mjs';

const kLatency = 150;
const kConcurrency = 2;

// A slow job that is under way: a provider call takes a while, and few chunks run at a time.
async function underWay(t, range = { start: '2024-06-01', end: '2025-06-01' }) {
  const world = await World.start(t, { sandbox: ['--latency-ms', String(kLatency)] });
  const ada = await world.client('ada');
  const connection = await ada.connect('google-health');
  const first = await eventually(async () => (await ada.ok('GET', '/v1/historical-syncs')).jobs[0], 'the first week');
  await ada.jobEnded(first.id);
  const before = await world.lastCall();
  const id = await ada.start(connection, { ...range, max_concurrency: kConcurrency });
  await ada.jobUntil(id, (job) => job.progress.chunks_done > 2, 'under way');
  return { world, ada, connection, id, before };
}

async function did(ada, id, action) {
  const answer = await ada.act(id, action);
  assert.equal(answer.status, 202, answer.text);
}

function paused(ada, id) {
  return ada.jobUntil(id, (job) => job.phase === 'paused', 'paused');
}

async function assertNoCalls(world) {
  const calls = await world.lastCall();
  // Nothing is due: a job that stands still has no timer, so that an unneeded call would be in flight now.
  await new Promise((done) => setTimeout(done, 3 * kLatency));
  assert.equal(await world.lastCall(), calls);
}

async function assertCancelled(ada, id) {
  const job = await ada.jobEnded(id);
  assert.deepEqual([job.status, job.outcome, job.stop_reason], ['SUCCEEDED', 'cancelled', 'user']);
  const coverage = await ada.view(id, 'coverage');
  assertAddsUp(coverage);
  assert.ok(coverage.counts.not_attempted > 0 && coverage.counts.complete > 0);
  assert.deepEqual(await ada.notifications(id), ['N-04'], 'a cancelled job sends nothing more');
  return job;
}

// No call twice but those that a crash cut off.
function assertAskedOnce(calls, crashes) {
  const urls = calls.map((call) => call.url);
  assert.ok(urls.length - new Set(urls).size <= crashes * kConcurrency, `${urls.length} calls, ${new Set(urls).size} different`);
}

describe('control', { concurrency: 3 }, () => {
  test('a paused job stands still, and resume goes on where it was', async (t) => {
    const { world, ada, id, before } = await underWay(t);
    await did(ada, id, 'pause');
    const job = await paused(ada, id);
    assert.deepEqual([job.status, job.outcome, job.desired], ['RUNNING', null, 'pause']);
    assert.ok(job.progress.chunks_done < job.progress.chunks_total);
    await assertNoCalls(world);
    assertAddsUp(await ada.view(id, 'coverage'));
    assertProblem(await ada.act(id, 'retry'), 409, 'sync-running', /resume it instead/);

    await did(ada, id, 'resume');
    const whole = await ada.jobEnded(id);
    assert.equal(whole.outcome, 'complete');
    assert.deepEqual(whole.executions.map((execution) => execution.kind), ['start', 'resume']);
    assertAskedOnce(await world.dataCalls(before), 0);
    await ada.notificationsBecome(id, ['N-04', 'N-05']);
  });

  test('pause survives kill -9 while it takes effect and once it has', async (t) => {
    const { world, ada, id, before } = await underWay(t);
    await did(ada, id, 'pause');
    await world.restart();
    await paused(ada, id);
    await world.restart();
    assert.equal((await paused(ada, id)).status, 'RUNNING');
    await assertNoCalls(world);
    await did(ada, id, 'resume');
    await world.restart();
    const whole = await ada.jobEnded(id);
    assert.equal(whole.outcome, 'complete');
    assert.equal(whole.executions.length, 2);
    assertAddsUp(await ada.view(id, 'coverage'));
    assertAskedOnce(await world.dataCalls(before), 2);
    await ada.notificationsBecome(id, ['N-04', 'N-05']);
  });

  test('cancel is obeyed within one page', async (t) => {
    const { world, ada, id } = await underWay(t);
    await did(ada, id, 'cancel');
    const calls = await world.lastCall();
    await assertCancelled(ada, id);
    // What was in flight when cancel was answered may still be logged: the sandbox notes a call when it answers.
    assert.ok((await world.lastCall()) - calls <= kConcurrency, 'no page after the one in flight');
    assertProblem(await ada.act(id, 'cancel'), 409, 'sync-ended', /nothing to cancel/);
    assertProblem(await ada.act(id, 'pause'), 409, 'sync-ended', /nothing to pause/);
    assertProblem(await ada.act(id, 'resume'), 409, 'sync-ended', /nothing to resume/);
  });

  test('a chunk of many pages stops between two of them', async (t) => {
    const world = await World.start(t, { sandbox: ['--latency-ms', String(kLatency), '--oura-heart-rate-page', '100'] });
    const ada = await world.client('ada');
    const connection = await ada.connect('oura');
    const first = await eventually(async () => (await ada.ok('GET', '/v1/historical-syncs')).jobs[0], 'the first week');
    await ada.jobEnded(first.id);
    const before = await world.lastCall();
    // 30 days are one chunk.
    const id = await ada.start(connection, { end: '2025-05-31', types: ['heart-rate'], max_concurrency: 1 });
    await eventually(async () => (await world.dataCalls(before)).length > 2, 'pages');
    await did(ada, id, 'cancel');
    const calls = await world.lastCall();
    const job = await ada.jobEnded(id);
    assert.equal(job.outcome, 'cancelled');
    assert.ok((await world.lastCall()) - calls <= 1);
    assert.equal(job.progress.records, 0, 'half a chunk is no chunk');
  });

  test('cancel survives kill -9, also of a paused job', async (t) => {
    const { world, ada, id } = await underWay(t);
    await did(ada, id, 'cancel');
    await world.restart();
    await assertCancelled(ada, id);
    await world.restart();
    await assertCancelled(ada, id);

    const { world: second, ada: bo, id: other } = await underWay(t);
    await did(bo, other, 'pause');
    await paused(bo, other);
    await did(bo, other, 'cancel');
    await second.restart();
    await assertCancelled(bo, other);
  });

  test('retry and resume are refused while an execution runs', async (t) => {
    const { ada, id } = await underWay(t);
    assertProblem(await ada.act(id, 'retry'), 409, 'sync-running', /is running/);
    assertProblem(await ada.act(id, 'resume'), 409, 'sync-running', /runs|running|not paused/);
    await did(ada, id, 'cancel');
    await ada.jobEnded(id);
  });

  test('50 equal starts at once are one execution and 50 equal answers', async (t) => {
    const world = await World.start(t);
    const ada = await world.client('ada');
    const connection = await ada.connect('oura');
    const key = randomUUID();
    const body = { connection_id: connection.id, start: '2025-05-01', end: '2025-06-01' };
    const send = () => ada.call('POST', '/v1/historical-syncs', { key, body });
    const answers = await Promise.all(Array.from({ length: 50 }, send));
    for (const answer of answers) {
      assert.equal(answer.status, 202, answer.text);
      assert.equal(answer.text, answers[0].text);
      assert.equal(answer.headers.get('location'), answers[0].headers.get('location'));
    }
    const { id } = answers[0].json;
    const job = await ada.jobEnded(id);
    assert.deepEqual([job.outcome, job.executions.length, job.executions[0].name], ['complete', 1, key]);
    const { jobs } = await ada.ok('GET', '/v1/historical-syncs');
    assert.equal(jobs.filter((each) => each.kind === 'historical').length, 1);
    await ada.notificationsBecome(id, ['N-04', 'N-05']);
    assert.equal(await world.metric('coldpath_jobs_started_total', { kind: 'historical' }), 1);

    // Also after the end, and after a restart.
    assert.equal((await send()).text, answers[0].text);
    await world.restart();
    assert.equal((await send()).text, answers[0].text);
    assert.equal((await ada.ok('GET', `/v1/historical-syncs/${id}`)).executions.length, 1);
  });
});
