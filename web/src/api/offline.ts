// What was last read of jobs, connections and the like, kept on the device so that it can be read without a network. It belongs to the
// person who is signed in and goes when they sign out. Records themselves are not kept: they are large and the most private.
import { signal } from '@preact/signals';

const cacheName = 'coldpath-data';
const atHeader = 'Coldpath-Read-At';
const entriesMax = 200;

// Whether the last request reached the service.
export const reachable = signal(true);
// When what is shown was read, if it comes from the device; null while the service answers. The oldest of what was served counts.
export const asOf = signal<number | null>(null);

const kept = /^\/v1\/(historical-syncs(\/[0-9a-f-]{36}(\/(coverage|failures))?)?|connections|providers|notifications|me|client-config)$/;

export function isKept(method: string, address: string): boolean {
  return method === 'GET' && kept.test(new URL(address).pathname);
}

export function answered(): void {
  reachable.value = true;
  asOf.value = null;
}

export function unanswered(): void {
  reachable.value = false;
}

// Raised when all is forgotten, so that an answer that is still being written then is not kept after all.
let epoch = 0;

async function store(key: string, response: Response, begun: number): Promise<void> {
  const body = await response.arrayBuffer();
  const headers = new Headers(response.headers);
  headers.set(atHeader, String(Date.now()));
  const cache = await caches.open(cacheName);
  if (begun !== epoch) return;
  await cache.put(key, new Response(body, { status: 200, headers }));
  const keys = await cache.keys();
  // In the order of their writing: the oldest go first.
  for (const old of keys.slice(0, Math.max(0, keys.length - entriesMax))) await cache.delete(old);
}

// Pages outside a secure context (http elsewhere than on this machine) have no caches; they work without.
function available(): boolean {
  return 'caches' in globalThis;
}

// Ends when it is kept; nobody has to wait for that. Never fails: the disk may be full, or storage forbidden, and that must not harm
// the answer itself.
export async function keepAnswer(request: Request, response: Response): Promise<void> {
  if (!available() || !isKept(request.method, request.url)) return;
  await store(request.url, response.clone(), epoch).catch(() => {});
}

// Ends when it is forgotten; never fails.
export async function forget(request: Request): Promise<void> {
  if (!available() || !isKept(request.method, request.url)) return;
  await caches.open(cacheName).then((cache) => cache.delete(request.url)).catch(() => {});
}

export async function keptAnswer(request: Request): Promise<Response | undefined> {
  if (!available() || !isKept(request.method, request.url)) return undefined;
  const found = await (await caches.open(cacheName)).match(request.url);
  if (found === undefined) return undefined;
  const at = Number(found.headers.get(atHeader));
  asOf.value = asOf.value === null ? at : Math.min(asOf.value, at);
  return found;
}

export async function forgetAll(): Promise<void> {
  epoch += 1;
  asOf.value = null;
  if (available()) await caches.delete(cacheName);
}
