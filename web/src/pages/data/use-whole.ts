// The time over which the person has data: from the first day of their first import to the last of their newest.
import { api, unwrap, type DataType, type Job } from '../../api/client';
import type { Span } from '../../components/chart/series';
import { dayNumber } from '../../components/coverage-calendar/days';
import { useRemote, type Remote } from '../../state/remote';

export interface Whole {
  span: Span;
  types: DataType[];
}

// In the order in which the contract lists them: what people look at most comes first.
export const allTypes: readonly DataType[] = [
  'steps',
  'distance',
  'active-energy',
  'heart-rate',
  'resting-heart-rate',
  'hrv-rmssd',
  'hrv-sdnn',
  'oxygen-saturation',
  'respiratory-rate',
  'sleep',
  'body-weight',
  'body-fat',
  'blood-pressure',
  'blood-glucose',
  'body-temperature',
  'workout',
];

export function wholeOf(jobs: readonly Pick<Job, 'start' | 'end' | 'types' | 'progress'>[]): Whole | null {
  const brought = jobs.filter((job) => job.progress.records > 0);
  if (brought.length === 0) return null;
  const types = new Set(brought.flatMap((job) => job.types));
  return {
    span: { from: Math.min(...brought.map((job) => dayNumber(job.start))), end: Math.max(...brought.map((job) => dayNumber(job.end))) },
    types: allTypes.filter((type) => types.has(type)),
  };
}

const pagesMax = 20;

async function allJobs(signal: AbortSignal): Promise<Job[]> {
  let jobs: Job[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < pagesMax; page++) {
    const answer = await unwrap(api.GET('/v1/historical-syncs', { params: { query: { limit: 200, cursor } }, signal }));
    jobs = jobs.concat(answer.jobs);
    if (answer.next_cursor === null) break;
    cursor = answer.next_cursor;
  }
  return jobs;
}

export function useWhole(): Remote<Whole | null> {
  return useRemote(async (signal) => wholeOf(await allJobs(signal)), []);
}
