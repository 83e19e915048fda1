// `kill -9` of `coldpath serve` at random moments of a job, against the same job left alone:
//   node tests/crash/crash.mjs [--kills 30] [--seed 1] [--provider oura] [--keep]
// Ends with code 0 and one summary line if record objects and the manifest's content are byte-identical, the coverage
// adds up, nobody was told anything twice, and no provider call was made more than once per crash per chunk in flight.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { assertAddsUp, eventually, jobFolder, readObject, sha256, World } from '../e2e/harness.mjs';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    provider: { type: 'string', default: 'google-health' },
    keep: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const kConcurrency = 4;
const kKey = '6f1f7c0e-1d1c-4b0e-8a53-0d2f5c9f7a11';

// mulberry32: small, and the same everywhere.
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

async function begin(world) {
  const ada = await world.client('ada');
  const connection = await ada.connect(values.provider);
  // The first week has its own job; it is done before anything is counted.
  const first = await eventually(async () => (await ada.ok('GET', '/v1/historical-syncs')).jobs[0], 'the first week');
  await ada.jobEnded(first.id);
  const before = await world.lastCall();
  const request = {
    key: kKey,
    body: { connection_id: connection.id, start: '2023-06-01', end: '2025-06-01', max_concurrency: kConcurrency },
  };
  const accepted = await ada.call('POST', '/v1/historical-syncs', request);
  assert.equal(accepted.status, 202, accepted.text);
  return { ada, id: accepted.json.id, before, started: Date.now(), request, accepted };
}

async function result(world, { ada, id, before, started }) {
  const job = await ada.jobEnded(id, 600);
  const seconds = (Date.now() - started) / 1000;
  assert.deepEqual([job.status, job.outcome], ['SUCCEEDED', 'complete']);
  const coverage = await ada.view(id, 'coverage');
  assertAddsUp(coverage);
  await ada.notificationsBecome(id, ['N-04', 'N-05']);
  const folder = jobFolder(world.data, id);
  // Garbage of lost attempts may lie beside the objects; the manifest says which ones count.
  const manifests = readdirSync(join(folder, 'manifests')).filter((name) => name.endsWith('.json'));
  assert.equal(manifests.length, 1, `${manifests}`);
  const { content } = JSON.parse(readObject(join(folder, 'manifests', manifests[0])).toString('utf8'));
  const objects = new Map();
  for (const name of readdirSync(join(folder, 'records'))) {
    objects.set(name, sha256(readObject(join(folder, 'records', name))));
  }
  let pages = 1;
  for (let cursor = ''; cursor !== null;) {
    const page = await ada.view(id, `chunks?limit=500&cursor=${cursor}`.replace(/&cursor=$/, ''));
    for (const chunk of page.chunks) pages = Math.max(pages, chunk.provider_calls);
    cursor = page.next_cursor;
  }
  const exported = sha256((await ada.export(id)).join(''));
  return { job, coverage, content, objects, exported, seconds, pages, calls: await world.dataCalls(before) };
}

function perRequest(calls) {
  const counts = new Map();
  for (const { url } of calls) counts.set(url, (counts.get(url) ?? 0) + 1);
  return counts;
}

const options = { sandbox: ['--latency-ms', '30'] };
const calm = await World.start(undefined, options);
const wild = await World.start(undefined, options);
try {
  const undisturbed = await result(calm, await begin(calm));
  const random = generator(Number(values.seed));
  const run = await begin(wild);
  let done = 0;
  for (; done < kills; ++done) {
    // Moments spread over the job's whole life: what is left of it, shared among the kills that are left, and sooner
    // after a start than a start takes now and then.
    const left = Math.max(0.3, undisturbed.seconds * (1 - done / kills));
    const pause = random() * (2000 * left) / (kills - done + 1);
    await new Promise((later) => setTimeout(later, pause));
    await wild.restart('SIGKILL');
    assert.deepEqual(wild.exit, { code: null, signal: 'SIGKILL' });
    const job = await run.ada.ok('GET', `/v1/historical-syncs/${run.id}`);
    // A client that did not hear the answer asks again: the same bytes, and nothing new starts.
    const again = await run.ada.call('POST', '/v1/historical-syncs', run.request);
    assert.deepEqual([again.status, again.text], [202, run.accepted.text]);
    if (job.status !== 'RUNNING') {
      ++done;
      break;
    }
  }
  const disturbed = await result(wild, run);
  assert.equal(disturbed.job.executions.length, 1);
  assert.deepEqual(disturbed.content, undisturbed.content, 'the manifests differ');
  assert.equal(JSON.stringify(disturbed.content), JSON.stringify(undisturbed.content));
  for (const [name, digest] of undisturbed.objects) {
    assert.equal(disturbed.objects.get(name), digest, `record object ${name} differs or is missing`);
  }
  assert.equal(disturbed.exported, undisturbed.exported, 'the exports differ');
  // A chunk that was cut off begins again at its first page.
  const extra = disturbed.calls.length - undisturbed.calls.length;
  const bound = done * kConcurrency * undisturbed.pages;
  assert.ok(extra <= bound, `${extra} more calls after ${done} kills; ${bound} can be explained`);
  const allowed = 1 + done;
  for (const [url, count] of perRequest(disturbed.calls)) {
    assert.ok(count <= allowed, `${count} calls of ${url}`);
  }
  console.log(JSON.stringify({
    name: 'crash', provider: values.provider, seed: Number(values.seed), kills: done, byte_identical: true,
    record_objects: undisturbed.objects.size, records: undisturbed.job.progress.records,
    garbage_objects: disturbed.objects.size - undisturbed.objects.size,
    chunks_in_flight: kConcurrency, pages_a_chunk: undisturbed.pages,
    calls_undisturbed: undisturbed.calls.length, calls_disturbed: disturbed.calls.length,
    undisturbed_s: undisturbed.seconds, disturbed_s: disturbed.seconds,
  }));
} catch (error) {
  if (values.keep) console.error(`kept: ${calm.folder} ${wild.folder}`);
  console.error(error);
  process.exitCode = 1;
} finally {
  for (const world of [calm, wild]) await world.end({ keep: values.keep });
}
