/// <reference lib="webworker" />
// The service worker: keeps the app's shell for offline use and shows pushes.
export {};
declare const self: ServiceWorkerGlobalScope;

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
