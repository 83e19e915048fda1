// A wish that must be carried out once, however often it is sent: its key is kept on the device until an answer is here, so that neither
// a broken connection nor a reload makes a second wish of it.
import { Unreachable } from '../api/client';

export interface Pending<Body> {
  key: string;
  body: Body;
  asked: number;
}

// Beyond this time nobody remembers what they pressed; the wish is theirs to make again.
const lifeMs = 86_400_000;

function slot(name: string): string {
  return `coldpath.pending.${name}`;
}

// What was asked for under this name and not answered.
export function pendingWish<Body>(name: string, now = Date.now()): Pending<Body> | null {
  const text = localStorage.getItem(slot(name));
  if (text === null) return null;
  try {
    const pending = JSON.parse(text) as Pending<Body>;
    if (typeof pending.key === 'string' && now - pending.asked < lifeMs) return pending;
  } catch {
    // Not ours.
  }
  localStorage.removeItem(slot(name));
  return null;
}

// Sends the wish under its key: the one of the last try if that had the same body and no answer. Any answer ends it, a refusal too.
export async function sendOnce<Body, Answer>(name: string, body: Body, send: (key: string, body: Body) => Promise<Answer>): Promise<Answer> {
  const before = pendingWish<Body>(name);
  const same = before !== null && JSON.stringify(before.body) === JSON.stringify(body);
  const pending = same ? before : { key: crypto.randomUUID(), body, asked: Date.now() };
  localStorage.setItem(slot(name), JSON.stringify(pending));
  try {
    const answer = await send(pending.key, body);
    localStorage.removeItem(slot(name));
    return answer;
  } catch (error) {
    if (!isUnanswered(error)) localStorage.removeItem(slot(name));
    throw error;
  }
}

// No answer, or one that does not say whether the wish was heard: a gateway's, or a service that stumbled half way.
export function isUnanswered(error: unknown): boolean {
  if (error instanceof Unreachable) return true;
  const status = (error as { problem?: { status?: number } }).problem?.status;
  return status === undefined || status >= 500 || status === 401 || status === 429;
}
