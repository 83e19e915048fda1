/// <reference lib="webworker" />
// The service worker: keeps the app's shell for offline use and shows pushes. It stays one file without imports, so that a browser can
// start it for a push without loading anything.
export {};
declare const self: ServiceWorkerGlobalScope;
// Put in by the build: the files of this version, as JSON, and its name.
declare const __PRECACHE_FILES__: string;
declare const __PRECACHE_VERSION__: string;

const shellPrefix = 'coldpath-shell-';
const shell = shellPrefix + __PRECACHE_VERSION__;
// What the page leaves for the worker (words) and the worker remembers (which pushes it has shown).
const notes = 'coldpath-worker';

interface Push {
  key: string;
  code: string;
  title: string;
  text: string;
  job_id: string;
}

const files = JSON.parse(__PRECACHE_FILES__) as string[];

async function install(): Promise<void> {
  const cache = await caches.open(shell);
  // Past the HTTP cache: what is kept must be this version's, all of it or none.
  await cache.addAll(files.map((file) => new Request(file, { cache: 'reload' })));
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith(shellPrefix) && name !== shell) await caches.delete(name);
  await self.clients.claim();
}

// Addresses that the service answers itself.
function isService(path: string): boolean {
  return path.startsWith('/v1/') || ['/healthz', '/readyz', '/metrics', '/openapi.json', '/sw.js'].includes(path);
}

async function serve(request: Request): Promise<Response> {
  const cache = await caches.open(shell);
  // Every address of the app is the same page.
  const kept = await cache.match(request.mode === 'navigate' ? '/' : request, { ignoreVary: true });
  return kept ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== self.location.origin || isService(url.pathname)) return;
  event.respondWith(serve(event.request));
});
self.addEventListener('message', (event) => {
  const message = event.data as { kind?: string };
  if (message.kind === 'use') void self.skipWaiting();
});

async function readNote<T>(name: string): Promise<T | null> {
  const found = await (await caches.open(notes)).match(name);
  return found === undefined ? null : ((await found.json()) as T);
}

async function writeNote(name: string, value: unknown): Promise<void> {
  await (await caches.open(notes)).put(name, new Response(JSON.stringify(value)));
}

const shownMax = 100;

// Whether this push is shown for the first time. A push may come more than once: the sender makes sure that it comes at all.
async function isNew(key: string): Promise<boolean> {
  const shown = (await readNote<string[]>('/~shown')) ?? [];
  if (shown.includes(key)) return false;
  await writeNote('/~shown', [...shown, key].slice(-shownMax));
  return true;
}

function readPush(data: PushMessageData | null): Push | null {
  try {
    const push = data?.json() as Partial<Push> | undefined;
    return typeof push?.key === 'string' && typeof push.code === 'string' && typeof push.job_id === 'string' ? (push as Push) : null;
  } catch {
    return null;
  }
}

// A path of this app, whatever the push says: pushes lead nowhere else.
function placeOf(push: Push): string {
  return /^[0-9a-f-]{36}$/.test(push.job_id) ? `/jobs/${push.job_id}` : '/notifications';
}

async function show(push: Push | null): Promise<void> {
  // Browsers want every push shown; one that cannot be read still says that there is something to look at.
  if (push === null) return self.registration.showNotification('Coldpath', { icon: '/icon-192.png', data: { url: '/notifications' } });
  if (!(await isNew(push.key))) return;
  const words = (await readNote<Record<string, { title: string; text: string }>>('/~words'))?.[push.code];
  await self.registration.showNotification(words?.title ?? push.title, {
    body: words?.text ?? push.text,
    tag: push.key,
    icon: '/icon-192.png',
    badge: '/badge-96.png',
    data: { url: placeOf(push) },
  });
}

async function open(url: string): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: false });
  const window = windows.find((client) => client.focused) ?? windows[0];
  if (window === undefined) {
    await self.clients.openWindow(url);
    return;
  }
  await window.focus();
  // The app goes there itself, without a reload.
  window.postMessage({ kind: 'open', url });
}

self.addEventListener('push', (event) => event.waitUntil(show(readPush(event.data))));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { url } = (event.notification.data ?? {}) as { url?: string };
  event.waitUntil(open(url ?? '/notifications'));
});

interface SubscriptionChange extends ExtendableEvent {
  readonly oldSubscription?: PushSubscription | null;
}

// The browser has given this device another address. The worker holds no token to say so to the service; an open page does, and
// otherwise the next one that is opened.
async function subscribeAnew(old: PushSubscription | null | undefined): Promise<void> {
  const key = old?.options.applicationServerKey;
  if (key && (await self.registration.pushManager.getSubscription()) === null) {
    await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  }
  for (const client of await self.clients.matchAll({ type: 'window' })) client.postMessage({ kind: 'subscription-changed' });
}

self.addEventListener('pushsubscriptionchange', (event) => {
  const change = event as SubscriptionChange;
  change.waitUntil(subscribeAnew(change.oldSubscription));
});
