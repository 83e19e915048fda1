// The session as it lies in localStorage, where a second tab and the installed app find it too.
export interface Session {
  method: 'oidc' | 'development';
  // What to call the person, and who they are at the issuer.
  name: string;
  subject: string;
  accessToken: string;
  // Milliseconds since 1970.
  expires: number;
  refreshToken?: string;
  idToken?: string;
  // Of the development sign-in: what was asked for, so that it can be asked for again.
  pro?: boolean;
}

export const sessionKey = 'coldpath.session';
const ownerKey = 'coldpath.owner';
// A token that ends within this time is renewed before it is used.
const marginMs = 30_000;

function isSession(value: unknown): value is Session {
  if (typeof value !== 'object' || value === null) return false;
  const it = value as Partial<Session>;
  return (
    (it.method === 'oidc' || it.method === 'development') &&
    typeof it.name === 'string' &&
    typeof it.subject === 'string' &&
    typeof it.accessToken === 'string' &&
    typeof it.expires === 'number'
  );
}

// Null for nothing, and for what is no session (an older version's, or somebody's experiment).
export function readSession(text: string | null): Session | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isSession(value) ? value : null;
  } catch {
    return null;
  }
}

export function isFresh(session: Session, now: number): boolean {
  return session.expires - now > marginMs;
}

// Whether what lies on this device belongs to somebody else than the one who has just signed in.
export function takeOver(shelf: Storage, session: Session): boolean {
  const owner = `${session.method}:${session.subject}`;
  const before = shelf.getItem(ownerKey);
  shelf.setItem(ownerKey, owner);
  return before !== null && before !== owner;
}

// All keys of the app but the language, which says nothing about a person.
export function clearKeys(shelf: Storage): void {
  const names = Array.from({ length: shelf.length }, (_, index) => shelf.key(index) ?? '');
  for (const name of names) {
    if (name.startsWith('coldpath.') && name !== 'coldpath.language') shelf.removeItem(name);
  }
}
