import { describe, expect, test } from 'vitest';
import { keepFlow, safeReturn, signInAddress, takeFlow, type Flow } from './flow';
import { clearKeys, isFresh, readSession, takeOver, type Session } from './stored';

class Shelf implements Storage {
  private readonly map = new Map<string, string>();
  get length() {
    return this.map.size;
  }
  key = (index: number) => [...this.map.keys()][index] ?? null;
  getItem = (name: string) => this.map.get(name) ?? null;
  setItem = (name: string, value: string) => void this.map.set(name, value);
  removeItem = (name: string) => void this.map.delete(name);
  clear = () => this.map.clear();
}

const flow: Flow = { state: 's1', nonce: 'n1', verifier: 'v1', returnTo: '/jobs?x=1#y', silent: false, begun: 1_000_000 };

describe('the state of a sign-in', () => {
  test('comes back once', () => {
    const shelf = new Shelf();
    keepFlow(shelf, flow);
    expect(takeFlow(shelf, 's1', 1_000_500)).toEqual(flow);
    expect(takeFlow(shelf, 's1', 1_000_500)).toBeNull();
  });

  test("is refused for another's state, and gone then", () => {
    const shelf = new Shelf();
    keepFlow(shelf, flow);
    expect(takeFlow(shelf, 's2', 1_000_500)).toBeNull();
    expect(takeFlow(shelf, 's1', 1_000_500)).toBeNull();
    keepFlow(shelf, flow);
    expect(takeFlow(shelf, null, 1_000_500)).toBeNull();
  });

  test('holds for ten minutes', () => {
    const shelf = new Shelf();
    keepFlow(shelf, flow);
    expect(takeFlow(shelf, 's1', 1_600_001)).toBeNull();
    keepFlow(shelf, flow);
    expect(takeFlow(shelf, 's1', 999_999)).toBeNull();
  });

  test.each([
    ['/jobs/1?a=b#c', '/jobs/1?a=b#c'],
    ['//evil.example/', '/'],
    ['https://evil.example/', '/'],
    ['/\\evil.example', '/'],
    ['/sign-in/callback?code=1', '/'],
    ['javascript:alert(1)', '/'],
    ['', '/'],
    [null, '/'],
  ])('leads back from %s to %s', (path, safe) => {
    expect(safeReturn(path)).toBe(safe);
  });
});

test.each([
  ['/', undefined, '/sign-in'],
  ['/?user=demo', 'demo', '/sign-in?user=demo'],
  ['/jobs?a=1&user=demo', 'demo', '/sign-in?user=demo&to=%2Fjobs%3Fa%3D1'],
  ['/jobs/1', undefined, '/sign-in?to=%2Fjobs%2F1'],
  ['//evil.example', undefined, '/sign-in'],
])('who wants %s signs in first', (url, user, address) => {
  expect(signInAddress(url, user)).toBe(address);
});

describe('a stored session', () => {
  const session: Session = { method: 'oidc', name: 'Ada', subject: 'ada', accessToken: 't', expires: 100_000 };

  test('is read back, and nothing else is', () => {
    expect(readSession(JSON.stringify(session))).toEqual(session);
    for (const text of [null, '', '{', '[]', 'null', '{"method":"magic"}', '{"method":"oidc","name":1}']) expect(readSession(text)).toBeNull();
  });

  test('is renewed before it ends', () => {
    expect(isFresh(session, 60_000)).toBe(true);
    expect(isFresh(session, 75_000)).toBe(false);
  });

  test('of another person clears what lies on the device', () => {
    const shelf = new Shelf();
    expect(takeOver(shelf, session)).toBe(false);
    expect(takeOver(shelf, session)).toBe(false);
    expect(takeOver(shelf, { ...session, subject: 'bob' })).toBe(true);
  });

  test('goes with all keys of the app but the language', () => {
    const shelf = new Shelf();
    for (const name of ['coldpath.session', 'coldpath.push', 'coldpath.language', 'other']) shelf.setItem(name, 'x');
    clearKeys(shelf);
    expect([shelf.getItem('coldpath.session'), shelf.getItem('coldpath.push')]).toEqual([null, null]);
    expect([shelf.getItem('coldpath.language'), shelf.getItem('other')]).toEqual(['x', 'x']);
  });
});
