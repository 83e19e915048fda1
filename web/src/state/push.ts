// Messages on this device (Web Push): turning them on and off, and keeping the service's list of devices true.
import { signal } from '@preact/signals';
import { api, unwrap } from '../api/client';
import { t, type MessageKey } from '../i18n/i18n';
import { loadConfig } from '../session/config';
import { onErase } from '../session/session';
import { onWorkerMessage } from './installation';

export type PushCode = 'N-04' | 'N-05' | 'N-06';
export const pushCodes: PushCode[] = ['N-04', 'N-05', 'N-06'];

export interface Device {
  id: string;
  kind: string;
  label: string | null;
  created: string;
}

// not_offered: the installation has no key. unsupported: the browser cannot. The others are the person's choice.
export type PushState = 'unknown' | 'not_offered' | 'unsupported' | 'denied' | 'off' | 'on';
export const pushState = signal<PushState>('unknown');
// The id under which the service knows this device, for as long as it is on.
export const thisDevice = signal<string | null>(null);

const registeredKey = 'coldpath.push';

interface Registered {
  id: string;
  endpoint: string;
}

function registered(): Registered | null {
  const text = localStorage.getItem(registeredKey);
  return text === null ? null : (JSON.parse(text) as Registered);
}

// base64url (RFC 4648, 5) to bytes, as the Push API wants the key.
export function keyBytes(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

// What people call the browser and the machine that they sit at; enough to tell their devices apart.
export function deviceLabel(agent: string): string {
  const browser = /Edg\//.test(agent) ? 'Edge' : /Firefox\//.test(agent) ? 'Firefox' : /Chrome\//.test(agent) ? 'Chrome' : /Safari\//.test(agent) ? 'Safari' : null;
  const system = /Android/.test(agent)
    ? 'Android'
    : /iPhone|iPad/.test(agent)
      ? 'iOS'
      : /Windows/.test(agent)
        ? 'Windows'
        : /Mac OS/.test(agent)
          ? 'macOS'
          : /Linux/.test(agent)
            ? 'Linux'
            : null;
  return browser === null || system === null ? t('push.device.unknown') : t('push.device.web', { browser, system });
}

function supported(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;
}

// Null where no worker of ours is or will be (the development server, private windows): `ready` would wait for ever.
async function registration(): Promise<ServiceWorkerRegistration | null> {
  const known = await navigator.serviceWorker.getRegistration('/');
  return known === undefined ? null : navigator.serviceWorker.ready;
}

async function subscription(): Promise<PushSubscription | null> {
  return (await registration())?.pushManager.getSubscription() ?? null;
}

async function register(sub: PushSubscription): Promise<void> {
  const { endpoint, keys } = sub.toJSON();
  if (endpoint === undefined || keys?.['p256dh'] === undefined || keys['auth'] === undefined) throw new Error('incomplete subscription');
  const body = { kind: 'web_push' as const, endpoint, keys: { p256dh: keys['p256dh'], auth: keys['auth'] }, label: deviceLabel(navigator.userAgent) };
  const device = await unwrap(api.PUT('/v1/push-subscriptions', { body }));
  localStorage.setItem(registeredKey, JSON.stringify({ id: device.id, endpoint } satisfies Registered));
  thisDevice.value = device.id;
}

// Looks at how things stand, and tells the service if the browser has changed the subscription in the meantime.
export async function lookAtPush(): Promise<PushState> {
  const { push } = await loadConfig();
  if (push.web_push_key === null) pushState.value = 'not_offered';
  else if (!supported()) pushState.value = 'unsupported';
  else if (Notification.permission === 'denied') pushState.value = 'denied';
  else {
    const sub = await subscription();
    const known = registered();
    if (sub === null || known === null) pushState.value = 'off';
    else {
      thisDevice.value = known.id;
      if (sub.endpoint !== known.endpoint) await register(sub);
      await keepWords();
      pushState.value = 'on';
    }
  }
  return pushState.value;
}

// Asks the browser, which asks the person. Call it from a press of a button: browsers refuse to ask otherwise.
export async function enablePush(): Promise<PushState> {
  const { push } = await loadConfig();
  if (push.web_push_key === null) return lookAtPush();
  if ((await Notification.requestPermission()) !== 'granted') return lookAtPush();
  const worker = await registration();
  if (worker === null) {
    pushState.value = 'unsupported';
    return pushState.value;
  }
  const old = await worker.pushManager.getSubscription();
  // A subscription under another key (another installation at this address before) would get nothing.
  const key = keyBytes(push.web_push_key);
  const fits = old?.options.applicationServerKey && sameBytes(new Uint8Array(old.options.applicationServerKey), key);
  if (old && !fits) await old.unsubscribe();
  const sub = old && fits ? old : await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  await register(sub);
  await keepWords();
  pushState.value = 'on';
  return pushState.value;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

export async function disablePush(): Promise<void> {
  const known = registered();
  localStorage.removeItem(registeredKey);
  thisDevice.value = null;
  if (pushState.value === 'on') pushState.value = 'off';
  // Here first: from then on nothing comes, whatever the service may still send.
  if (supported()) await (await subscription())?.unsubscribe();
  if (known !== null) await removeDevice(known.id);
}

export async function listDevices(signal?: AbortSignal): Promise<Device[]> {
  const { subscriptions } = await unwrap(api.GET('/v1/push-subscriptions', { signal }));
  return subscriptions.map((device) => ({ ...device, label: device.label ?? null }));
}

export async function removeDevice(id: string): Promise<void> {
  if (registered()?.id === id) {
    await disablePush();
    return;
  }
  await api.DELETE('/v1/push-subscriptions', { params: { query: { id } } });
}

const words: Record<PushCode, { title: MessageKey; text: MessageKey }> = {
  'N-04': { title: 'notice.started', text: 'notice.started_text' },
  'N-05': { title: 'notice.complete', text: 'notice.complete_text' },
  'N-06': { title: 'notice.gaps', text: 'notice.gaps_text' },
};

export function noticeWords(code: PushCode): { title: string; text: string } {
  return { title: t(words[code].title), text: t(words[code].text) };
}

// The worker shows messages while no page is open, so it gets the words in the reader's language beforehand.
export async function keepWords(): Promise<void> {
  if (registered() === null || !('caches' in globalThis)) return;
  const table = Object.fromEntries(pushCodes.map((code) => [code, noticeWords(code)]));
  const cache = await caches.open('coldpath-worker');
  await cache.put('/~words', new Response(JSON.stringify(table), { headers: { 'Content-Type': 'application/json' } }));
}

// Called once, when the app starts.
export function startPush(): void {
  onErase(async () => {
    await disablePush();
    if ('caches' in globalThis) await caches.delete('coldpath-worker');
  });
  onWorkerMessage((message) => {
    // Registers anew if the browser has changed the subscription.
    if (message.kind === 'subscription-changed') lookAtPush().catch(() => {});
  });
}
