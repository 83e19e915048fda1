// The API's client, typed by the contract (api/openapi.yaml). Errors are problem details (RFC 9457), thrown as ApiProblem.
import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './schema.gen';

export type Schemas = components['schemas'];
export type Job = Schemas['Job'];
export type Connection = Schemas['Connection'];
export type DataType = Schemas['DataType'];
export type Problem = Schemas['Problem'];

export class ApiProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
  // The last part of the problem's type: "upsell", "sync-running".
  get code(): string {
    return this.problem.type.replace('urn:coldpath:problem:', '');
  }
}

// The network is away, or the service is.
export class Unreachable extends Error {}

type TokenSource = () => Promise<string | null>;
let tokenSource: TokenSource = async () => null;
let onUnauthorized: () => void = () => {};

// Where tokens come from, and what to do when the service does not accept one: set once by the session.
export function connectSession(source: TokenSource, unauthorized: () => void): void {
  tokenSource = source;
  onUnauthorized = unauthorized;
}

export async function authorization(): Promise<Record<string, string>> {
  const token = await tokenSource();
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

async function problemOf(response: Response): Promise<Problem> {
  const type = response.headers.get('Content-Type') ?? '';
  if (type.startsWith('application/problem+json')) return (await response.json()) as Problem;
  return {
    type: 'urn:coldpath:problem:internal',
    title: response.statusText,
    status: response.status,
    detail: `The service answered ${response.status}.`,
    instance: new URL(response.url).pathname,
  };
}

const session: Middleware = {
  async onRequest({ request }) {
    for (const [name, value] of Object.entries(await authorization())) request.headers.set(name, value);
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return response;
    if (response.status === 401) onUnauthorized();
    throw new ApiProblem(await problemOf(response));
  },
  onError({ error }) {
    return new Unreachable(error instanceof Error ? error.message : String(error));
  },
};

export const api = createClient<paths>({ baseUrl: '/' });
api.use(session);

// What openapi-fetch answers, as a value: errors are thrown by the middleware.
export async function unwrap<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
