// The webhooks' signatures under Standard Webhooks' own library, both ways. It comes from npm (tests/npm); where that
// is not installed, the test is skipped.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually, temporaryFolder, World } from './harness.mjs';
import { newSecret } from './receivers.mjs';

const require = createRequire(new URL('../npm/', import.meta.url));
const installed = existsSync(new URL('../npm/node_modules/standardwebhooks', import.meta.url));

test('signed as the reference library verifies, and verified as it signs', { skip: !installed && 'npm ci in tests/npm' }, async (t) => {
  const { Webhook } = require('standardwebhooks');
  const [outgoing, incoming] = [newSecret(), newSecret()];
  const verified = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    try {
      verified.push(new Webhook(outgoing).verify(text, request.headers));
      response.writeHead(204).end();
    } catch (error) {
      verified.push(error);
      response.writeHead(401).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const file = join(temporaryFolder(), 'config.json');
  writeFileSync(file, JSON.stringify({
    webhooks: [{ url: `http://127.0.0.1:${server.address().port}/`, secret: outgoing }], entitlement_secret: incoming,
  }));
  const world = await World.start(t, { server: ['--config', file] });

  const client = await world.client('ada', { pro: false });
  const body = JSON.stringify({
    type: 'entitlement.changed', timestamp: new Date(Date.now() + 2000).toISOString(), data: { user_id: 'ada', pro: true },
  });
  const at = new Date();
  const send = (text) => client.call('POST', '/v1/entitlements/events', {
    body: text,
    headers: {
      'webhook-id': 'msg-1', 'webhook-timestamp': String(Math.floor(at / 1000)),
      'webhook-signature': new Webhook(incoming).sign('msg-1', at, body),
    },
  });
  assert.equal((await send(body)).status, 204);
  assert.equal((await send(body.replace('true', 'false'))).status, 401);
  assert.equal((await client.ok('GET', '/v1/me')).pro, true);

  await client.connect('google-health');
  await eventually(() => verified.length > 0, 'the event of the first week');
  assert.equal(verified[0].type, 'HistoricalSyncCompleted', String(verified[0]));
  assert.equal(verified[0].data.kind, 'first_week');
});
