import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiProblem, Unreachable } from '../api/client';
import { pendingWish, sendOnce } from './idempotency';

const shelf = new Map<string, string>();
beforeEach(() => {
  shelf.clear();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => shelf.get(name) ?? null,
    setItem: (name: string, value: string) => shelf.set(name, value),
    removeItem: (name: string) => shelf.delete(name),
  });
});

const problem = (status: number) => new ApiProblem({ type: 'urn:coldpath:problem:x', title: '', status, detail: '', instance: '' });

// Sends `wish`, is answered as `answers` says, and tells under which keys.
async function send(wish: unknown, answer: unknown): Promise<string> {
  let used = '';
  await sendOnce('start.c', wish, async (key) => {
    used = key;
    if (answer instanceof Error) throw answer;
    return answer;
  }).catch(() => {});
  return used;
}

describe('a wish', () => {
  test('keeps its key as long as there is no answer', async () => {
    const first = await send({ a: 1 }, new Unreachable());
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(pendingWish('start.c')?.body).toEqual({ a: 1 });
    expect(await send({ a: 1 }, problem(503))).toBe(first);
    expect(await send({ a: 1 }, 'accepted')).toBe(first);
    expect(pendingWish('start.c')).toBeNull();
    expect(await send({ a: 1 }, 'accepted')).not.toBe(first);
  });

  test('that is another gets another key', async () => {
    const first = await send({ a: 1 }, new Unreachable());
    expect(await send({ a: 2 }, new Unreachable())).not.toBe(first);
    expect(pendingWish('start.c')?.body).toEqual({ a: 2 });
  });

  test('ends with a refusal', async () => {
    const first = await send({ a: 1 }, problem(403));
    expect(pendingWish('start.c')).toBeNull();
    expect(await send({ a: 1 }, problem(409))).not.toBe(first);
  });

  test('survives a lost session and being too fast', async () => {
    const first = await send({ a: 1 }, problem(401));
    expect(await send({ a: 1 }, problem(429))).toBe(first);
    expect(pendingWish('start.c')?.key).toBe(first);
  });

  test('is forgotten after a day, and when it is not one', async () => {
    await send({ a: 1 }, new Unreachable());
    expect(pendingWish('start.c', Date.now() + 86_400_001)).toBeNull();
    shelf.set('coldpath.pending.start.c', '{"key":1}');
    expect(pendingWish('start.c')).toBeNull();
    shelf.set('coldpath.pending.start.c', '{');
    expect(pendingWish('start.c')).toBeNull();
  });
});
