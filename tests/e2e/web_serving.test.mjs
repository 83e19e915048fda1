// The service in front of the web app: files, headers, sign-in for development, and what a page may ask.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { assertProblem, eventually, startServer, temporaryFolder, World } from './harness.mjs';

const folder = temporaryFolder();
let world;
before(async () => {
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>app</title>');
  writeFileSync(join(folder, 'assets/app-1a2b.js'), 'export {};');
  world = await World.start(undefined, { server: ['--web', folder] });
});
after(() => world.end());

const browser = { accept: 'text/html,*/*;q=0.8' };
const get = (path, headers = {}) => fetch(world.server.url + path, { headers, redirect: 'manual' });

describe('files', () => {
  test('the page stands at the root and at each of the app\'s own routes', async () => {
    for (const path of ['/', '/jobs/17', '/connections?connection=1']) {
      const page = await get(path, browser);
      assert.equal(page.status, 200, path);
      assert.match(await page.text(), /<title>app/);
      assert.equal(page.headers.get('cache-control'), 'no-cache');
      assert.match(page.headers.get('content-security-policy'), /^default-src 'none'; script-src 'self';.* connect-src 'self';/);
    }
    const api = await get('/v1/jobs', browser);
    assert.equal(api.status, 404);
    assert.equal(api.headers.get('content-type'), 'application/problem+json');
  });

  test('hashed names stay for a year, and the rest is asked for again', async () => {
    const script = await get('/assets/app-1a2b.js');
    assert.equal(script.headers.get('content-type'), 'text/javascript; charset=utf-8');
    assert.match(script.headers.get('cache-control'), /immutable/);
    const page = await get('/');
    const again = await get('/', { 'if-none-match': page.headers.get('etag') });
    assert.equal(again.status, 304);
    assert.equal(await again.text(), '');
    assert.equal((await get('/assets/other.js', browser)).status, 404);
    assert.equal((await get('/..%2f..%2fetc/passwd')).status, 404);
  });
});

describe('sign-in', () => {
  test('in development a page on this machine gets a token for whomever it names', async () => {
    const config = await (await get('/v1/client-config')).json();
    assert.deepEqual(config.sign_in, { method: 'development' });
    const made = await fetch(`${world.server.url}/v1/development/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'demo', pro: true }),
    });
    assert.equal(made.status, 200);
    const { token } = await made.json();
    const me = await (await get('/v1/me', { authorization: `Bearer ${token}` })).json();
    assert.equal(me.user_id, 'demo');
    assert.equal(me.pro, true);
    assert.match(world.server.log(), /development_token_made/);
  });

  test('a service with an issuer starts without it, says so, and finds its keys once it is there', async () => {
    const issuer = createServer();
    await new Promise((done) => issuer.listen(0, '127.0.0.1', done));
    const origin = `http://127.0.0.1:${issuer.address().port}`;
    let open = false;
    issuer.on('request', (request, response) => {
      const answers = {
        '/.well-known/openid-configuration': { issuer: origin, jwks_uri: `${origin}/jwks`, token_endpoint: `${origin}/token` },
        '/jwks': { keys: [] },
      };
      response.writeHead(open ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answers[request.url] ?? {}));
    });
    const data = temporaryFolder();
    const file = join(data, 'coldpath.json');
    writeFileSync(file, JSON.stringify({ sign_in: { issuer: origin, client_id: 'web' } }));
    const server = await startServer(data, { data: join(data, 'data'), options: ['--config', file, '--web', folder] });
    try {
      const config = await (await fetch(`${server.url}/v1/client-config`)).json();
      assert.deepEqual(config.sign_in, { method: 'oidc', issuer: origin, client_id: 'web', scope: 'openid profile offline_access' });
      await eventually(() => /oidc_keys_not_fetched/.test(server.log()), 'the warning');
      open = true;
      await eventually(() => /oidc_keys_fetched/.test(server.log()), 'the keys', 30);
      const page = await fetch(`${server.url}/`, { headers: browser });
      assert.ok(page.headers.get('content-security-policy').includes(`connect-src 'self' ${origin};`));
    } finally {
      await server.end();
      issuer.close();
    }
  });

  test('the app is a place to come back to after connecting', async () => {
    const ada = await world.client('ada');
    const own = await ada.call('POST', '/v1/connections/oura/authorize', { body: { return_url: `${world.server.url}/connections` } });
    assert.equal(own.status, 200);
    const foreign = await ada.call('POST', '/v1/connections/oura/authorize', { body: { return_url: 'https://evil.example/' } });
    assertProblem(foreign, 400, 'return-url-refused', /origin/);
  });
});
