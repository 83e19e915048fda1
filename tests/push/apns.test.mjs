// ApnsSender over the network: HTTP/2 and TLS for real, against a fake of Apple's service that speaks nothing else.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FakeApns, makeCertificates } from './fakes/fake_apns.mjs';
import { makeMessage, Probe } from './probe.mjs';

const DEVICE = { id: 'subscription-1', kind: 'apns', address: '0a'.repeat(32) };
const folder = mkdtempSync(join(tmpdir(), 'coldpath-apns-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const { ca, ...certificates } = makeCertificates(folder);

async function start(t, given = {}) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const account = { keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ', topic: 'com.example.coldpath' };
  const apple = await new FakeApns({ ...account, publicKey: publicKey.export({ type: 'spki', format: 'pem' }), certificates }).start();
  t.after(() => apple.end());
  const probe = await Probe.start(t, {
    kind: 'apns', ca_file: ca, base_url: apple.url, key_pem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    key_id: account.keyId, team_id: account.teamId, topic: account.topic, ...given,
  });
  return { apple, probe };
}

test('an alert arrives over HTTP/2 with all that Apple asks', async (t) => {
  const { apple, probe } = await start(t);
  const message = makeMessage({ text: 'Dein Import ist fertig – schön.' });
  assert.deepEqual(await probe.send(DEVICE, message), { verdict: 'accepted', reason: '' });
  assert.deepEqual(apple.list, []);
  const [{ device, headers, payload }] = apple.received;
  assert.equal(device, DEVICE.address);
  assert.deepEqual(payload.aps.alert, { title: message.title, body: message.text });
  assert.equal(payload.aps['thread-id'], message.job_id);
  const { key, code, job_id, url } = message;
  assert.deepEqual({ ...payload, aps: 0, time: 0 }, { key, code, job_id, url, aps: 0, time: 0 });
  assert.ok(Math.abs(Number(headers['apns-expiration']) - (Date.now() / 1000 + 86400)) < 60);
});

test('a repeated push is the same to Apple and to the device', async (t) => {
  const { apple, probe } = await start(t);
  await probe.send(DEVICE);
  await probe.send(DEVICE);
  await probe.send({ ...DEVICE, id: 'subscription-2' });
  await probe.send(DEVICE, makeMessage({ key: 'another/N-06' }));
  const of = (name) => apple.received.map(({ headers }) => headers[name]);
  const ids = of('apns-id');
  assert.equal(ids[0], ids[1]);
  assert.equal(new Set(ids).size, 3);
  const collapse = of('apns-collapse-id');
  assert.equal(collapse[0], collapse[1]);
  assert.equal(collapse[0], collapse[2], 'the same notification on two devices');
  assert.notEqual(collapse[0], collapse[3]);
});

test('many pushes share a token, and one connection once it stands', async (t) => {
  const { apple, probe } = await start(t);
  await probe.send(DEVICE);
  const outcomes = await probe.sendAtOnce(Array.from({ length: 60 }, (_, i) => [DEVICE, makeMessage({ key: `job-${i}/N-05` })]));
  assert.deepEqual(new Set(outcomes.map(({ verdict }) => verdict)), new Set(['accepted']));
  assert.equal(apple.received.length, 61);
  assert.equal(apple.tokens.size, 1);
  assert.equal(apple.sessions, 1, 'streams of one connection');
});

test('a token is used for 50 minutes', async (t) => {
  const { apple, probe } = await start(t);
  await probe.send(DEVICE, makeMessage(), 0);
  await probe.send(DEVICE, makeMessage(), 49 * 60);
  assert.equal(apple.tokens.size, 1);
  await probe.send(DEVICE, makeMessage(), 51 * 60);
  assert.equal(apple.tokens.size, 2);
});

test('a token that Apple calls expired is renewed once, if it is old enough', async (t) => {
  const { apple, probe } = await start(t);
  apple.nowShift = 3601 + 45 * 60;  // for Apple, a token of this minute has expired, and one in 45 minutes has not
  const young = await probe.send(DEVICE, makeMessage(), 0);
  assert.equal(young.verdict, 'later');
  assert.match(young.reason, /clock/);
  assert.equal(apple.tokens.size, 1, 'Apple takes frequent changes ill');
  apple.nowShift = 3601;
  assert.equal((await probe.send(DEVICE, makeMessage(), 45 * 60)).verdict, 'accepted');
  assert.equal(apple.tokens.size, 2);
  assert.equal(apple.received.length, 1);
});

test('each refusal has its meaning', async (t) => {
  const { apple, probe } = await start(t);
  for (const [status, reason, verdict] of [
    [410, 'Unregistered', 'gone'], [400, 'BadDeviceToken', 'gone'], [413, 'PayloadTooLarge', 'refused'],
    [429, 'TooManyRequests', 'later'], [500, 'InternalServerError', 'later'], [503, 'ServiceUnavailable', 'later'],
  ]) {
    apple.refusals.push({ status, reason, headers: status === 429 ? { 'retry-after': '90' } : {} });
    const outcome = await probe.send(DEVICE);
    assert.equal(outcome.verdict, verdict, reason);
    assert.equal(outcome.retry_after_s, status === 429 ? 90 : undefined);
    assert.ok(outcome.reason.includes(reason) && !outcome.reason.includes(DEVICE.address));
  }
  const foreign = await start(t, { topic: 'com.example.other' });
  assert.equal((await foreign.probe.send(DEVICE)).verdict, 'gone');
  const stranger = await start(t, { team_id: 'OTHERTEAM1' });
  assert.equal((await stranger.probe.send(DEVICE)).verdict, 'refused');
  assert.match(stranger.apple.list[0], /OTHERTEAM1/);
});

test('a service whose certificate nobody vouches for is not spoken to', async (t) => {
  const { apple, probe } = await start(t, { ca_file: '' });
  const { verdict, reason } = await probe.send(DEVICE);
  assert.equal(verdict, 'later');
  assert.match(reason, /http\.connect/);
  assert.deepEqual(apple.received, []);
});
