import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { answered, asOf, forget, forgetAll, isKept, keepAnswer, keptAnswer, reachable, unanswered } from './offline';

// As much of the Cache API as is used, in the order of writing as browsers keep it.
class FakeCache {
  readonly entries = new Map<string, Response>();
  put = async (key: string, response: Response) => {
    this.entries.delete(key);
    this.entries.set(key, response);
  };
  match = async (key: string) => this.entries.get(key)?.clone();
  delete = async (key: string | Request) => this.entries.delete(typeof key === 'string' ? key : key.url);
  keys = async () => [...this.entries.keys()].map((url) => ({ url }) as Request);
}

const named = new Map<string, FakeCache>();
const base = 'https://app.example';
const jobs = `${base}/v1/historical-syncs?limit=50`;

beforeEach(() => {
  named.clear();
  vi.stubGlobal('caches', {
    open: async (name: string) => named.get(name) ?? named.set(name, new FakeCache()).get(name),
    delete: async (name: string) => named.delete(name),
  });
  vi.useFakeTimers({ now: 1_000_000, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  answered();
});

describe('what is kept for reading offline', () => {
  test.each([
    ['GET', '/v1/historical-syncs?limit=50', true],
    ['GET', '/v1/historical-syncs/019a9f0e-1b2c-7d3e-8f40-5a6b7c8d9e0f', true],
    ['GET', '/v1/historical-syncs/019a9f0e-1b2c-7d3e-8f40-5a6b7c8d9e0f/coverage', true],
    ['GET', '/v1/connections', true],
    ['GET', '/v1/notifications', true],
    ['POST', '/v1/historical-syncs', false],
    ['DELETE', '/v1/me', false],
    ['GET', '/v1/records?type=sleep', false],
    ['GET', '/v1/records/daily?type=sleep', false],
    ['GET', '/v1/historical-syncs/019a9f0e-1b2c-7d3e-8f40-5a6b7c8d9e0f/events', false],
    ['GET', '/v1/historical-syncs/019a9f0e-1b2c-7d3e-8f40-5a6b7c8d9e0f/export', false],
  ])('%s %s: %s', (method, path, kept) => {
    expect(isKept(method, base + path)).toBe(kept);
  });

  test('is answered with the time of its reading', async () => {
    await keepAnswer(new Request(jobs), Response.json({ jobs: [1] }));
    vi.setSystemTime(5_000_000);
    const found = await keptAnswer(new Request(jobs));
    expect(await found?.json()).toEqual({ jobs: [1] });
    expect(asOf.value).toBe(1_000_000);
  });

  test('leaves the answer itself readable', async () => {
    const response = Response.json({ jobs: [] });
    keepAnswer(new Request(jobs), response);
    expect(await response.json()).toEqual({ jobs: [] });
  });

  test('says of several the oldest time, until the service answers again', async () => {
    await keepAnswer(new Request(jobs), Response.json({}));
    vi.setSystemTime(2_000_000);
    await keepAnswer(new Request(`${base}/v1/connections`), Response.json({}));
    unanswered();
    await keptAnswer(new Request(`${base}/v1/connections`));
    expect([asOf.value, reachable.value]).toEqual([2_000_000, false]);
    await keptAnswer(new Request(jobs));
    expect(asOf.value).toBe(1_000_000);
    answered();
    expect([asOf.value, reachable.value]).toEqual([null, true]);
  });

  test('goes when the service says that it is gone, and at the end of the session', async () => {
    const request = new Request(`${base}/v1/connections`);
    await keepAnswer(request, Response.json({}));
    await forget(request);
    expect(await keptAnswer(request)).toBeUndefined();
    await keepAnswer(request, Response.json({}));
    await forgetAll();
    expect(await keptAnswer(request)).toBeUndefined();
  });

  test('does not come back from an answer that was on its way at the end', async () => {
    const keeping = keepAnswer(new Request(jobs), Response.json({}));
    await forgetAll();
    await keeping;
    expect(await keptAnswer(new Request(jobs))).toBeUndefined();
  });

  test('does not grow without end', async () => {
    for (let i = 0; i < 210; i += 1) {
      await keepAnswer(new Request(`${base}/v1/historical-syncs?cursor=${i}`), Response.json({}));
    }
    expect(named.get('coldpath-data')?.entries.size).toBe(200);
    expect(await keptAnswer(new Request(`${base}/v1/historical-syncs?cursor=0`))).toBeUndefined();
    expect(await keptAnswer(new Request(`${base}/v1/historical-syncs?cursor=209`))).toBeDefined();
  });
});
