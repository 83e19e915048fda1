// FcmSender over the network, against a fake of FCM and of Google's token endpoint.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { FakeFcm, fcmError } from './fakes/fake_fcm.mjs';
import { makeMessage, Probe } from './probe.mjs';

const DEVICE = { id: 'subscription-1', kind: 'fcm', address: 'dEv1ce_x:APA91b-token' };

async function start(t, change = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const account = { project: 'project-7', email: 'push@project-7.iam.gserviceaccount.com', keyId: 'key-1' };
  const google = await new FakeFcm({ ...account, publicKey: publicKey.export({ type: 'spki', format: 'pem' }) }).start();
  t.after(() => google.end());
  const service_account = JSON.stringify({
    type: 'service_account', project_id: account.project, client_email: account.email, private_key_id: account.keyId,
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }), token_uri: `${google.url}/token`, ...change,
  });
  const probe = await Probe.start(t, { kind: 'fcm', service_account, base_url: google.url });
  return { google, probe };
}

test('a message arrives with all that each platform needs', async (t) => {
  const { google, probe } = await start(t);
  const message = makeMessage({ text: 'Dein Import ist fertig – schön.' });
  assert.deepEqual(await probe.send(DEVICE, message), { verdict: 'accepted', reason: '' });
  assert.deepEqual(google.list, []);
  const [got] = google.received;
  assert.equal(got.token, DEVICE.address);
  assert.deepEqual(got.notification, { title: message.title, body: message.text });
  const { key, code, job_id, url } = message;
  assert.deepEqual({ ...got.data, time: 0 }, { key, code, job_id, url, time: 0 });
  assert.equal(got.webpush.fcm_options.link, url);
});

test('a repeated message replaces the first', async (t) => {
  const { google, probe } = await start(t);
  await probe.send(DEVICE);
  await probe.send(DEVICE);
  await probe.send(DEVICE, makeMessage({ key: 'another/N-06' }));
  const keys = google.received.map(({ android }) => android.collapse_key);
  assert.equal(keys[0], keys[1]);
  assert.notEqual(keys[0], keys[2]);
});

test('fifty messages need one token, which is renewed five minutes before its end', async (t) => {
  const { google, probe } = await start(t);
  const outcomes = await probe.sendAtOnce(Array.from({ length: 50 }, (_, i) => [DEVICE, makeMessage({ key: `job-${i}/N-05` })]));
  assert.deepEqual(new Set(outcomes.map(({ verdict }) => verdict)), new Set(['accepted']));
  assert.equal(google.given.length, 1);
  await probe.send(DEVICE, makeMessage(), 54 * 60);
  assert.equal(google.given.length, 1);
  google.nowShift = 56 * 60;
  await probe.send(DEVICE, makeMessage(), 56 * 60);
  assert.equal(google.given.length, 2);
  assert.equal(google.received.length, 52);
  assert.deepEqual(google.list, []);
});

test('a token that Google no longer takes is renewed once', async (t) => {
  const { google, probe } = await start(t);
  await probe.send(DEVICE);
  google.given.push('revoked by hand');
  assert.equal((await probe.send(DEVICE)).verdict, 'accepted');
  assert.equal(google.given.length, 3);
  google.refusals.push(fcmError(401, 'UNAUTHENTICATED'), fcmError(401, 'UNAUTHENTICATED'));
  assert.equal((await probe.send(DEVICE)).verdict, 'refused');
  assert.equal(google.refusals.length, 0, 'tried twice');
});

test('each refusal has its meaning', async (t) => {
  const { google, probe } = await start(t);
  for (const [refusal, verdict, retry] of [
    [fcmError(404, 'NOT_FOUND', 'UNREGISTERED'), 'gone'],
    [fcmError(403, 'PERMISSION_DENIED', 'SENDER_ID_MISMATCH'), 'gone'],
    [fcmError(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'message.token'), 'gone'],
    [fcmError(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'message.android.ttl'), 'refused'],
    [fcmError(403, 'PERMISSION_DENIED'), 'refused'],
    [fcmError(429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED'), 'later', 60],
    [{ ...fcmError(503, 'UNAVAILABLE', 'UNAVAILABLE'), headers: { 'retry-after': '45' } }, 'later', 45],
    [fcmError(500, 'INTERNAL', 'INTERNAL'), 'later'],
  ]) {
    google.refusals.push(refusal);
    const outcome = await probe.send(DEVICE);
    assert.equal(outcome.verdict, verdict, JSON.stringify(refusal));
    assert.equal(outcome.retry_after_s, retry);
    assert.ok(!outcome.reason.includes(DEVICE.address));
  }
});

test('without a token nothing is sent', async (t) => {
  const { google, probe } = await start(t, { client_email: 'stranger@project-7.iam.gserviceaccount.com' });
  const refused = await probe.send(DEVICE);
  assert.equal(refused.verdict, 'refused');
  assert.match(refused.reason, /invalid_grant/);
  assert.match(google.list[0], /stranger/);
  google.tokenRefusals.push({ status: 503, body: {}, headers: { 'retry-after': '30' } });
  const { verdict, retry_after_s } = await probe.send(DEVICE);
  assert.deepEqual({ verdict, retry_after_s }, { verdict: 'later', retry_after_s: 30 });
  assert.deepEqual(google.received, []);
});

test('a service account that is none is said to be so', async (t) => {
  const probe = await Probe.start(t, { kind: 'fcm', service_account: '{}', base_url: 'http://127.0.0.1:9' });
  assert.deepEqual(probe.ready, { error: 'config.invalid' });
});
