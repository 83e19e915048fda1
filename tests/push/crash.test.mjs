// `kill -9` of the real service around its deliveries: a browser, an Android app and an Apple device are told of every
// import, however often the process dies with pushes on its hands, and none of them shows one twice.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually, temporaryFolder, World } from '../e2e/harness.mjs';
import { FakeApns, makeCertificates } from './fakes/fake_apns.mjs';
import { FakeFcm } from './fakes/fake_fcm.mjs';
import { FakePushService } from './fakes/fake_push_service.mjs';

const SEED = Number(process.env.COLDPATH_PUSH_SEED ?? 1);
const JOBS = 6;
const ANSWER_MS = 250;  // so long every push hangs between the service and its answer
const CONTACT = 'mailto:push@example.com';

// mulberry32: small, and the same everywhere.
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function keyPair(kind, options) {
  const { privateKey, publicKey } = generateKeyPairSync(kind, options);
  return { pem: privateKey.export({ type: 'pkcs8', format: 'pem' }), publicKey: publicKey.export({ type: 'spki', format: 'pem' }) };
}

async function startAll(t) {
  const folder = temporaryFolder();
  const write = (name, text) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const { ca, ...certificates } = makeCertificates(folder);
  const browser = await new FakePushService(CONTACT).start();
  const account = { keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ', topic: 'com.example.coldpath' };
  const ec = keyPair('ec', { namedCurve: 'prime256v1' });
  const apple = await new FakeApns({ ...account, publicKey: ec.publicKey, certificates }).start();
  const rsa = keyPair('rsa', { modulusLength: 2048 });
  const google = await new FakeFcm({
    project: 'project-7', email: 'push@example.com', keyId: 'key-1', publicKey: rsa.publicKey }).start();
  const fakes = { browser, apple, google };
  for (const fake of Object.values(fakes)) {
    t.after(() => fake.end());
    fake.pause_ms = ANSWER_MS;
  }
  const config = write('config.json', JSON.stringify({
    push: {
      contact: CONTACT, ca_file: ca,
      fcm: {
        base: google.url,
        service_account_file: write('account.json', JSON.stringify({
          project_id: google.project, client_email: google.email, private_key_id: google.keyId, private_key: rsa.pem,
          token_uri: `${google.url}/token` })),
      },
      apns: {
        base: apple.url, key_file: write('apns.p8', ec.pem), key_id: account.keyId, team_id: account.teamId,
        topic: account.topic },
    },
  }));
  return { fakes, world: await World.start(t, { server: ['--config', config] }) };
}

async function register(world, ada, { browser }) {
  const { push } = await (await fetch(`${world.server.url}/v1/client-config`)).json();
  assert.deepEqual([...push.kinds].sort(), ['apns', 'fcm', 'web_push']);
  const { address, p256dh, auth, kept } = browser.subscribe(push.web_push_key);
  for (const body of [
    { kind: 'web_push', endpoint: address, keys: { p256dh, auth }, label: 'laptop' },
    { kind: 'fcm', token: 'dEv1ce:APA91b-token', label: 'phone' },
    { kind: 'apns', token: '0a'.repeat(32), label: 'tablet' },
  ]) await ada.ok('PUT', '/v1/push-subscriptions', { body });
  return kept;
}

// The moment at which one of the services has taken a request that it has not answered, at most `longest_ms` from now.
function requestInFlight(fakes, longest_ms) {
  return new Promise((done) => {
    const timer = setTimeout(done, longest_ms);
    for (const fake of Object.values(fakes)) {
      fake.onTaken = () => {
        clearTimeout(timer);
        done();
      };
    }
  });
}

// Per device: what each push was the same as for the device (collapse id), and whose it was (key).
function seen({ apple, google }, kept) {
  return {
    browser: kept.messages.map(({ topic, json }) => [topic, json.key]),
    google: google.received.map(({ android, data }) => [android.collapse_key, data.key]),
    apple: apple.received.map(({ headers, payload }) => [headers['apns-collapse-id'], payload.key]),
  };
}

test('every device is told of every import, and shows it once', async (t) => {
  const { fakes, world } = await startAll(t);
  const ada = await world.client('ada');
  const connection = await ada.connect('oura');
  const first = await eventually(async () => (await ada.ok('GET', '/v1/historical-syncs')).jobs[0], 'the first week');
  await ada.jobEnded(first.id);
  const kept = await register(world, ada, fakes);
  const random = generator(SEED);
  const jobs = [];
  for (let i = 0; i < JOBS; ++i) {
    const id = await ada.start(connection, { start: `2025-0${i % 5 + 1}-01`, end: `2025-0${i % 5 + 1}-08` });
    // Once with a push on its hands, once at a moment of the seed's choice.
    for (const moment of [() => requestInFlight(fakes, 5000), () => new Promise((done) => setTimeout(done, random() * 1500))]) {
      await moment();
      await world.restart('SIGKILL');
      assert.deepEqual(world.exit, { code: null, signal: 'SIGKILL' });
    }
    const job = await ada.jobEnded(id);
    assert.equal(job.outcome, 'complete');
    jobs.push(id);
  }
  const wanted = 2 * JOBS;
  const keysOf = (list) => new Set(list.map(([, key]) => key));
  await eventually(() => Object.values(seen(fakes, kept)).every((list) => keysOf(list).size >= wanted),
    'all pushes have arrived', 90);
  const kills = 2 * JOBS;
  let repeated = 0;
  for (const [device, list] of Object.entries(seen(fakes, kept))) {
    assert.equal(keysOf(list).size, wanted, device);
    assert.equal(new Set(list.map((each) => each.join())).size, wanted, `${device}: one collapse id for each key`);
    for (const key of keysOf(list)) {
      const times = list.filter((each) => each[1] === key).length;
      assert.ok(times <= 1 + kills, `${device}: ${key} arrived ${times} times`);
    }
    repeated += list.length - wanted;
  }
  assert.ok(repeated > 0, 'a process died with a push on its hands');
  for (const id of jobs) assert.deepEqual(await ada.notifications(id), ['N-04', 'N-05']);
  for (const fake of Object.values(fakes)) assert.deepEqual(fake.list, []);
  t.diagnostic(`${kills} kills, ${wanted} pushes for each of 3 devices, ${repeated} of them repeated`);
});
