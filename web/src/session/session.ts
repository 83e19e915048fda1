// Who is signed in, in this tab and the others. Tokens are renewed by one tab at a time; whoever comes second finds the new one.
import { signal } from '@preact/signals';
import { api, connectSession, unwrap } from '../api/client';
import { loadConfig } from './config';
import { clearKeys, isFresh, readSession, sessionKey, takeOver, type Session } from './stored';

export type { Session } from './stored';

export const session = signal<Session | null>(null);
// The session was lost while somebody was at work: they are asked to sign in again, on the page where they are.
export const expired = signal(false);
// They went on purpose: then there is no place to come back to.
export const left = signal(false);

// Erases what the app keeps on the device about a person. Told by the parts that keep something.
type Cleaner = () => Promise<void> | void;
const cleaners: Cleaner[] = [];
export function onErase(clean: Cleaner): void {
  cleaners.push(clean);
}

async function erase(): Promise<void> {
  await Promise.allSettled(cleaners.map(async (clean) => clean()));
}

function store(next: Session | null): void {
  if (next === null) localStorage.removeItem(sessionKey);
  else localStorage.setItem(sessionKey, JSON.stringify(next));
  session.value = next;
  if (next === null) return;
  expired.value = false;
  left.value = false;
}

// After a sign-in. What another person left on the device goes first.
export async function beginSession(next: Session): Promise<void> {
  if (takeOver(localStorage, next)) await erase();
  store(next);
}

export async function signInForDevelopment(user: string, pro: boolean): Promise<void> {
  await beginSession(await developmentSession(user, pro));
}

async function developmentSession(user: string, pro: boolean): Promise<Session> {
  const { token, expires } = await unwrap(api.POST('/v1/development/tokens', { body: { user, pro } }));
  return { method: 'development', name: user, subject: user, pro, accessToken: token, expires: Date.parse(expires) };
}

async function successor(old: Session): Promise<Session | null> {
  const { sign_in } = await loadConfig();
  if (sign_in.method !== old.method) return null;
  if (old.method === 'development') return developmentSession(old.subject, old.pro ?? false);
  const oidc = await import('./oidc');
  const refreshed = await oidc.refresh(sign_in, old);
  if (refreshed !== null) return refreshed;
  // No refresh token, or one that is spent: its successor may have been lost with a page that was reloaded at that moment. The page goes away here and comes back signed in, or to be signed in.
  await oidc.beginSignIn(sign_in, location.pathname + location.search, true);
  return new Promise(() => {});
}

async function underLock<T>(work: () => Promise<T>): Promise<T> {
  // Absent outside secure contexts; then each tab is on its own.
  return navigator.locks ? (navigator.locks.request(sessionKey, work) as Promise<T>) : work();
}

let renewing: Promise<string | null> | null = null;

// Browsers tell the processes of other tabs of a change to localStorage in their own time, and do not wait with a lock for that. Without
// this pause, the next tab could find the spent refresh token, and an issuer takes its use for a theft (RFC 9700, 4.14.2).
const spreadMs = 250;

function renewNow(refused: string | null): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const work = async () => {
      const before = session.value;
      resolve(await successorToken(refused));
      if (session.value !== before) await new Promise((spread) => setTimeout(spread, spreadMs));
    };
    underLock(work).catch(reject);
  });
}

async function successorToken(refused: string | null): Promise<string | null> {
  const current = readSession(localStorage.getItem(sessionKey));
  if (current === null) return null;
  if (current.accessToken !== refused && isFresh(current, Date.now())) {
    session.value = current;
    return current.accessToken;
  }
  const next = await successor(current);
  // Signed out in the meantime: then it stays so.
  if (localStorage.getItem(sessionKey) === null) return null;
  if (next !== null) store(next);
  return next?.accessToken ?? null;
}

async function renew(refused: string | null): Promise<string | null> {
  renewing ??= renewNow(refused).finally(() => {
    renewing = null;
  });
  return renewing;
}

async function token(): Promise<string | null> {
  const current = session.value;
  if (current === null) return null;
  if (isFresh(current, Date.now())) return current.accessToken;
  try {
    const renewed = await renew(null);
    if (renewed === null) lost();
    return renewed;
  } catch {
    // No network: the request itself will find that out, and what is kept can still be read.
    return current.accessToken;
  }
}

// Nothing renews the session any more: whoever is at work signs in again where they are.
export function lost(): void {
  if (session.value === null) return;
  store(null);
  expired.value = true;
}

// Ends everything on this device, then at the issuer.
export async function signOut(): Promise<void> {
  const ending = session.value;
  await erase();
  left.value = true;
  store(null);
  expired.value = false;
  clearKeys(localStorage);
  sessionStorage.clear();
  if (ending?.method !== 'oidc') return;
  try {
    const { sign_in } = await loadConfig();
    const oidc = await import('./oidc');
    const address = await oidc.endSessionAddress(sign_in, ending);
    if (address !== null) location.assign(address);
  } catch {
    // The issuer cannot be asked. On this device everything has gone, which is what was promised.
  }
}

// Called once, before anything is drawn.
export function startSession(): void {
  connectSession({ token, renew, lost });
  session.value = readSession(localStorage.getItem(sessionKey));
  addEventListener('storage', (event) => {
    if (event.key !== sessionKey && event.key !== null) return;
    session.value = readSession(localStorage.getItem(sessionKey));
  });
}
