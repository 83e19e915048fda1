// Follows one job's events for as long as it is wanted: comes back after every end, with the number of the last event, so that nothing
// is missed; sooner when the network returns or the machine wakes, later the more often it fails.
import { reachable } from '../api/offline';
import { ApiProblem, problemOf, sessionFetch, Unreachable } from '../api/client';
import type { JobEvent } from './jobs';
import { SseParser, type SseEvent } from './sse-parser';

export interface FollowHooks {
  // The number of the last event that is known, null for none.
  last: () => number | null;
  onEvent: (event: JobEvent) => void;
  // The stream is open, or open again: what happened in between has come or will.
  onOpen: () => void;
  // There is no such job any more.
  onGone: () => void;
}

// The service says something at least every 15 s, if only that it is there.
const silenceMaxMs = 45_000;
// After a sleep, a stream that has been silent for this long is not believed in.
const wakeSilenceMs = 20_000;
const backoffMaxMs = 30_000;

// Full jitter below an exponential bound: clients that lost the same server do not come back together.
export function backoff(failures: number, random = Math.random()): number {
  const bound = Math.min(backoffMaxMs, 1000 * 2 ** Math.min(failures, 10));
  return bound / 2 + (random * bound) / 2;
}

// Null for what this app does not know.
export function toJobEvent(event: SseEvent): JobEvent | null {
  if (event.event !== 'job' && event.event !== 'chunk' && event.event !== 'end') return null;
  try {
    const number = event.id === null || !/^\d{1,15}$/.test(event.id) ? null : Number(event.id);
    return { number, type: event.event, data: JSON.parse(event.data) as unknown };
  } catch {
    return null;
  }
}

// Calls back whenever the service, having been out of reach, answers again.
function onBack(callback: () => void): () => void {
  let before = reachable.peek();
  return reachable.subscribe((now) => {
    if (now && !before) callback();
    before = now;
  });
}

// Resolves when `ms` have passed or something says that trying again makes sense now.
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener('online', done);
      document.removeEventListener('visibilitychange', visible);
      signal.removeEventListener('abort', done);
      unwatch();
      resolve();
    };
    const visible = () => {
      if (document.visibilityState === 'visible') done();
    };
    const timer = setTimeout(done, ms);
    const unwatch = onBack(done);
    addEventListener('online', done);
    document.addEventListener('visibilitychange', visible);
    signal.addEventListener('abort', done);
  });
}

// One connection, until it ends. True if the job said that no more will come.
async function readOnce(id: string, hooks: FollowHooks, outer: AbortSignal): Promise<boolean> {
  const abort = new AbortController();
  let heard = Date.now();
  const check = (limit: number) => {
    if (Date.now() - heard > limit) abort.abort();
  };
  const watchdog = setInterval(() => check(silenceMaxMs), 5_000);
  const woke = () => {
    if (document.visibilityState === 'visible') check(wakeSilenceMs);
  };
  // A stream from before may hang on a connection that nobody serves any more.
  const reconnected = () => check(0);
  const unwatch = onBack(reconnected);
  const stop = () => abort.abort();
  outer.addEventListener('abort', stop);
  addEventListener('online', reconnected);
  document.addEventListener('visibilitychange', woke);
  try {
    const last = hooks.last();
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (last !== null) headers['Last-Event-ID'] = String(last);
    const address = new URL(`/v1/historical-syncs/${encodeURIComponent(id)}/events`, location.origin);
    const response = await sessionFetch(new Request(address, { headers, signal: abort.signal, cache: 'no-store' }));
    if (!response.ok) throw new ApiProblem(await problemOf(response));
    if (response.body === null) throw new Unreachable('no body');
    hooks.onOpen();
    const parser = new SseParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      heard = Date.now();
      for (const raw of parser.push(value)) {
        const event = toJobEvent(raw);
        if (event === null) continue;
        hooks.onEvent(event);
        if (event.type === 'end') return true;
      }
    }
  } finally {
    clearInterval(watchdog);
    outer.removeEventListener('abort', stop);
    unwatch();
    removeEventListener('online', reconnected);
    document.removeEventListener('visibilitychange', woke);
    abort.abort();
  }
}

export async function followJob(id: string, hooks: FollowHooks, signal: AbortSignal): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    const begun = Date.now();
    try {
      if (await readOnce(id, hooks, signal)) return;
    } catch (error) {
      if (error instanceof ApiProblem && (error.problem.status === 404 || error.problem.status === 401)) {
        if (error.problem.status === 404) hooks.onGone();
        return;
      }
    }
    // A stream that held for a while was a good one, however it ended.
    failures = Date.now() - begun > 10_000 ? 0 : failures + 1;
    if (!signal.aborted) await pause(backoff(failures), signal);
  }
}
