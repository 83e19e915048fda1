import { beforeEach, describe, expect, test } from 'vitest';
import type { Job } from '../api/client';
import { countUnread } from './inbox';
import { deliverEvent, findJob, forgetJobs, jobs, onJobEvent, putJobs, runningJobs, shareDone, type JobEvent } from './jobs';

function job(id: string, change: Partial<Job> = {}): Job {
  return {
    id, kind: 'historical', status: 'RUNNING', outcome: null, phase: 'fetching', desired: 'run', stop_reason: 'none', failure: null,
    connection_id: 'c', provider: 'oura', start: '2026-01-01', end: '2026-02-01', types: ['steps'], max_concurrency: 5,
    created: `2026-05-0${id}T00:00:00Z`, started: null, ended: null, planned_calls: 0, minimum_calls: 0, estimated_seconds: 0,
    remaining: null, waiting: null, executions: [], links: { self: '', events: '', chunks: '', coverage: '' },
    progress: { chunks_total: 10, chunks_done: 4, chunks_failed: 1, records: 7, provider_calls: 3, bytes: 0, attempts: 0, billed_seconds: 0, waits: 0, dollars: 0 },
    ...change,
  };
}

beforeEach(forgetJobs);

describe('the store of jobs', () => {
  test('has the newest first', () => {
    putJobs([job('1'), job('3'), job('2')]);
    expect(jobs.value.map((one) => one.id)).toEqual(['3', '2', '1']);
  });

  test('keeps from a single answer what lists leave out', () => {
    const remaining = { seconds: 60, seconds_low: 50, seconds_high: 90, limited_by: '', explanation: '' };
    const waiting = { until: '2026-05-01T00:00:00Z', chunks: 3, text: '' };
    putJobs([job('1', { phase: 'waiting_for_quota', remaining, waiting })], true);
    putJobs([job('1')]);
    expect(findJob('1')).toMatchObject({ phase: 'waiting_for_quota', remaining, waiting });
    putJobs([job('1', { phase: 'pausing' })]);
    expect(findJob('1')?.phase).toBe('pausing');
    putJobs([job('1', { phase: 'ended', status: 'SUCCEEDED', outcome: 'complete' })]);
    expect(findJob('1')).toMatchObject({ phase: 'ended', remaining: null, waiting: null });
    putJobs([job('1')]);
    expect(findJob('1')?.remaining).toBeNull();
  });

  test('knows which run', () => {
    putJobs([job('1', { phase: 'paused' }), job('2', { phase: 'ended' }), job('3', { phase: 'pending' })]);
    expect(runningJobs.value.map((one) => one.id)).toEqual(['3']);
  });

  test('says how much is done', () => {
    expect(shareDone(job('1'))).toBe(0.4);
    expect(shareDone(job('1', { phase: 'ended' }))).toBe(1);
    const { progress } = job('1');
    expect(shareDone(job('1', { progress: { ...progress, chunks_total: 0 } }))).toBeNull();
  });

  test('hands events to those who want them, as long as they do', () => {
    const heard: JobEvent[] = [];
    const stop = onJobEvent('1', (event) => heard.push(event));
    const event: JobEvent = { number: 1, type: 'chunk', data: {} };
    deliverEvent('1', event);
    deliverEvent('2', event);
    stop();
    deliverEvent('1', event);
    expect(heard).toEqual([event]);
  });
});

test('unread are the notifications since the last look', () => {
  const entry = (time: string) => ({ code: 'N-05' as const, text: '', job_id: 'j', time });
  const entries = [entry('2026-05-03T00:00:00.5Z'), entry('2026-05-02T00:00:00Z')];
  expect(countUnread(entries, '')).toBe(2);
  expect(countUnread(entries, '2026-05-02T00:00:00Z')).toBe(1);
  expect(countUnread(entries, '2026-05-03T00:00:00.500Z')).toBe(0);
});
