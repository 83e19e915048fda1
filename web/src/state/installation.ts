// The installed app: its service worker, and new versions of it.
import { signal } from '@preact/signals';

// A newer version lies ready and takes over when the person says so.
export const updateReady = signal(false);
let waiting: ServiceWorker | null = null;

// Messages between the app and its worker.
export type ToWorker = { kind: 'use' };
export type FromWorker = { kind: 'open'; url: string } | { kind: 'subscription-changed' };

const checkEveryMs = 3_600_000;

function found(worker: ServiceWorker | null): void {
  // Without a controller this is the first installation, not an update.
  if (worker === null || navigator.serviceWorker.controller === null) return;
  waiting = worker;
  updateReady.value = true;
}

function watch(registration: ServiceWorkerRegistration): void {
  found(registration.waiting);
  registration.addEventListener('updatefound', () => {
    const next = registration.installing;
    next?.addEventListener('statechange', () => {
      if (next.state === 'installed') found(next);
    });
  });
  setInterval(() => {
    if (document.visibilityState === 'visible') registration.update().catch(() => {});
  }, checkEveryMs);
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): { createScriptURL: (url: string) => string };
}

// The Content-Security-Policy wants every script's address to have gone through a policy. This one lets pass just the worker's.
function workerAddress(): string {
  const rules = {
    createScriptURL: (url: string) => {
      if (url !== '/sw.js') throw new TypeError('not the worker');
      return url;
    },
  };
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  return factory === undefined ? '/sw.js' : factory.createPolicy('coldpath', rules).createScriptURL('/sw.js');
}

export function startInstallation(): void {
  // Vite's development server has no worker of ours.
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  let reloading = false;
  const had = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (!had || reloading) return;
    reloading = true;
    location.reload();
  });
  // Private windows may forbid it, and tools that test pages answer without a registration: the app works without.
  const begun: Promise<ServiceWorkerRegistration | undefined> = navigator.serviceWorker.register(workerAddress(), { updateViaCache: 'none' });
  begun.then(
    (registration) => registration && watch(registration),
    () => {},
  );
}

export function useUpdate(): void {
  waiting?.postMessage({ kind: 'use' } satisfies ToWorker);
}

export function onWorkerMessage(callback: (message: FromWorker) => void): () => void {
  if (!('serviceWorker' in navigator)) return () => {};
  const hear = (event: MessageEvent<FromWorker>) => callback(event.data);
  navigator.serviceWorker.addEventListener('message', hear);
  return () => navigator.serviceWorker.removeEventListener('message', hear);
}
