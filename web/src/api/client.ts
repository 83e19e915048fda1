// The API's client, typed by the contract (api/openapi.yaml). Errors are problem details (RFC 9457), thrown as ApiProblem.
import createClient, { type Middleware } from 'openapi-fetch';
import { answered, forget, keepAnswer, keptAnswer, unanswered } from './offline';
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

export interface SessionSource {
  // The token to send, fresh if that can be had; null if nobody is signed in.
  token(): Promise<string | null>;
  // Another one in place of one that the service refused; null if there is none.
  renew(refused: string): Promise<string | null>;
  // Nothing helps: the person has to sign in again.
  lost(): void;
}

let source: SessionSource = { token: async () => null, renew: async () => null, lost: () => {} };

// Where tokens come from: set once by the session.
export function connectSession(session: SessionSource): void {
  source = session;
}

export async function authorization(): Promise<Record<string, string>> {
  const token = await source.token();
  return token === null ? {} : { Authorization: `Bearer ${token}` };
}

// What the renewal of a session itself asks for: to wait for a fresh token there would be to wait for oneself.
function isPublic(request: Request): boolean {
  return ['/v1/client-config', '/v1/development/tokens'].includes(new URL(request.url).pathname);
}

async function send(request: Request, token: string | null): Promise<Response> {
  const copy = request.clone();
  if (token !== null) copy.headers.set('Authorization', `Bearer ${token}`);
  return fetch(copy);
}

// fetch with the person's token, which is renewed once if the service does not accept it. What was read before is answered from the
// device while there is no network.
export async function sessionFetch(request: Request): Promise<Response> {
  const token = isPublic(request) ? null : await source.token();
  try {
    let response = await send(request, token);
    if (response.status === 401 && token !== null) {
      const renewed = await source.renew(token);
      if (renewed !== null && renewed !== token) response = await send(request, renewed);
      if (response.status === 401) source.lost();
    }
    if (isGateways(response)) throw new Unreachable(`${response.status} from a gateway`);
    answered();
    if (response.ok) void keepAnswer(request, response);
    else if (response.status === 404) void forget(request);
    return response;
  } catch (error) {
    if (request.signal.aborted) throw error;
    unanswered();
    const kept = await keptAnswer(request);
    if (kept !== undefined) return kept;
    throw error instanceof Unreachable ? error : new Unreachable(error instanceof Error ? error.message : String(error));
  }
}

// What a proxy says in place of a service that is away. The service's own answers with these numbers are problem details.
function isGateways(response: Response): boolean {
  return [502, 503, 504].includes(response.status) && response.headers.get('Content-Type')?.startsWith('application/problem+json') !== true;
}

export async function problemOf(response: Response): Promise<Problem> {
  const type = response.headers.get('Content-Type') ?? '';
  if (type.startsWith('application/problem+json')) return (await response.json()) as Problem;
  return {
    type: 'urn:coldpath:problem:internal',
    title: response.statusText,
    status: response.status,
    detail: `The service answered ${response.status}.`,
    instance: response.url === '' ? '' : new URL(response.url).pathname,
  };
}

const problems: Middleware = {
  async onResponse({ response }) {
    if (response.ok) return response;
    throw new ApiProblem(await problemOf(response));
  },
};

export const api = createClient<paths>({ baseUrl: '/', fetch: sessionFetch });
api.use(problems);

// What openapi-fetch answers, as a value: errors are thrown by the middleware.
export async function unwrap<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}
