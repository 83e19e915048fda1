// Many users, one job each, all at once on one `coldpath serve`:
//   node tests/e2e/load.mjs [--users 100] [--days 365]
// Ends with code 0 and one line of figures (of the service's process) if all are complete.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { assertAddsUp, World } from './harness.mjs';

const { values } = parseArgs({
  options: { users: { type: 'string', default: '100' }, days: { type: 'string', default: '365' } },
});
const users = Number(values.users);
const day = 86400e3;
const end = '2025-06-01';
const start = new Date(Date.parse(end) - Number(values.days) * day).toISOString().slice(0, 10);

// Linux tells both: the highest resident size so far, and clock ticks spent.
function usage(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return {
    peak_rss_mib: Math.round(Number(status.match(/VmHWM:\s+(\d+)/)[1]) / 1024),
    cpu_s: (Number(fields[11]) + Number(fields[12])) / 100,
  };
}

const world = await World.start();
try {
  const people = [];
  for (let i = 0; i < users; ++i) {
    const client = await world.client(`user-${i}`);
    people.push({ client, connection: await client.connect(i % 2 === 0 ? 'google-health' : 'oura', `person-${i}`) });
  }
  const before = usage(world.server.process.pid);
  const began = Date.now();
  const ids = await Promise.all(people.map(({ client, connection }) => client.start(connection, { start, end })));
  const accepted = Date.now();
  const jobs = await Promise.all(people.map(({ client }, i) =>
    client.jobUntil(ids[i], (job) => job.status === 'SUCCEEDED' || job.status === 'FAILED', 'ended', 900, 1000)));
  const wall = (Date.now() - began) / 1000;
  const after = usage(world.server.process.pid);
  for (const job of jobs) assert.equal(job.outcome, 'complete', JSON.stringify(job));
  await Promise.all(people.map(async ({ client }, i) => {
    assertAddsUp(await client.view(ids[i], 'coverage'));
    await client.notificationsBecome(ids[i], ['N-04', 'N-05']);
  }));
  const sum = (of) => jobs.reduce((total, job) => total + of(job), 0);
  console.log(JSON.stringify({
    name: 'load', jobs: users, days: Number(values.days), complete: jobs.length, cores: cpus().length,
    chunks: sum((job) => job.progress.chunks_total), records: sum((job) => job.progress.records),
    provider_calls: sum((job) => job.progress.provider_calls), accepted_s: (accepted - began) / 1000, wall_s: wall,
    cpu_s: Math.round((after.cpu_s - before.cpu_s) * 100) / 100, peak_rss_mib: after.peak_rss_mib,
  }));
} finally {
  await world.end();
}
