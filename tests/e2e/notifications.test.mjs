// What leaves the service: pushes to browsers, webhooks; and what comes from the billing system.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { assertAddsUp, assertProblem, eventually, temporaryFolder, World } from './harness.mjs';
import { FakeApns, makeCertificates } from '../push/fakes/fake_apns.mjs';
import { FakeFcm } from '../push/fakes/fake_fcm.mjs';
import { FakePushService, newSecret, signWebhook, WebhookReceiver } from './receivers.mjs';

// A service whose configuration file says `config`.
async function serve(t, config, options = {}) {
  const file = join(temporaryFolder(), 'config.json');
  writeFileSync(file, JSON.stringify(config));
  return World.start(t, { ...options, server: ['--config', file] });
}

async function connected(world, user = 'ada') {
  const client = await world.client(user);
  const connection = await client.connect('google-health');
  const first = await eventually(async () => (await client.ok('GET', '/v1/historical-syncs')).jobs[0], 'the first week');
  await client.jobEnded(first.id);
  return { client, connection };
}

async function subscribe(world, client, push, name) {
  const config = await (await fetch(`${world.server.url}/v1/client-config`)).json();
  assert.ok(config.push.kinds.includes('web_push'));
  const subscription = push.subscribe(name, config.push.web_push_key);
  return { subscription, entered: await client.ok('PUT', '/v1/push-subscriptions', { body: subscription }) };
}

const codes = (messages) => messages.map((message) => message.code).sort();

describe('push', { concurrency: 3 }, () => {
  test('each device is told once of the start and of the end, and a click leads to the job', async (t) => {
    const world = await serve(t, {});
    const push = await FakePushService.start(t);
    const { client, connection } = await connected(world);
    await subscribe(world, client, push, 'laptop');
    await subscribe(world, client, push, 'phone');
    const id = await client.start(connection);
    await client.jobEnded(id);
    await eventually(() => push.received.length >= 4, 'four pushes');
    for (const name of ['laptop', 'phone']) {
      assert.deepEqual(codes(push.shown(name)), ['N-04', 'N-05']);
      for (const message of push.shown(name)) {
        assert.equal(message.job_id, id);
        assert.equal(message.url, `${world.server.url}/jobs/${id}`);
        assert.equal(message.title, 'Coldpath');
      }
    }
    assert.equal(push.received.length, 4, 'nothing of the first week, nothing twice');
    for (const { headers, vapid } of push.received) {
      assert.equal(headers['content-encoding'], 'aes128gcm');
      assert.ok(Number(headers.ttl) > 86_000 && Number(headers.ttl) <= 86_400);
      assert.equal(vapid.aud, push.url);
      assert.ok(vapid.exp * 1000 < Date.now() + 24 * 3600_000);
    }
    assert.equal(await world.metric('coldpath_notifications_total', { channel: 'web_push', result: 'accepted' }), 4);
    assert.ok(!world.server.log().includes('/send/'), 'no endpoint in the log');
  });

  test('switches, removal and devices that are gone are honoured', async (t) => {
    const world = await serve(t, {});
    const push = await FakePushService.start(t);
    const { client, connection } = await connected(world);
    await subscribe(world, client, push, 'laptop');
    await subscribe(world, client, push, 'sold');
    const removed = await subscribe(world, client, push, 'removed');
    push.answer = (name) => (name === 'sold' ? 410 : 201);
    await client.ok('DELETE', `/v1/push-subscriptions?id=${removed.entered.id}`);
    await client.ok('PUT', '/v1/notification-settings', { body: { push: { 'N-04': false, 'N-05': true, 'N-06': true } } });
    const id = await client.start(connection);
    await client.jobEnded(id);
    await client.notificationsBecome(id, ['N-04', 'N-05']);
    await eventually(() => push.received.length >= 2, 'two pushes');
    assert.deepEqual(push.received.map((one) => [one.name, one.message.code]).sort(), [['laptop', 'N-05'], ['sold', 'N-05']]);
    await eventually(async () => (await client.ok('GET', '/v1/push-subscriptions')).subscriptions.length === 1, 'the dead one is gone');
  });

  test('phones are told through FCM and APNs', async (t) => {
    const folder = temporaryFolder();
    const write = (name, text) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const pem = (pair) => ({
      own: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }),
    });
    const rsa = pem(generateKeyPairSync('rsa', { modulusLength: 2048 }));
    const account = { project: 'project-7', email: 'push@project-7.iam.gserviceaccount.com', keyId: 'key-1' };
    const google = await new FakeFcm({ ...account, publicKey: rsa.publicKey }).start();
    t.after(() => google.end());
    const ec = pem(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }));
    const team = { keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ', topic: 'com.example.coldpath' };
    const { ca, ...certificates } = makeCertificates(folder);
    const apple = await new FakeApns({ ...team, publicKey: ec.publicKey, certificates }).start();
    t.after(() => apple.end());
    const world = await serve(t, {
      push: {
        ca_file: ca,
        fcm: {
          base: google.url,
          service_account_file: write('firebase.json', JSON.stringify({
            type: 'service_account', project_id: account.project, client_email: account.email, private_key_id: account.keyId,
            private_key: rsa.own, token_uri: `${google.url}/token`,
          })),
        },
        apns: { base: apple.url, key_file: write('key.p8', ec.own), key_id: team.keyId, team_id: team.teamId, topic: team.topic },
      },
    });
    const { client, connection } = await connected(world);
    const { push } = await (await fetch(`${world.server.url}/v1/client-config`)).json();
    assert.deepEqual([...push.kinds].sort(), ['apns', 'fcm', 'web_push']);
    const android = { kind: 'fcm', token: 'dEv1ce_x:APA91b-token', label: 'Pixel' };
    const iphone = { kind: 'apns', token: '0a'.repeat(32), label: 'iPhone' };
    for (const body of [android, iphone]) await client.ok('PUT', '/v1/push-subscriptions', { body });
    assertProblem(await client.call('PUT', '/v1/push-subscriptions', { body: { kind: 'apns', token: 'not hex' } }), 400, 'push-refused', /./);
    const id = await client.start(connection);
    await client.jobEnded(id);
    await eventually(() => google.received.length >= 2 && apple.received.length >= 2, 'two pushes each');
    assert.deepEqual([google.list, apple.list], [[], []], 'no complaint');
    assert.deepEqual(google.received.map((one) => [one.token, one.data.code, one.data.job_id]).sort(),
                     [[android.token, 'N-04', id], [android.token, 'N-05', id]]);
    assert.deepEqual(apple.received.map((one) => [one.device, one.payload.code, one.payload.job_id]).sort(),
                     [[iphone.token, 'N-04', id], [iphone.token, 'N-05', id]]);
    assert.equal(apple.received[0].payload.aps.alert.title, 'Coldpath');
  });

  test('what a kill -9 interrupts arrives, and is seen once', async (t) => {
    const world = await serve(t, {});
    const push = await FakePushService.start(t);
    const { client, connection } = await connected(world);
    await subscribe(world, client, push, 'laptop');
    // The push service is away while the first message is due; the service dies with it on its hands.
    push.answer = () => 503;
    const id = await client.start(connection);
    await eventually(() => push.received.length >= 1, 'a first try');
    await world.restart('SIGKILL');
    await client.jobEnded(id);
    await world.restart('SIGKILL');
    push.answer = () => 201;
    await eventually(() => push.shown('laptop').length >= 2, 'both pushes', 100);
    assert.deepEqual(codes(push.shown('laptop')), ['N-04', 'N-05']);
    await client.notificationsBecome(id, ['N-04', 'N-05']);
  });

  test('an address that no push service has is refused', async (t) => {
    const world = await serve(t, {});
    const ada = await world.client('ada');
    const push = await FakePushService.start(t);
    const subscription = { ...push.subscribe('x', ''), endpoint: 'ftp://push.example.net/x' };
    assertProblem(await ada.call('PUT', '/v1/push-subscriptions', { body: subscription }), 400, 'push-refused', /https/);
  });
});

describe('webhooks', { concurrency: 2 }, () => {
  test('the end of every sync is told, signed, and again until it is taken', async (t) => {
    const secret = newSecret();
    const receiver = await WebhookReceiver.start(t, secret);
    receiver.answer = (before) => (before === 0 ? 500 : 204);
    const world = await serve(t, { webhooks: [{ url: `${receiver.url}/in`, secret: `${newSecret()} ${secret}` }] });
    const { client, connection } = await connected(world);
    const id = await client.start(connection);
    await client.jobEnded(id);
    const of = (job) => receiver.received.filter((one) => one.event.data.jobId === job && one.status === 204);
    await eventually(() => of(id).length === 1, 'the event', 90);
    const { event, headers, genuine } = of(id)[0];
    assert.ok(genuine);
    assert.equal(event.type, 'HistoricalSyncCompleted');
    assert.deepEqual([event.data.userId, event.data.outcome, event.data.kind], ['ada', 'complete', 'historical']);
    assert.ok(Math.abs(Date.now() - Date.parse(event.timestamp)) < 120_000);
    assert.equal(headers['content-type'], 'application/json');
    // The first try of the first event was refused: the second has the same id and the same bytes.
    const refused = receiver.received[0];
    await eventually(() => receiver.received.filter((one) => one.headers['webhook-id'] === refused.headers['webhook-id']).length === 2,
                     'the second try');
    const again = receiver.received.filter((one) => one.headers['webhook-id'] === refused.headers['webhook-id'])[1];
    assert.equal(again.text, refused.text);
    assert.equal(receiver.received.length, 3, 'two events, one of them twice');
  });
});

describe('entitlements', { concurrency: 2 }, () => {
  const state = (world, secret, body, id = 'msg-1') => {
    const text = JSON.stringify(body);
    return world.call('POST', '/v1/entitlements/events', { body: text, headers: signWebhook(secret, id, text) });
  };
  const changed = (pro, at = new Date()) => ({
    type: 'entitlement.changed', timestamp: at.toISOString(), data: { user_id: 'ada', pro },
  });

  test('a downgrade in the middle stops the sync, says why, and keeps what came in', async (t) => {
    const secret = newSecret();
    const world = await serve(t, { entitlement_secret: secret }, { sandbox: ['--latency-ms', '150'] });
    const billing = await world.client('ada', { pro: false });
    billing.bearer = null;
    const { client, connection } = await connected(world);
    const id = await client.start(connection, { start: '2024-06-01', end: '2025-06-01', max_concurrency: 2 });
    await client.jobUntil(id, (job) => job.progress.chunks_done > 2, 'under way');
    assert.equal((await state(billing, secret, changed(false))).status, 204);
    const told = await client.ok('GET', `/v1/historical-syncs/${id}`);
    assert.equal(told.desired, 'cancel', 'at once');
    const job = await client.jobEnded(id);
    assert.deepEqual([job.status, job.outcome, job.stop_reason], ['SUCCEEDED', 'cancelled', 'downgrade']);
    const coverage = await client.view(id, 'coverage');
    assertAddsUp(coverage);
    assert.ok(coverage.counts.complete > 0 && coverage.counts.not_attempted > 0);
    assert.ok((await client.export(id)).join('').length > 0);
    assert.deepEqual(await client.notifications(id), ['N-04'], 'a stopped job sends nothing more');
    // Their token still says Pro, but it was issued before.
    assertProblem(await client.call('POST', '/v1/historical-syncs', {
      key: '7d9f8d52-0c7b-4f5e-9a64-3f1d3a0b2c11', body: { connection_id: connection.id, start: '2025-05-01', end: '2025-06-01' },
    }), 403, 'upsell', /Pro/);
    // A repetition and an older statement change nothing; a newer one does.
    assert.equal((await state(billing, secret, changed(true, new Date(Date.now() - 600_000)), 'late')).status, 204);
    assert.equal((await client.ok('GET', '/v1/me')).pro, false);
    assert.equal((await state(billing, secret, changed(true), 'msg-2')).status, 204);
    assert.equal((await client.ok('GET', '/v1/me')).pro, true);
  });

  test('only who knows the secret may say it', async (t) => {
    const secret = newSecret();
    const world = await serve(t, { entitlement_secret: secret });
    const ada = await world.client('ada');
    assertProblem(await state(ada, newSecret(), changed(true)), 401, 'webhook-signature-invalid', /secret/);
    assertProblem(await ada.call('POST', '/v1/entitlements/events', { body: changed(true) }), 401, 'webhook-signature-missing', /webhook-id/);
    const off = await serve(t, {});
    assertProblem(await state(await off.client('ada'), secret, changed(true)), 404, 'entitlement-events-off', /entitlement_secret/);
  });
});
