import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { api, ApiProblem, connectSession, sessionFetch, Unreachable } from './client';
import { answered, reachable } from './offline';

const base = 'https://app.example';
let token: string | null = 'old';
let renewed: string | null = 'new';
const lost = vi.fn();
const asked: { path: string; authorization: string | null }[] = [];
// What the service answers, in turn; the last again and again.
let answers: (() => Response)[] = [];

function problem(status: number): Response {
  const body = { type: 'urn:coldpath:problem:invalid-token', title: '', status, detail: 'Sign in.', instance: '/' };
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } });
}

beforeEach(() => {
  [token, renewed] = ['old', 'new'];
  asked.length = 0;
  lost.mockReset();
  connectSession({ token: async () => token, renew: async () => renewed, lost });
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push({ path: new URL(request.url).pathname, authorization: request.headers.get('Authorization') });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === undefined) throw new TypeError('no network');
    return answer();
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  answered();
});

const request = () => new Request(`${base}/v1/me`, { method: 'POST', body: '{}' });

describe('a request with the person’s token', () => {
  test('carries it', async () => {
    answers = [() => Response.json({})];
    expect((await sessionFetch(request())).status).toBe(200);
    expect(asked).toEqual([{ path: '/v1/me', authorization: 'Bearer old' }]);
  });

  test('is sent again with another when the service refuses the first', async () => {
    answers = [() => problem(401), () => Response.json({})];
    expect((await sessionFetch(request())).status).toBe(200);
    expect(asked.map((one) => one.authorization)).toEqual(['Bearer old', 'Bearer new']);
    expect(lost).not.toHaveBeenCalled();
  });

  test('ends the session when nothing helps', async () => {
    answers = [() => problem(401)];
    expect((await sessionFetch(request())).status).toBe(401);
    expect(asked).toHaveLength(2);
    expect(lost).toHaveBeenCalledOnce();
    renewed = null;
    asked.length = 0;
    await sessionFetch(request());
    expect(asked).toHaveLength(1);
  });

  test('does not wait for a token where the renewal of tokens asks', async () => {
    answers = [() => Response.json({})];
    connectSession({ token: () => new Promise(() => {}), renew: async () => null, lost });
    await sessionFetch(new Request(`${base}/v1/client-config`));
    await sessionFetch(new Request(`${base}/v1/development/tokens`, { method: 'POST' }));
    expect(asked.map((one) => one.authorization)).toEqual([null, null]);
  });

  test('fails as unreachable without a network, and behind a gateway without a service', async () => {
    answers = [];
    await expect(sessionFetch(request())).rejects.toBeInstanceOf(Unreachable);
    expect(reachable.value).toBe(false);
    answers = [() => new Response('<html>', { status: 502 })];
    await expect(sessionFetch(request())).rejects.toBeInstanceOf(Unreachable);
    answers = [() => problem(502)];
    expect((await sessionFetch(request())).status).toBe(502);
    expect(reachable.value).toBe(true);
  });

  test('is given up quietly', async () => {
    const abort = new AbortController();
    abort.abort();
    answers = [];
    await expect(sessionFetch(new Request(`${base}/v1/me`, { signal: abort.signal }))).rejects.not.toBeInstanceOf(Unreachable);
    expect(reachable.value).toBe(true);
  });
});

test('errors are problems with a code', async () => {
  answers = [() => problem(403)];
  const failure = await api.GET('/v1/me', { baseUrl: base }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiProblem);
  expect((failure as ApiProblem).code).toBe('invalid-token');
});
