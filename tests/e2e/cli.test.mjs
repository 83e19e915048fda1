// The command line, as a person without a terminal (a pipe) and as a script (--json) sees it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { coldpath, eventually, run, sandboxBinary, sha256, token, World } from './harness.mjs';

let world;
let environment;
before(async () => {
  world = await World.start();
  environment = { ...process.env, COLDPATH_SERVER: world.server.url, COLDPATH_TOKEN: await token(world.data, 'ada') };
});
after(() => world.end());

async function cli(args, code = 0) {
  const result = await run(coldpath, args, { env: environment, timeout: 120_000 });
  assert.equal(result.code, code, `${args.join(' ')}: ${JSON.stringify(result)}`);
  assert.doesNotMatch(result.stdout, /\u001b/, 'no escape sequences into a pipe');
  return result.stdout;
}

async function json(args, code) {
  return JSON.parse(await cli([...args, '--json'], code));
}

test('connect, estimate, start, look, export', async () => {
  const begun = await json(['connect', 'google-health']);
  const approved = await run(sandboxBinary, ['approve', begun.authorize_url, '--account', 'person-1']);
  assert.equal(approved.code, 0, approved.stderr);
  const { connections } = await json(['connections']);
  assert.deepEqual(connections.map((each) => [each.provider, each.status]), [['google-health', 'active']]);
  assert.match(await cli(['connections']), /google-health +active/);

  const range = ['google-health', '--from', '2025-04-01', '--to', '2025-06-01'];
  const estimate = await json(['estimate', ...range]);
  assert.match(await cli(['estimate', ...range]), new RegExp(`about .* ${estimate.chunks} chunks, ${estimate.calls} provider calls`, 's'));

  const text = await cli(['start', ...range]);
  assert.match(text, /100 %/);
  assert.match(text, /complete/);
  const job = await json(['status', 'latest']);
  assert.deepEqual([job.outcome, job.start, job.end], ['complete', '2025-04-01', '2025-06-01']);
  assert.match(await cli(['status', job.id]), new RegExp(job.id));
  assert.ok((await json(['status'])).jobs.length >= 2);
  assert.match(await cli(['watch', job.id]), /complete/);

  const coverage = await json(['coverage', job.id]);
  const calendar = await cli(['coverage', job.id]);
  for (const type of coverage.types) assert.ok(calendar.includes(type.title), `${type.title} in\n${calendar}`);

  const file = join(world.folder, 'out.ndjson');
  await cli(['export', job.id, '-o', file]);
  const exported = readFileSync(file, 'utf8');
  assert.equal(exported.trimEnd().split('\n').length, job.progress.records);
  assert.equal(sha256(await cli(['export', job.id])), sha256(exported));
  assert.match(await cli(['notifications']), /N-05 +Your historical sync is complete\./);
});

test('an export of many pages is written whole', async () => {
  await cli(['start', 'google-health', '--from', '2024-06-01', '--to', '2025-06-01', '--types', 'heart-rate']);
  const job = await json(['status', 'latest']);
  assert.equal((await cli(['export', job.id])).trimEnd().split('\n').length, job.progress.records);
});

test('a job with gaps ends with code 4; failures names them; retry mends them', async () => {
  await world.fault({ provider: 'google_health', route: 'steps', kind: 'permanent_error' });
  const text = await cli(['start', 'google-health', '--from', '2025-05-01', '--to', '2025-06-01', '--types', 'steps,sleep'], 4);
  assert.match(text, /gaps/);
  const failures = await cli(['failures', 'latest']);
  assert.match(failures, /Steps/);
  assert.match(failures, /2025-05-01/);
  assert.match(failures, /500/);
  assert.deepEqual((await json(['failures', 'latest'])).groups[0].types.map((type) => type.type), ['steps']);
  await world.clearFaults();
  assert.match(await cli(['retry', 'latest']), /complete/);
  assert.equal((await json(['status', 'latest'])).outcome, 'complete');
});

test('pause, resume and cancel', async () => {
  await world.fault({ provider: 'google_health', kind: 'slow', delayMs: 200 });
  const { id } = await json(['start', 'google-health', '--from', '2024-06-01', '--to', '2025-06-01', '--concurrency', '1', '--detach']);
  await cli(['pause', id]);
  await eventually(async () => (await json(['status', id])).phase === 'paused', 'paused');
  assert.match(await cli(['status', id]), /paused/);
  await cli(['resume', id]);
  await cli(['cancel', id]);
  await eventually(async () => (await json(['status', id])).outcome === 'cancelled', 'cancelled');
  assert.match(await cli(['watch', id], 4), /cancelled/);
  await world.clearFaults();
});

test('disconnect forgets the connection and keeps the records', async () => {
  await cli(['disconnect', 'google-health']);
  assert.deepEqual((await json(['connections'])).connections, []);
  assert.match(await cli(['connections']), /No connection yet/);
  assert.ok((await json(['status'])).jobs.length > 0);
});
