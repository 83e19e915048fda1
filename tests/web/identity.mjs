// An OpenID Connect provider for tests: the package oidc-provider, with anybody as a user and one public client. Its access tokens are
// JWTs for the resource "coldpath", as an installation's identity provider issues them.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

export const RESOURCE = 'urn:coldpath:api';

// Takes a port and gives it back: the service needs the issuer's address to start, and the issuer the app's.
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

function configuration(app, { pro, accessTokenSeconds }) {
  return {
    clients: [{
      client_id: 'coldpath-web', token_endpoint_auth_method: 'none', application_type: 'native',
      redirect_uris: [`${app}/sign-in/callback`], post_logout_redirect_uris: [`${app}/sign-in`, `${app}/`, app],
      grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
    }],
    scopes: ['openid', 'profile', 'offline_access'],
    clientBasedCORS: (_ctx, origin) => origin === app,
    pkce: { required: () => true, methods: ['S256'] },
    findAccount: (_ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
    // The person's consent to our own app is not what is tested.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid profile offline_access');
      grant.addResourceScope(RESOURCE, 'sync');
      await grant.save();
      return grant;
    },
    issueRefreshToken: async () => true,
    rotateRefreshToken: true,
    extraTokenClaims: () => ({ pro }),
    ttl: { AccessToken: accessTokenSeconds, IdToken: 600, RefreshToken: 3600, Session: 3600, Grant: 3600, Interaction: 600 },
    features: {
      devInteractions: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: async (ctx, form) => {
          ctx.body = `<!doctype html><title>Sign out</title>${form}<button type="submit" form="op.logoutForm" name="logout" value="yes">Yes</button>`;
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: 'sync', audience: 'coldpath', accessTokenFormat: 'jwt', accessTokenTTL: accessTokenSeconds, jwt: { sign: { alg: 'RS256' } } }),
      },
    },
  };
}

// `app` is the web app's origin.
export class IdentityProvider {
  static async start(app, { pro = true, accessTokenSeconds = 600 } = {}) {
    const identity = new IdentityProvider();
    const port = await freePort();
    identity.issuer = `http://127.0.0.1:${port}`;
    const quiet = console.warn;
    console.warn = () => {};  // it warns of its development settings, which are what is wanted here
    try {
      identity.provider = new Provider(identity.issuer, configuration(app, { pro, accessTokenSeconds }));
    } finally {
      console.warn = quiet;
    }
    identity.requests = [];
    const serve = identity.provider.callback();
    identity.server = createServer((request, response) => {
      identity.requests.push(request.url);
      return serve(request, response);
    });
    await new Promise((done) => identity.server.listen(port, '127.0.0.1', done));
    return identity;
  }

  // The member of the service's configuration file.
  get signIn() {
    return { issuer: this.issuer, client_id: 'coldpath-web', scope: 'openid profile offline_access', resource: RESOURCE };
  }

  async end() {
    this.server.closeAllConnections?.();
    await new Promise((done) => this.server.close(done));
  }
}
