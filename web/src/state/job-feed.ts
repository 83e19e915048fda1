// Keeps the store of jobs fresh. The leading tab reads the list and the streams and tells the others through a channel; each tab answers
// for what it does itself (a start, a pause) and tells the rest.
import { effect } from '@preact/signals';
import { reachable } from '../api/offline';
import { api, ApiProblem, unwrap, type Job } from '../api/client';
import { announce } from '../components/announce';
import { t } from '../i18n/i18n';
import { providerTitle } from '../i18n/types';
import { followJob } from './event-stream';
import { loadInbox } from './inbox';
import { deliverEvent, forgetJob, forgetJobs, jobs, jobsFailed, jobsLoaded, onJobChanged, putJobs, refreshJob, runningJobs, type JobEvent } from './jobs';
import { takeTurns } from './leader';

type Message = { kind: 'jobs'; jobs: Job[]; single: boolean } | { kind: 'event'; id: string; event: JobEvent } | { kind: 'gone'; id: string };

// Three of the six connections that HTTP/1.1 leaves to a host; further jobs are asked for now and then.
const streamsMax = 3;
const listEveryMs = 60_000;
const detailEveryMs = 10_000;
const knockEveryMs = 5_000;
// However many events come, a job is asked for this often at most.
const refreshEveryMs = 1_000;

const lastNumbers = new Map<string, number>();

function noteEvent(id: string, event: JobEvent): void {
  if (event.number !== null) lastNumbers.set(id, Math.max(event.number, lastNumbers.get(id) ?? 0));
  deliverEvent(id, event);
}

export async function loadJobs(signal?: AbortSignal): Promise<Job[]> {
  const page = await unwrap(api.GET('/v1/historical-syncs', { params: { query: { limit: 50 } }, signal }));
  putJobs(page.jobs);
  jobsLoaded.value = true;
  jobsFailed.value = false;
  return page.jobs;
}

// Says that a job has ended, once, to those who listen; the inbox has the news by then.
function watchEndings(): () => void {
  let before = new Set<string>();
  return effect(() => {
    const running = new Set(runningJobs.value.map((job) => job.id));
    for (const job of jobs.value) {
      if (!before.has(job.id) || job.phase !== 'ended') continue;
      announce(t('progress.done_announcement', { provider: providerTitle(job.provider) }));
      loadInbox().catch(() => {});
    }
    before = running;
  });
}

class Feed {
  private readonly channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('coldpath.jobs') : null;
  private readonly refreshes = new Map<string, number>();

  start(signal: AbortSignal): void {
    if (this.channel !== null) this.channel.onmessage = (message: MessageEvent<Message>) => this.hear(message.data);
    onJobChanged((job) => this.tell({ kind: 'jobs', jobs: [job], single: true }));
    const unwatch = watchEndings();
    const again = () => this.load(signal);
    addEventListener('online', again);
    takeTurns((turn) => this.lead(turn), signal);
    this.load(signal);
    signal.addEventListener('abort', () => {
      removeEventListener('online', again);
      unwatch();
      this.channel?.close();
      onJobChanged(() => {});
      for (const timer of this.refreshes.values()) clearTimeout(timer);
      forgetJobs();
      lastNumbers.clear();
    });
  }

  private hear(message: Message): void {
    if (message.kind === 'jobs') putJobs(message.jobs, message.single);
    else if (message.kind === 'event') noteEvent(message.id, message.event);
    else forgetJob(message.id);
  }

  private tell(message: Message): void {
    this.channel?.postMessage(message);
  }

  private load(signal: AbortSignal): void {
    loadJobs(signal).then(
      (list) => {
        if (!signal.aborted) this.tell({ kind: 'jobs', jobs: list, single: false });
      },
      () => {
        // What can be done about it is done by the next round; the banner says that the service does not answer.
        jobsFailed.value = true;
      },
    );
  }

  // Asks for the job soon: not for every event of a burst.
  private refreshSoon(id: string, signal: AbortSignal): void {
    if (this.refreshes.has(id)) return;
    const timer = window.setTimeout(() => {
      this.refreshes.delete(id);
      if (!signal.aborted) this.refresh(id, signal);
    }, refreshEveryMs);
    this.refreshes.set(id, timer);
  }

  private refresh(id: string, signal: AbortSignal): void {
    refreshJob(id, signal).catch((error: unknown) => {
      if (error instanceof ApiProblem && error.problem.status === 404) this.gone(id);
    });
  }

  private gone(id: string): void {
    forgetJob(id);
    this.tell({ kind: 'gone', id });
  }

  private lead(signal: AbortSignal): void {
    const streams = new Map<string, AbortController>();
    const stopFollowing = effect(() => {
      const wanted = runningJobs.value.slice(0, streamsMax).map((job) => job.id);
      for (const [id, abort] of streams) {
        if (!wanted.includes(id) && !runningJobs.value.some((job) => job.id === id)) {
          abort.abort();
          streams.delete(id);
        }
      }
      for (const id of wanted) if (!streams.has(id) && streams.size < streamsMax) streams.set(id, this.follow(id, signal, streams));
    });
    const detail = setInterval(() => {
      if (document.visibilityState === 'hidden') return;
      for (const job of runningJobs.peek()) this.refresh(job.id, signal);
    }, detailEveryMs);
    const list = setInterval(() => {
      if (document.visibilityState === 'visible') this.load(signal);
    }, listEveryMs);
    // While the service is away, somebody has to notice when it is back.
    const knock = setInterval(() => {
      if (!reachable.peek() && document.visibilityState === 'visible') this.load(signal);
    }, knockEveryMs);
    signal.addEventListener('abort', () => {
      stopFollowing();
      clearInterval(knock);
      clearInterval(detail);
      clearInterval(list);
      for (const abort of streams.values()) abort.abort();
    });
  }

  private follow(id: string, lead: AbortSignal, streams: Map<string, AbortController>): AbortController {
    const abort = new AbortController();
    lead.addEventListener('abort', () => abort.abort());
    const hooks = {
      last: () => lastNumbers.get(id) ?? null,
      onOpen: () => this.refreshSoon(id, lead),
      onGone: () => this.gone(id),
      onEvent: (event: JobEvent) => {
        noteEvent(id, event);
        this.tell({ kind: 'event', id, event });
        if (event.type === 'end') this.refresh(id, lead);
        else this.refreshSoon(id, lead);
      },
    };
    followJob(id, hooks, abort.signal).finally(() => {
      if (streams.get(id) === abort) streams.delete(id);
    });
    return abort;
  }
}

// Begins when somebody is signed in; what it returns ends it and forgets the jobs.
export function startJobFeed(): () => void {
  const abort = new AbortController();
  new Feed().start(abort.signal);
  return () => abort.abort();
}
