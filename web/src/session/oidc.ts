// Sign-in at an OpenID Connect issuer: authorization code with PKCE (S256), state and nonce; renewal by refresh token where one is granted,
// otherwise by asking the issuer again without showing anything (prompt=none). Loaded only by those who sign in this way.
import * as oauth from 'oauth4webapi';
import type { ClientConfig } from './config';
import { keepFlow, safeReturn, takeFlow } from './flow';
import type { Session } from './stored';

type SignIn = ClientConfig['sign_in'];

// Why a sign-in did not come to an end.
export class SignInFailed extends Error {
  constructor(
    readonly reason: 'denied' | 'expired' | 'issuer' | 'interaction',
    readonly returnTo = '/',
  ) {
    super(reason);
  }
}

const redirectUri = () => `${location.origin}/sign-in/callback`;

// Without an `expires_in` nobody says how long the token holds; five minutes are what careful issuers give.
const expiresDefault = 300;

// The library refuses issuers without TLS; on this machine itself there is nothing to listen in on.
function insecure(issuer: URL): { [oauth.allowInsecureRequests]: boolean } {
  return { [oauth.allowInsecureRequests]: ['127.0.0.1', 'localhost', '[::1]'].includes(issuer.hostname) };
}

interface Issuer {
  server: oauth.AuthorizationServer;
  client: oauth.Client;
  options: { [oauth.allowInsecureRequests]: boolean };
}

async function discover(signIn: SignIn): Promise<Issuer> {
  const url = new URL(signIn.issuer ?? '');
  const options = insecure(url);
  const answer = await oauth.discoveryRequest(url, { algorithm: 'oidc', ...options });
  return { server: await oauth.processDiscoveryResponse(url, answer), client: { client_id: signIn.client_id ?? '' }, options };
}

function resource(signIn: SignIn): Record<string, string> {
  return signIn.resource ? { resource: signIn.resource } : {};
}

// Leaves the page for the issuer's.
export async function beginSignIn(signIn: SignIn, returnTo: string, silent: boolean): Promise<void> {
  const { server } = await discover(signIn);
  if (server.authorization_endpoint === undefined) throw new SignInFailed('issuer');
  const flow = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    returnTo: safeReturn(returnTo),
    silent,
    begun: Date.now(),
  };
  keepFlow(sessionStorage, flow);
  const url = new URL(server.authorization_endpoint);
  const parameters = {
    client_id: signIn.client_id ?? '',
    redirect_uri: redirectUri(),
    response_type: 'code',
    scope: signIn.scope ?? 'openid profile',
    code_challenge: await oauth.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: 'S256',
    state: flow.state,
    nonce: flow.nonce,
    ...resource(signIn),
    ...(silent ? { prompt: 'none' } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  location.assign(url);
}

function nameIn(claims: oauth.IDToken): string {
  for (const name of ['name', 'preferred_username', 'email'] as const) {
    const value = claims[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return claims.sub;
}

function sessionOf(answer: oauth.TokenEndpointResponse, before?: Session): Session {
  const claims = oauth.getValidatedIdTokenClaims(answer);
  return {
    method: 'oidc',
    name: claims ? nameIn(claims) : (before?.name ?? ''),
    subject: claims?.sub ?? before?.subject ?? '',
    accessToken: answer.access_token,
    expires: Date.now() + (answer.expires_in ?? expiresDefault) * 1000,
    // An issuer that rotates sends a new one, one that does not leaves the old in force (RFC 6749, 6).
    refreshToken: answer.refresh_token ?? before?.refreshToken,
    idToken: answer.id_token ?? before?.idToken,
  };
}

// What the address of the callback means: a session, and the page to go back to.
export async function finishSignIn(signIn: SignIn, address: URL): Promise<{ session: Session; returnTo: string }> {
  const flow = takeFlow(sessionStorage, address.searchParams.get('state'), Date.now());
  if (flow === null) throw new SignInFailed('expired');
  const { server, client, options } = await discover(signIn);
  try {
    const parameters = oauth.validateAuthResponse(server, client, address, flow.state);
    const answer = await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), parameters, redirectUri(), flow.verifier, {
      additionalParameters: resource(signIn),
      ...options,
    });
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, { expectedNonce: flow.nonce, requireIdToken: true });
    return { session: sessionOf(tokens), returnTo: flow.returnTo };
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      throw new SignInFailed(flow.silent ? 'interaction' : error.error === 'access_denied' ? 'denied' : 'issuer', flow.returnTo);
    }
    throw new SignInFailed('issuer', flow.returnTo);
  }
}

// Null if the issuer no longer honours the refresh token. Throws if it cannot be asked.
export async function refresh(signIn: SignIn, session: Session): Promise<Session | null> {
  if (session.refreshToken === undefined) return null;
  const { server, client, options } = await discover(signIn);
  const answer = await oauth.refreshTokenGrantRequest(server, client, oauth.None(), session.refreshToken, {
    additionalParameters: resource(signIn),
    ...options,
  });
  try {
    return sessionOf(await oauth.processRefreshTokenResponse(server, client, answer), session);
  } catch (error) {
    // 4xx: the grant is gone. Anything else may pass.
    if (error instanceof oauth.ResponseBodyError && error.status < 500) return null;
    throw error;
  }
}

// Where the issuer ends its own session (OpenID Connect RP-Initiated Logout); null if it offers no such place.
export async function endSessionAddress(signIn: SignIn, session: Session): Promise<string | null> {
  const { server } = await discover(signIn);
  if (server.end_session_endpoint === undefined) return null;
  const url = new URL(server.end_session_endpoint);
  if (session.idToken !== undefined) url.searchParams.set('id_token_hint', session.idToken);
  url.searchParams.set('client_id', signIn.client_id ?? '');
  url.searchParams.set('post_logout_redirect_uri', `${location.origin}/`);
  return url.href;
}
