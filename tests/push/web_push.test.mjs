// WebPushSender over the network: against a fake push service that checks and decrypts with Node's own crypto, and
// against the npm package web-push-testing, which does so with code of other people.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FakePushService } from './fakes/fake_push_service.mjs';
import { makeMessage, Probe } from './probe.mjs';

const CONTACT = 'mailto:push@example.com';
const tools = fileURLToPath(new URL('../npm/package.json', import.meta.url));
const haveTools = existsSync(new URL('../npm/node_modules/web-push-testing/package.json', import.meta.url));

function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), 'coldpath-push-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function start(t, given = {}) {
  const folder = temporaryFolder(t);
  const service = await new FakePushService(CONTACT).start();
  t.after(() => service.end());
  const config = { kind: 'web_push', key_file: join(folder, 'vapid-key.pem'), contact: CONTACT, allow_insecure: true, ...given };
  const probe = await Probe.start(t, config);
  return { folder, service, config, probe };
}

test('the browser reads what was sent, and nobody can tell its length', async (t) => {
  const { service, probe } = await start(t);
  const subscription = service.subscribe(probe.ready.application_server_key);
  const message = makeMessage({ text: 'Dein Import ist fertig – schön.' });
  assert.equal((await probe.send(subscription, message)).verdict, 'accepted', service.list.join());
  assert.equal((await probe.send(subscription, makeMessage({ text: 'x' }))).verdict, 'accepted');
  const [first, second] = subscription.kept.messages;
  const { time, ...rest } = first.json;
  const { life_s, ...sent } = message;
  assert.deepEqual(rest, sent);
  assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000);
  assert.equal(first.body.length, second.body.length);
  assert.ok(first.ttl > 86400 - 60 && first.ttl <= 86400);
  assert.deepEqual(service.list, []);
});

test('a push that is sent again has the same topic, and a new key and salt', async (t) => {
  const { service, probe } = await start(t);
  const subscription = service.subscribe(probe.ready.application_server_key);
  await probe.send(subscription);
  await probe.send(subscription);
  await probe.send(subscription, makeMessage({ key: 'another/N-06' }));
  const [first, again, other] = subscription.kept.messages;
  assert.equal(first.topic, again.topic);
  assert.notEqual(first.topic, other.topic);
  assert.notDeepEqual(first.body.subarray(0, 16), again.body.subarray(0, 16));
  assert.notDeepEqual(first.body.subarray(21, 86), again.body.subarray(21, 86));
});

test('the largest payload fits one message', async (t) => {
  const { service, probe } = await start(t);
  const subscription = service.subscribe(probe.ready.application_server_key);
  assert.equal((await probe.send(subscription, makeMessage({ text: 'é'.repeat(5000) }))).verdict, 'accepted');
  const [{ body, json }] = subscription.kept.messages;
  assert.ok(body.length <= 4096 && body.length > 3000);
  assert.ok(json.text.endsWith('é…'), 'cut between characters');
});

test('one token serves an origin for half a day', async (t) => {
  const { service, probe } = await start(t);
  const subscription = service.subscribe(probe.ready.application_server_key);
  await probe.sendAtOnce(Array.from({ length: 20 }, () => [subscription, makeMessage()]));
  await probe.send(subscription, makeMessage(), -3600);
  assert.equal(subscription.kept.messages.length, 21);
  assert.equal(service.tokens.size, 2, 'a clock that was set back makes a new one');
  assert.deepEqual(service.list, []);
});

test('the key stays, readable by its owner alone', async (t) => {
  const { config, probe } = await start(t);
  assert.equal(statSync(config.key_file).mode & 0o777, 0o600);
  const again = await Probe.start(t, config);
  assert.equal(again.ready.application_server_key, probe.ready.application_server_key);
});

test('another key is refused, an unknown subscription is gone, a busy service is asked later', async (t) => {
  const { service, probe } = await start(t);
  const foreign = service.subscribe(Buffer.concat([Buffer.from([4]), randomBytes(64)]).toString('base64url'));
  assert.equal((await probe.send(foreign)).verdict, 'refused');
  assert.match(service.list.pop(), /bound to/);
  const mine = service.subscribe(probe.ready.application_server_key);
  assert.equal((await probe.send({ ...mine, address: `${service.url}/push/unknown` })).verdict, 'gone');
  service.answer = { status: 429, headers: { 'retry-after': '120' } };
  const { verdict, retry_after_s, reason } = await probe.send(mine);
  assert.deepEqual({ verdict, retry_after_s }, { verdict: 'later', retry_after_s: 120 });
  assert.ok(!reason.includes(mine.id));
  service.answer = { status: 503, headers: { 'retry-after': new Date(Date.now() + 600_000).toUTCString() } };
  assert.ok(Math.abs((await probe.send(mine)).retry_after_s - 600) <= 2);
  service.answer = { status: 404, headers: {} };
  assert.equal((await probe.send(mine)).verdict, 'gone');
  await service.end();
  const away = await probe.send(mine);
  assert.equal(away.verdict, 'later');
  assert.match(away.reason, /http\.connect/);
});

test('nothing is sent to this machine or its network', async (t) => {
  const strict = await start(t, { allow_insecure: false });
  const mine = strict.service.subscribe(strict.probe.ready.application_server_key);
  for (const address of [mine.address, 'https://127.0.0.1/x', 'https://localhost/x', 'https://10.0.0.1/x', 'https://[::1]/x']) {
    assert.equal((await strict.probe.send({ ...mine, address })).verdict, 'refused', address);
  }
  // A name may lead anywhere: the connection itself is refused. Stands here for one that resolves to this machine.
  const late = await start(t, { public_addresses_only: true });
  const there = late.service.subscribe(late.probe.ready.application_server_key);
  for (const address of [there.address, there.address.replace('127.0.0.1', 'localhost')]) {
    const { verdict, reason } = await late.probe.send({ ...there, address });
    assert.equal(verdict, 'later');
    assert.match(reason, /http\.connect/);
  }
  assert.deepEqual(there.kept.messages, []);
  assert.deepEqual(mine.kept.messages, []);
});

test('web-push-testing decrypts it', { skip: haveTools ? false : 'npm packages of tests/npm are not installed' }, async (t) => {
  const PushApiModel = createRequire(tools)('web-push-testing/src/PushApiModel.js');
  const model = new PushApiModel();
  const server = createServer((request, response) => {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const headers = {
        encoding: request.headers['content-encoding'], authorization: request.headers.authorization,
        ttl: request.headers.ttl,
      };
      model.handleNotification(request.url.replace('/notify/', ''), headers, Buffer.concat(pieces))
        .then(() => response.writeHead(201).end())
        .catch((error) => response.writeHead(error instanceof RangeError ? 410 : 400).end(error.message));
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => { server.closeAllConnections(); return new Promise((done) => server.close(done)); });
  model.notifyUrl = `http://127.0.0.1:${server.address().port}/notify/`;

  const { probe } = await start(t);
  const { endpoint, keys, clientHash } = await model.subscribe(
    { userVisibleOnly: 'true', applicationServerKey: probe.ready.application_server_key });
  const subscription = { id: 'x', kind: 'web_push', address: endpoint, ...keys };
  const message = makeMessage({ text: 'Your historical sync finished with some errors.' });
  assert.equal((await probe.send(subscription, message)).verdict, 'accepted');
  const [text] = model.getNotifications({ clientHash }).messages;
  assert.equal(JSON.parse(text).text, message.text);
  assert.equal((await probe.send({ ...subscription, address: `${model.notifyUrl}unknown` })).verdict, 'gone');
});
