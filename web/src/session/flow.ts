// What a sign-in has to remember between the page that it leaves and the page that it comes back to: the secrets of PKCE (RFC 7636)
// and of state and nonce, and where the person was. Each is good once and for ten minutes.
export interface Flow {
  state: string;
  nonce: string;
  verifier: string;
  returnTo: string;
  // Asked with prompt=none: a refusal means only that the person has to be asked.
  silent: boolean;
  begun: number;
}

const key = 'coldpath.sign-in';
const lifeMs = 600_000;

type Shelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

// A path of this app. Anything else would let an address of ours send people elsewhere.
export function safeReturn(path: string | null | undefined): string {
  if (!path || !path.startsWith('/') || path.startsWith('//') || path.includes('\\')) return '/';
  const url = new URL(path, 'https://app.invalid');
  if (url.origin !== 'https://app.invalid' || url.pathname.startsWith('/sign-in')) return '/';
  return url.pathname + url.search + url.hash;
}

// The address of the sign-in page for whoever wanted `url`. `user` is a name to fill in, in development.
export function signInAddress(url: string, user?: string): string {
  const to = safeReturn(url.replace(/([?&])user=[^&#]*&?/, '$1').replace(/[?&]$/, ''));
  const query = new URLSearchParams();
  if (user !== undefined) query.set('user', user);
  if (to !== '/') query.set('to', to);
  const text = query.toString();
  return text === '' ? '/sign-in' : `/sign-in?${text}`;
}

export function keepFlow(shelf: Shelf, flow: Flow): void {
  shelf.setItem(key, JSON.stringify(flow));
}

// The flow of this state, once. Null if there is none, it is another's, or it is too old.
export function takeFlow(shelf: Shelf, state: string | null, now: number): Flow | null {
  const text = shelf.getItem(key);
  shelf.removeItem(key);
  if (text === null || state === null) return null;
  const flow = JSON.parse(text) as Flow;
  const fresh = now >= flow.begun && now - flow.begun <= lifeMs;
  return fresh && flow.state === state ? { ...flow, returnTo: safeReturn(flow.returnTo) } : null;
}
