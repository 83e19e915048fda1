// How stories get to where they begin: through the API, as another program of the same person would.
import { eventually } from '../e2e/harness.mjs';
import { daysAgo } from './harness.mjs';

// A connection whose first week is in. Returns {client, connection}.
export async function connected(stage, user, { provider = 'google-health', account = user, pro = true, more = [] } = {}) {
  const client = await stage.world.client(user, { pro });
  const connection = await client.connect(provider, account, more);
  const first = await eventually(async () => (await client.ok('GET', '/v1/historical-syncs')).jobs.find((job) => job.connection_id === connection.id),
                                 'the first week');
  await client.jobEnded(first.id);
  return { client, connection };
}

// A job that goes on for a while: few chunks at a time, of a provider that takes its time (sandbox: --latency-ms).
export async function underWay(stage, user, { days = 700, ...options } = {}) {
  const { client, connection } = await connected(stage, user, options);
  const id = await client.start(connection, { start: daysAgo(days), end: daysAgo(0), max_concurrency: 1 });
  await client.jobUntil(id, (job) => job.progress.chunks_done > 1, 'under way');
  return { client, connection, id };
}

export const slowly = ['--latency-ms', '200'];

// A job with gaps: heart rate of a while ago cannot be had until the fault is cleared.
export async function withGaps(stage, user, { days = 400, ...options } = {}) {
  const { client, connection } = await connected(stage, user, options);
  await stage.world.fault({ provider: 'google_health', route: 'heart-rate', kind: 'permanent_error', status: 500, from: daysAgo(200), to: daysAgo(190) });
  const id = await client.start(connection, { start: daysAgo(days), end: daysAgo(0), types: ['heart-rate', 'steps', 'sleep'] });
  await client.jobEnded(id);
  return { client, connection, id };
}
