// What the service knows about the person who is signed in, and what it has told them.
import { signal } from '@preact/signals';
import { api, unwrap, type Schemas } from '../api/client';
import { loadConfig } from '../session/config';
import { forgetConnections } from './connections';
import { forgetInbox, loadInbox } from './inbox';

export const person = signal<Schemas['Me'] | null>(null);

const inboxEveryMs = 60_000;

export async function loadPerson(signal?: AbortSignal): Promise<Schemas['Me']> {
  person.value = await unwrap(api.GET('/v1/me', { signal }));
  return person.value;
}

// Begins when somebody is signed in; what it returns forgets them.
export function startPerson(): () => void {
  const abort = new AbortController();
  // Each of these is asked for again by the page that needs it, which also says what is wrong.
  const refresh = () => {
    loadInbox(abort.signal).catch(() => {});
    if (person.value === null) loadPerson(abort.signal).catch(() => {});
  };
  const seen = () => {
    if (document.visibilityState === 'visible') refresh();
  };
  refresh();
  loadConfig().catch(() => {});
  const timer = setInterval(seen, inboxEveryMs);
  addEventListener('online', refresh);
  document.addEventListener('visibilitychange', seen);
  return () => {
    abort.abort();
    clearInterval(timer);
    removeEventListener('online', refresh);
    document.removeEventListener('visibilitychange', seen);
    person.value = null;
    forgetInbox();
    forgetConnections();
  };
}
