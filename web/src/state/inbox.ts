// The in-app notifications, and how many came since the person last looked.
import { computed, signal } from '@preact/signals';
import { api, unwrap, type Schemas } from '../api/client';

export type InboxEntry = Schemas['Notification'];

export const inbox = signal<InboxEntry[] | null>(null);
const seenKey = 'coldpath.inbox.seen';
const seen = signal('');

export function countUnread(entries: readonly InboxEntry[], since: string): number {
  return entries.filter((entry) => Date.parse(entry.time) > (since === '' ? 0 : Date.parse(since))).length;
}

export const unread = computed(() => (inbox.value === null ? 0 : countUnread(inbox.value, seen.value)));

export function isUnread(entry: InboxEntry, since: string): boolean {
  return countUnread([entry], since) === 1;
}

export async function loadInbox(signal?: AbortSignal): Promise<InboxEntry[]> {
  seen.value = localStorage.getItem(seenKey) ?? '';
  const { notifications } = await unwrap(api.GET('/v1/notifications', { signal }));
  inbox.value = notifications;
  return notifications;
}

// The person is looking: returns since when they had not, so that the page can mark what is new to them.
export function lookAtInbox(): string {
  const before = localStorage.getItem(seenKey) ?? '';
  const newest = inbox.value?.[0]?.time;
  if (newest !== undefined && newest > before) {
    localStorage.setItem(seenKey, newest);
    seen.value = newest;
  }
  return before;
}

export function forgetInbox(): void {
  inbox.value = null;
}
