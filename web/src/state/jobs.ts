// The person's jobs, one store for the whole app: kept fresh by whichever tab leads (state/job-feed.ts) and shared with the others.
// Pages read `jobs` or useJob(id); whoever changes a job (start, pause, resume, cancel, retry) calls refreshJob(id) afterwards.
import { computed, signal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { api, unwrap, type Job } from '../api/client';

// An event of the job's stream, as the service sent it.
export interface JobEvent {
  // Null for `end`, which is not numbered.
  number: number | null;
  type: 'job' | 'chunk' | 'end';
  data: unknown;
}

// What a `chunk` event carries.
export interface ChunkEventData {
  chunkId: string;
  stream: string;
  start: string;
  end: string;
  status: 'not_attempted' | 'running' | 'complete' | 'failed';
  records: number;
  failure?: { kind: string; message: string };
  time: string;
}

const known = signal<ReadonlyMap<string, Job>>(new Map());

// Newest first. Undefined until the first answer is here.
export const jobsLoaded = signal(false);
// The last attempt to read them came to nothing.
export const jobsFailed = signal(false);
export const jobs: ReadonlySignal<Job[]> = computed(() =>
  [...known.value.values()].sort((a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0)),
);

export function isActive(job: Job): boolean {
  return job.phase !== 'ended' && job.phase !== 'paused';
}

export const runningJobs: ReadonlySignal<Job[]> = computed(() => jobs.value.filter(isActive));

// How much of the job is done, or null before there is a plan.
export function shareDone(job: Job): number | null {
  // Those that failed count as done: nothing more happens to them in this execution.
  const { chunks_total: total, chunks_done: done } = job.progress;
  if (job.phase === 'ended') return 1;
  return total === 0 ? null : Math.min(1, done / total);
}

type Listener = (event: JobEvent) => void;
const listeners = new Map<string, Set<Listener>>();

// Calls back for each event of this job's stream. Events may come twice, and some may be missing after a sleep: they say that
// something changed, the API says how it stands.
export function onJobEvent(id: string, callback: Listener): () => void {
  const set = listeners.get(id) ?? new Set<Listener>();
  listeners.set(id, set);
  set.add(callback);
  return () => {
    set.delete(callback);
    if (set.size === 0) listeners.delete(id);
  };
}

export function deliverEvent(id: string, event: JobEvent): void {
  for (const callback of [...(listeners.get(id) ?? [])]) callback(event);
}

export function findJob(id: string): Job | undefined {
  return known.value.get(id);
}

// Lists leave out what costs a look at every part: the time left, and whether the job waits or has all it needs.
function withDetail(job: Job, before: Job): Job {
  const sharper = job.phase === 'fetching' && (before.phase === 'waiting_for_quota' || before.phase === 'finishing');
  return { ...job, phase: sharper ? before.phase : job.phase, remaining: job.remaining ?? before.remaining, waiting: job.waiting ?? before.waiting };
}

// Puts what the service said into the store. What is there only in the answer about a single job is kept when a list comes.
export function putJobs(list: readonly Job[], single = false): void {
  const next = new Map(known.value);
  for (const job of list) {
    const before = next.get(job.id);
    next.set(job.id, !single && before !== undefined && isActive(before) && isActive(job) ? withDetail(job, before) : job);
  }
  known.value = next;
}

export function forgetJob(id: string): void {
  const next = new Map(known.value);
  next.delete(id);
  known.value = next;
}

export function forgetJobs(): void {
  known.value = new Map();
  jobsLoaded.value = false;
  jobsFailed.value = false;
}

type Sharer = (job: Job) => void;
let share: Sharer = () => {};

// Set by the feed: tells the other tabs, and follows the job if it runs.
export function onJobChanged(callback: Sharer): void {
  share = callback;
}

export async function refreshJob(id: string, signal?: AbortSignal): Promise<Job> {
  const job = await unwrap(api.GET('/v1/historical-syncs/{id}', { params: { path: { id } }, signal }));
  putJobs([job], true);
  share(job);
  return job;
}

export interface JobState {
  job: Job | undefined;
  error: unknown;
  reload: () => void;
}

// The job as it stands, live. Loads it if the store does not know it, or knows it from a list only.
export function useJob(id: string): JobState {
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setError(null);
    refreshJob(id, abort.signal).catch((reason: unknown) => {
      if (!abort.signal.aborted) setError(reason);
    });
    return () => abort.abort();
  }, [id, round]);
  return { job: known.value.get(id), error, reload: () => setRound((before) => before + 1) };
}
