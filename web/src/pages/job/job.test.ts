import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection, Job } from '../../api/client';
import { countLines, exportRecords, nextPage, type Sink } from './export-stream';
import { failedSpans } from './failed-spans';
import { checkManifest } from './manifest';
import { Refresher } from './refresher';
import { adviceFor, RetryKey, type FailureGroup } from './retry';
import { abilitiesOf, durationOf, standingOf } from './status';

const progress = { chunks_total: 4, chunks_done: 4, chunks_failed: 2, records: 9, provider_calls: 3, bytes: 0, attempts: 0, billed_seconds: 0, waits: 0, dollars: 0 };

function jobWith(members: Partial<Job>): Job {
  const links = { self: '', events: '', chunks: '', coverage: '' };
  return {
    id: 'j', kind: 'historical', status: 'SUCCEEDED', outcome: 'complete_with_gaps', phase: 'ended', desired: 'run', stop_reason: 'none', failure: null,
    connection_id: 'c', provider: 'oura', start: '2020-01-01', end: '2021-01-01', types: ['steps'], max_concurrency: 10, created: '2026-01-01T00:00:00Z',
    started: '2026-01-01T00:00:00Z', ended: '2026-01-01T00:01:30Z', progress, planned_calls: 3, minimum_calls: 3, estimated_seconds: 1, remaining: null,
    waiting: null, executions: [], links, ...members,
  };
}

const group = (kind: FailureGroup['kind'], chunks: number): FailureGroup => ({ kind, message: '', help: '', chunks, types: [] });
const connection = (members: Partial<Connection> = {}): Connection => ({
  id: 'c', provider: 'oura', title: 'Oura', status: 'active', scopes: [], types: [], missing_scopes: [], created: '', ...members,
});

describe('how a job stands', () => {
  it('has words for every outcome and reason', () => {
    expect(standingOf(jobWith({ outcome: 'complete' })).title).toBe('outcome.complete');
    expect(standingOf(jobWith({ outcome: 'complete', kind: 'first_week' })).title).toBe('outcome.complete.week');
    expect(standingOf(jobWith({ outcome: 'cancelled', stop_reason: 'downgrade' })).title).toBe('outcome.cancelled.downgrade');
    expect(standingOf(jobWith({ outcome: 'cancelled', stop_reason: 'none' })).title).toBe('outcome.cancelled.user');
    expect(standingOf(jobWith({ status: 'FAILED', outcome: null })).title).toBe('outcome.failed');
    expect(standingOf(jobWith({ phase: 'waiting_for_quota', status: 'RUNNING', outcome: null })).title).toBe('job.phase.waiting_for_quota');
  });

  it('offers what the service would accept', () => {
    expect(abilitiesOf(jobWith({ phase: 'fetching' }))).toEqual({ pause: true, resume: false, cancel: true });
    expect(abilitiesOf(jobWith({ phase: 'paused' }))).toEqual({ pause: false, resume: true, cancel: true });
    expect(abilitiesOf(jobWith({ phase: 'cancelling' }))).toEqual({ pause: false, resume: false, cancel: false });
    expect(abilitiesOf(jobWith({}))).toEqual({ pause: false, resume: false, cancel: false });
  });

  it('knows how long it took', () => {
    expect(durationOf(jobWith({}), 0)).toBe(90);
    expect(durationOf(jobWith({ started: null }), 0)).toBeNull();
  });
});

describe('advice on a retry', () => {
  it('is none where nothing failed or the job still runs', () => {
    expect(adviceFor(jobWith({ outcome: 'complete' }), [], connection())).toBeNull();
    expect(adviceFor(jobWith({ phase: 'fetching' }), [group('Transient', 1)], connection())).toBeNull();
  });

  it('counts the parts of all causes', () => {
    expect(adviceFor(jobWith({}), [group('Transient', 2), group('InvalidData', 5)], connection())).toEqual({ parts: 7, allowed: true, blocked: null });
  });

  it('wants a new grant first', () => {
    const groups = [group('NeedsReauth', 2), group('Transient', 1)];
    expect(adviceFor(jobWith({}), groups, connection({ status: 'needs_reauth' }))).toEqual({ parts: 3, allowed: false, blocked: 'sign_in' });
    expect(adviceFor(jobWith({}), groups, connection())?.allowed).toBe(true);
  });

  it('wants the permission first if that is all that is missing', () => {
    const lacking = connection({ missing_scopes: ['heartrate'] });
    expect(adviceFor(jobWith({}), [group('Forbidden', 2)], lacking)?.blocked).toBe('permission');
    expect(adviceFor(jobWith({}), [group('Forbidden', 2), group('Transient', 1)], lacking)?.allowed).toBe(true);
  });

  it('says when nothing helps', () => {
    expect(adviceFor(jobWith({}), [group('BeyondHistory', 2)], connection())?.blocked).toBe('nothing');
    expect(adviceFor(jobWith({}), [group('Transient', 2)], null)?.blocked).toBe('gone');
  });

  it('retries a job that failed as a whole, without a count', () => {
    expect(adviceFor(jobWith({ status: 'FAILED', outcome: null }), [], connection())).toEqual({ parts: null, allowed: true, blocked: null });
  });
});

describe('the key of a retry', () => {
  function shelf() {
    const map = new Map<string, string>();
    return { getItem: (name: string) => map.get(name) ?? null, setItem: (name: string, value: string) => void map.set(name, value), removeItem: (name: string) => void map.delete(name) };
  }
  let next = 0;
  const make = () => `key-${++next}`;

  it('stays the same until there is an answer, over a reload too', () => {
    const store = shelf();
    const first = new RetryKey(store, 'j', 1, make).get();
    expect(new RetryKey(store, 'j', 1, make).get()).toBe(first);
    new RetryKey(store, 'j', 1, make).answered();
    expect(new RetryKey(store, 'j', 1, make).get()).not.toBe(first);
  });

  it('is another one for another round and another job', () => {
    const store = shelf();
    const keys = [new RetryKey(store, 'j', 1, make), new RetryKey(store, 'j', 2, make), new RetryKey(store, 'k', 1, make)].map((key) => key.get());
    expect(new Set(keys).size).toBe(3);
  });
});

describe('the manifest', () => {
  const sha = 'a'.repeat(64);
  const counts = { requested: 3, complete: 1, empty: 1, failed: 1, beyond_provider_history: 0, not_attempted: 0 };
  const good = () => ({
    content: { records: 5, coverage: { ...counts }, types: { steps: { counts: { ...counts }, days: 'cef' } }, chunks: [{ results: [{ records: 5, sha256: sha }] }] },
    run: {},
  });

  it('adds up', () => expect(checkManifest(good())).toMatchObject({ adds: true, requested: 3, files: 1, records: 5 }));

  it.each<[string, (manifest: ReturnType<typeof good>) => void]>([
    ['a day too few', (manifest) => void (manifest.content.types.steps.days = 'ce')],
    ['a day of another state', (manifest) => void (manifest.content.types.steps.days = 'cce')],
    ['a sum that is off', (manifest) => void (manifest.content.coverage.empty = 2)],
    ['a file without checksum', (manifest) => void (manifest.content.chunks[0]!.results[0]!.sha256 = '')],
    ['records that no file holds', (manifest) => void (manifest.content.records = 6)],
  ])('does not with %s', (_what, spoil) => {
    const manifest = good();
    spoil(manifest);
    expect(checkManifest(manifest).adds).toBe(false);
  });

  it('does not if it is empty', () => expect(checkManifest({ content: {} })).toMatchObject({ adds: false, requested: 0, files: 0 }));
});

describe('export', () => {
  const base = 'http://here/v1/export';
  function sink() {
    const seen = { text: '', closed: false, aborted: false };
    const own: Sink = {
      write: async (bytes) => void (seen.text += new TextDecoder().decode(bytes)),
      close: async () => void (seen.closed = true),
      abort: async () => void (seen.aborted = true),
    };
    return { seen, own };
  }

  it('finds the next page among links, and follows no other host', () => {
    expect(nextPage('</v1/export?cursor=a%2Cb>; rel="next"', base)).toBe('http://here/v1/export?cursor=a%2Cb');
    expect(nextPage('</x>; rel="prev", </y>; rel=next', base)).toBe('http://here/y');
    expect(nextPage('</x>; rel="nextish"', base)).toBeNull();
    expect(nextPage('<http://elsewhere/y>; rel="next"', base)).toBeNull();
    expect(nextPage(null, base)).toBeNull();
  });

  it('counts lines', () => expect(countLines(new TextEncoder().encode('a\nb\n\nc'))).toBe(3));

  it('reads page after page in order', async () => {
    const { seen, own } = sink();
    const pages: Record<string, Response> = {
      [base]: new Response('1\n2\n', { headers: { Link: '</v1/export?p=2>; rel="next"' } }),
      'http://here/v1/export?p=2': new Response('3\n'),
    };
    const done = await exportRecords(base, own, () => {}, new AbortController().signal, async (request) => pages[request.url]!);
    expect(seen).toEqual({ text: '1\n2\n3\n', closed: true, aborted: false });
    expect(done).toEqual({ records: 3, bytes: 6 });
  });

  it('leaves no half file behind when a page fails', async () => {
    const { seen, own } = sink();
    const get = async (request: Request) => (request.url === base ? new Response('1\n', { headers: { Link: '</bad>; rel="next"' } }) : new Response('no', { status: 503 }));
    await expect(exportRecords(base, own, () => {}, new AbortController().signal, get)).rejects.toThrow('503');
    expect(seen).toMatchObject({ closed: false, aborted: true });
  });
});

describe('failed days', () => {
  it('are runs', () => expect(failedSpans('1970-01-01', 'cffcf')).toEqual([{ from: 1, end: 3 }, { from: 4, end: 5 }]));
});

describe('reading anew', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('happens once in an interval however often it is wanted, and once more after the last wish', async () => {
    const load = vi.fn(async () => {});
    const refresher = new Refresher(load, 1000, () => Date.now());
    for (let i = 0; i < 50; i++) {
      refresher.request();
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(5000);
    expect(load.mock.calls.length).toBeGreaterThanOrEqual(5);
    expect(load.mock.calls.length).toBeLessThanOrEqual(7);
  });

  it('never overlaps, and goes on after an error', async () => {
    let running = 0;
    let worst = 0;
    const load = vi.fn(async () => {
      worst = Math.max(worst, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2500));
      running -= 1;
      throw new Error('away');
    });
    const refresher = new Refresher(load, 1000, () => Date.now());
    for (let i = 0; i < 80; i++) {
      refresher.request();
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(worst).toBe(1);
    expect(load.mock.calls.length).toBeGreaterThanOrEqual(2);
  });

  it('ends when it is stopped', async () => {
    const load = vi.fn(async () => {});
    const refresher = new Refresher(load, 1000, () => Date.now());
    refresher.request();
    refresher.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(load).not.toHaveBeenCalled();
  });
});
