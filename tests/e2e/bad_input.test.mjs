// Every kind of bad input gets its own clear error: over HTTP, on the command line, and in the data folder.
// (Dates before a provider's history: neither Google Health nor Oura states a limit; src/api tests that with one that does.)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { assertProblem, coldpath, eventually, run, startSandbox, startServer, temporaryFolder, token, World } from './harness.mjs';

let world;
let ada;
let connection;
before(async () => {
  world = await World.start();
  ada = await world.client('ada');
  connection = await ada.connect('oura');
  const first = await eventually(async () => (await ada.ok('GET', '/v1/historical-syncs')).jobs[0], 'the first week');
  await ada.jobEnded(first.id);
});
after(() => world.end());

function body(more = {}) {
  return { connection_id: connection.id, start: '2025-05-01', end: '2025-06-01', ...more };
}

function post(more, key = randomUUID(), headers = {}) {
  return ada.call('POST', '/v1/historical-syncs', { key, body: body(more), headers });
}

describe('over HTTP', () => {
  test('dates', async () => {
    const reversed = await post({ start: '2025-06-01', end: '2025-05-01' });
    assertProblem(reversed, 400, 'dates-reversed', /start \(2025-06-01\) must lie before end \(2025-05-01\)/);
    assert.equal(reversed.json.pointer, '/start');
    assertProblem(await post({ start: '2025-06-01', end: '2025-06-01' }), 400, 'dates-reversed', /exclusive/);
    assertProblem(await post({ end: '2150-01-01' }), 400, 'dates-in-future', /\(2150-01-01\) lies in the future; the latest is/);
    for (const date of ['2025-02-30', '2025-5-1', 'yesterday', 20250501, null]) {
      assertProblem(await post({ start: date }), 400, 'invalid-request', /start/);
    }
    const { start, ...without } = body();
    assertProblem(await ada.call('POST', '/v1/historical-syncs', { key: randomUUID(), body: without }),
                  400, 'invalid-request', /start/);
  });

  test('types, providers, connections', async () => {
    const unknown = await post({ types: ['steps', 'mood'] });
    assertProblem(unknown, 400, 'unknown-type', /no such data type; there are: .*heart-rate/);
    assert.equal(unknown.json.pointer, '/types/1');
    assertProblem(await post({ types: ['blood-glucose'] }), 400, 'type-not-offered', /blood-glucose|blood glucose/i);
    assertProblem(await post({ types: [] }), 400, 'invalid-request', /types/);
    assertProblem(await ada.call('POST', '/v1/connections/acme/authorize', { body: {} }),
                  404, 'unknown-provider', /there are: .*oura/);
    assertProblem(await post({ connection_id: randomUUID() }), 404, 'connection-not-found', /There is no connection/);
    assertProblem(await post({ max_concurrency: 41 }), 400, 'invalid-request', /between 1 and 40/);
    const member = await post({ colour: 'blue' });
    assertProblem(member, 400, 'invalid-request', /has a member that is not known/);
    assert.equal(member.json.pointer, '/colour');
  });

  test('Idempotency-Key: missing, malformed, reused, foreign', async () => {
    assertProblem(await post({}, ''), 400, 'idempotency-key-missing', /new UUID in the header Idempotency-Key/);
    for (const key of ['1234', 'not-a-uuid-at-all', '6f1f7c0e-1d1c-4b0e-8a53-0d2f5c9f7a1', 'x'.repeat(2000)]) {
      assertProblem(await post({}, key), 400, 'idempotency-key-malformed', /must be a UUID/);
    }
    const key = randomUUID();
    assert.equal((await post({ types: ['steps'] }, key)).status, 202);
    assertProblem(await post({ types: ['workout'] }, key), 422, 'idempotency-key-reused', /used for another request/);
    const bo = await world.client('bo');
    const other = await bo.connect('oura', 'person-2');
    const foreign = await bo.call('POST', '/v1/historical-syncs', { key, body: body({ connection_id: other.id }) });
    assertProblem(foreign, 409, 'idempotency-key-conflict', /cannot be used/);
    assert.doesNotMatch(foreign.text, /ada|historical-syncs\/[0-9a-f]/, 'nothing of the owner shows');
  });

  test('tokens: none, not one, expired, wrongly signed, foreign', async () => {
    const listed = async (bearer) => {
      const answer = await fetch(`${world.server.url}/v1/historical-syncs`, { headers: bearer ? { authorization: bearer } : {} });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, text, json: JSON.parse(text) };
    };
    const none = await listed();
    assertProblem(none, 401, 'token-missing', /token/i);
    assert.match(none.headers.get('www-authenticate'), /^Bearer/);
    assertProblem(await listed('Basic YWRhOmFkYQ=='), 401, 'token-missing', /token/i);
    assertProblem(await listed('Bearer abc'), 401, 'token-malformed', /not a JSON Web Token/);
    const expired = await token(world.data, 'ada', { more: ['--days', '-1'] });
    assertProblem(await listed(`Bearer ${expired}`), 401, 'token-expired', /has expired/);

    const good = ada.bearer.split('.');
    const forged = Buffer.from(good[1], 'base64url').toString().replace('"ada"', '"bob"');
    assertProblem(await listed(`Bearer ${good[0]}.${Buffer.from(forged).toString('base64url')}.${good[2]}`),
                  401, 'token-bad-signature', /signature is not valid/);
    const nobody = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    assertProblem(await listed(`Bearer ${nobody}.${good[1]}.`), 401, 'token-bad-signature', /signature/);
    // Signed by a key that is not ours: of another installation.
    const elsewhere = temporaryFolder();
    assertProblem(await listed(`Bearer ${await token(elsewhere, 'ada')}`), 401, 'token-bad-signature', /signature/);

    // Signed with our key, but issued by or for somebody else, or not valid yet.
    const key = createPrivateKey(readFileSync(join(world.data, 'development-key.pem')));
    const claims = JSON.parse(Buffer.from(good[1], 'base64url'));
    const signed = (more) => {
      const text = `${good[0]}.${Buffer.from(JSON.stringify({ ...claims, ...more })).toString('base64url')}`;
      return `Bearer ${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
    };
    assert.equal((await listed(signed({}))).status, 200);
    assertProblem(await listed(signed({ iss: 'https://elsewhere.example' })), 401, 'token-wrong-issuer', /somebody else/);
    assertProblem(await listed(signed({ aud: 'another-service' })), 401, 'token-wrong-audience', /another service/);
    assertProblem(await listed(signed({ nbf: claims.iat + 86400 })), 401, 'token-not-yet-valid', /not valid yet/);
  });

  test('bodies: too large, too deep, not JSON, of another type', async () => {
    const send = (text, headers = {}) =>
      ada.call('POST', '/v1/historical-syncs', { key: randomUUID(), body: text, headers });
    assertProblem(await send(JSON.stringify(body({ pad: 'x'.repeat(70_000) }))), 413, 'body-too-large', /larger than 65536 bytes/);
    assertProblem(await send('['.repeat(50) + ']'.repeat(50)), 400, 'body-too-deep', /nested too deep/);
    assertProblem(await send('{"start": '), 400, 'body-not-json', /not JSON \(at byte/);
    assertProblem(await send('[]'), 400, 'invalid-request', /must be a JSON object/);
    assertProblem(await send('a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
                  415, 'wrong-content-type', /application\/json/);
  });

  test('too many requests of one user: 429 with a time; another user is served', async () => {
    const own = await World.start(undefined, { server: ['--rate-limit', '2'] });
    try {
      const eager = await own.client('eager');
      const answers = await Promise.all(Array.from({ length: 40 }, () => eager.call('GET', '/v1/connections')));
      const limited = answers.filter((answer) => answer.status !== 200);
      assert.ok(limited.length > 0 && limited.length < 40);
      for (const answer of limited) {
        assertProblem(answer, 429, 'rate-limited', /Too many requests/);
        assert.ok(Number(answer.headers.get('retry-after')) >= 1);
      }
      assert.equal((await (await own.client('calm')).call('GET', '/v1/connections')).status, 200);
    } finally {
      await own.end();
    }
  });

  test('jobs: unknown, another user\'s, in the wrong state', async () => {
    const id = (await post({ types: ['steps'] })).json.id;
    await ada.jobEnded(id);
    const eve = await world.client('eve');
    for (const [client, job] of [[ada, randomUUID()], [eve, id], [ada, 'not-a-job']]) {
      for (const part of ['', '/chunks', '/failures', '/coverage', '/events', '/export']) {
        assertProblem(await client.call('GET', `/v1/historical-syncs/${job}${part}`), 404, 'sync-not-found', /no historical sync/);
      }
      for (const action of ['retry', 'cancel', 'pause', 'resume']) {
        assertProblem(await client.act(job, action), 404, 'sync-not-found', /no historical sync/);
      }
    }
    assert.deepEqual((await eve.ok('GET', '/v1/historical-syncs')).jobs, []);
    assertProblem(await eve.call('DELETE', `/v1/connections/${connection.id}`), 404, 'connection-not-found', /no connection/);
    assertProblem(await ada.act(id, 'retry'), 409, 'nothing-failed', /Nothing of this sync failed/);
    assertProblem(await ada.act(id, 'cancel'), 409, 'sync-ended', /nothing to cancel/);
    assertProblem(await ada.call('GET', '/v1/nothing-here'), 404, 'no-such-route', /nothing at this path/);
    assertProblem(await ada.call('PUT', '/v1/historical-syncs', { body: {} }), 405, 'method-not-allowed', /./);
  });
});

// Exit code, and one line that says what is wrong.
async function refused(args, code, message, environment = {}) {
  const result = await run(coldpath, args, { env: { ...process.env, ...environment }, timeout: 20_000 });
  assert.equal(result.code, code, `${args.join(' ')}: ${JSON.stringify(result)}`);
  const lines = result.stderr.trimEnd().split('\n').filter((line) => !line.startsWith('{'));
  assert.equal(lines.length, 1, result.stderr);
  assert.match(lines[0], /^coldpath: /);
  assert.match(lines[0], message);
  return result;
}

describe('on the command line', () => {
  const client = (args, code, message) =>
    refused(args, code, message, { COLDPATH_SERVER: world.server.url, COLDPATH_TOKEN: ada.bearer });

  test('wrong usage is code 2', async () => {
    await refused([], 2, /subcommand/i);
    await refused(['frobnicate'], 2, /frobnicate|subcommand/i);
    await refused(['serve'], 2, /--data/);
    await refused(['serve', '--data', '/tmp/x', '--listen', 'nowhere'], 2, /--listen wants ADDRESS:PORT, not "nowhere"/);
    await refused(['serve', '--data', '/tmp/x', '--threads', '0'], 2, /--threads/);
    await refused(['serve', '--data', temporaryFolder()], 2, /Nobody could sign in/);
    await refused(['serve', '--data', temporaryFolder(), '--development', '--config', '/nonexistent.json'], 2,
                  /\/nonexistent\.json: No such file/);
    await client(['start', 'oura', '--from', 'May'], 2, /May/);
    await client(['start', 'oura', '--last', '10x'], 2, /10x/);
    await client(['start', 'oura', '--from', '2025-05-01', '--last', '3m'], 2, /--last/);
  });

  test('what the server refuses is code 1, with its words', async () => {
    await client(['start', 'oura', '--from', '2150-01-01', '--to', '2150-02-01'], 1, /lies in the future/);
    await client(['start', 'oura', '--last', '30d', '--types', 'mood'], 1, /no such data type/);
    await client(['start', 'oura', '--last', '30d', '--key', 'abc'], 1, /must be a UUID/);
    await client(['start', 'acme', '--last', '30d'], 1, /no connection "acme"/);
    await client(['connect', 'acme'], 1, /no such provider/);
    await client(['status', randomUUID()], 1, /no historical sync/);
    await client(['retry', 'latest'], 1, /Nothing of this sync failed/);
    await client(['cancel', 'latest'], 1, /nothing to cancel/);
    const json = await client(['status', randomUUID(), '--json'], 1, /no historical sync/);
    assert.equal(JSON.parse(json.stdout).type, 'urn:coldpath:problem:sync-not-found');
  });

  test('no server is code 3, no token is code 5', async () => {
    await refused(['status'], 3, /No server answers at http:\/\/127\.0\.0\.1:1\./, { COLDPATH_SERVER: 'http://127.0.0.1:1' });
    await refused(['status'], 5, /token/i, { COLDPATH_SERVER: world.server.url, COLDPATH_TOKEN: '' });
  });
});

describe('what serve starts with', () => {
  const serve = (data, message, more = []) =>
    refused(['serve', '--development', '--listen', '127.0.0.1:0', '--data', data, ...more], 2, message);

  test('a definition that is not valid ASL: file, place, reason', async () => {
    const folder = temporaryFolder();
    const definition = (name, text) => {
      const file = join(folder, name);
      writeFileSync(file, typeof text === 'string' ? text : JSON.stringify(text));
      return ['--workflow', file];
    };
    const at = (name, rest) => new RegExp(`${name}: .*${rest}`);
    const data = join(folder, 'data');
    await serve(data, at('missing.json', 'No such file'), ['--workflow', join(folder, 'missing.json')]);
    await serve(data, at('text.json', 'not JSON'), definition('text.json', '{"States": '));
    await serve(data, at('start.json', 'StartAt'), definition('start.json', { States: { A: { Type: 'Succeed' } } }));
    await serve(data, at('next.json', 'Nowhere.*/States/A/Next'),
                definition('next.json', { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'Nowhere' } } }));
    await serve(data, at('type.json', 'one of these values.*/States/A/Type'),
                definition('type.json', { StartAt: 'A', States: { A: { Type: 'Dance', End: true } } }));
    await serve(data, at('path.json', '/States/A/InputPath'),
                definition('path.json', { StartAt: 'A', States: { A: { Type: 'Pass', InputPath: '$[', End: true } } }));
  });

  test('a data folder in use by another process', async () => {
    await serve(world.data, /data folder .* is in use by another process/);
    assert.equal((await ada.call('GET', '/healthz')).status, 200, 'the first one is not disturbed');
  });

  test('a data folder that is a file', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await serve(file, /cannot use the data folder .*: Not a directory/);
  });

  for (const name of ['coldpath.db', 'engine.db']) {
    test(`${name} of a newer schema is not touched`, async () => {
      const own = await World.start();
      try {
        await own.server.end('SIGTERM');
        // PRAGMA user_version: bytes 60 to 63 of the file (https://www.sqlite.org/fileformat2.html).
        const path = join(own.data, name);
        const file = openSync(path, 'r+');
        const version = Buffer.alloc(4);
        version.writeUInt32BE(9000);
        writeSync(file, version, 0, 4, 60);
        closeSync(file);
        const before = readFileSync(path);
        await serve(own.data, new RegExp(`${name} has schema version 9000, but this release knows versions up to \\d+`));
        assert.ok(readFileSync(path).equals(before));
      } finally {
        await own.end();
      }
    });
  }

  // Root may write anywhere: only a file system of its own shows these to it.
  const mounted = (t, options) => {
    const folder = join(temporaryFolder(), 'mounted');
    mkdirSync(folder);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
    } catch {
      return null;
    }
    t.after(() => execFileSync('umount', [folder]));
    return folder;
  };

  test('a read-only data folder', async (t) => {
    if (process.getuid() === 0) {
      const folder = mounted(t, 'size=16m,ro');
      if (!folder) return t.skip('root without the right to mount');
      return serve(folder, /cannot write to the data folder .*: Read-only file system; make it writable/);
    }
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    return serve(folder, /cannot write to the data folder .*: Permission denied; make it writable/);
  });

  test('a full data folder', async (t) => {
    const folder = process.getuid() === 0 ? mounted(t, 'size=16k') : null;
    if (!folder) return t.skip('needs the right to mount');
    await serve(folder, /cannot write to the data folder .*: No space left on device; free some disk space/);
  });

  test('a data folder that becomes full: serve says so and ends; with room again, a new one goes on', async (t) => {
    const own = new World();
    own.folder = temporaryFolder();
    own.data = join(own.folder, 'data');
    own.options = [];
    mkdirSync(own.data);
    const mount = (options) => {
      try {
        execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', own.data], { stdio: 'ignore' });
        return true;
      } catch {
        return false;
      }
    };
    if (process.getuid() !== 0 || !mount('size=6m')) return t.skip('needs the right to mount');
    t.after(async () => {
      await own.server?.end('SIGKILL');
      execFileSync('umount', [own.data]);
      await own.end();
    });
    own.sandbox = await startSandbox(own.folder);
    own.server = await startServer(own.folder, own);
    const cid = await own.client('cid');
    const health = await cid.connect('google-health');
    const id = await cid.start(health, { start: '2024-06-01' });
    assert.deepEqual(await own.server.exited, { code: 1, signal: null });
    assert.match(own.server.log(), /^coldpath: .*disk is full.*free some disk space/m);

    mount('remount,size=600m');
    own.server = await startServer(own.folder, { ...own, port: own.server.port });
    const job = await cid.jobEnded(id);
    assert.equal(job.outcome, 'complete');
    await cid.notificationsBecome(id, ['N-04', 'N-05']);
  });

  test('a port that is taken', async () => {
    await refused(['serve', '--development', '--data', temporaryFolder(), '--listen', `127.0.0.1:${world.server.port}`],
                  2, /Cannot listen on 127\.0\.0\.1 port \d+: Address already in use/);
  });
});
