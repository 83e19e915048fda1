// Connector and sandbox against the providers' own API documents: every call of a month's import passes Prism, a proxy
// that validates requests and answers and turns a violation into an error. The documents are not part of this
// repository: COLDPATH_SPECS names their folder, else it is ../shared/specs beside the checkout.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertAddsUp, eventually, Program, startSandbox, startServer, temporaryFolder, World } from '../e2e/harness.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const specs = resolve(process.env.COLDPATH_SPECS ?? join(root, '../shared/specs'));
const prism = join(root, 'tests/npm/node_modules/@stoplight/prism-cli/dist/index.js');

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

async function startPrism(folder, spec, upstream) {
  const port = await freePort();
  const program = new Program(process.execPath,
    [prism, 'proxy', '--errors', '--host', '127.0.0.1', '--port', String(port), spec, upstream], join(folder, 'prism.err'));
  let output = '';
  program.process.stdout.setEncoding('utf8');
  program.process.stdout.on('data', (data) => { output += data; });
  program.output = () => output + program.log();
  program.url = `http://127.0.0.1:${port}`;
  await eventually(() => {
    if (program.process.exitCode !== null) throw new Error(program.output());
    return output.includes('is listening');
  }, 'prism listens');
  return program;
}

// What a violation looks like in Prism's log.
const kViolation = /violation|did not pass|Validation error|invalid|UNPROCESSABLE/i;

// Exit code 77 is ctest's "skipped".
for (const [needed, advice] of [
  [join(specs, 'google-health-v4-derived.json'), 'name the folder of the documents in COLDPATH_SPECS'],
  [join(specs, 'oura.json'), 'name the folder of the documents in COLDPATH_SPECS'],
  [prism, 'run npm ci in tests/npm'],
]) {
  if (existsSync(needed)) continue;
  console.log(`skipped: ${needed} is not there; ${advice}`);
  process.exit(77);
}

for (const [provider, spec, account] of [
  ['google-health', 'google-health-v4-derived.json', 'person-1'],
  ['oura', 'oura.json', 'person-2'],
]) {
  test(`${provider}: a month of all types keeps to the provider's document`, async (t) => {
    const world = new World();
    world.folder = temporaryFolder();
    let proxy;
    t.after(async () => {
      await proxy?.end('SIGKILL');
      await world.end();
    });
    world.sandbox = await startSandbox(world.folder);
    proxy = await startPrism(world.folder, join(specs, spec), world.sandbox.url);
    const config = join(world.folder, 'config.json');
    writeFileSync(config, JSON.stringify({
      providers: {
        [provider]: {
          client_id: 'contract-test', client_secret: 'secret', api_base: proxy.url,
          authorize_base: world.sandbox.url, token_base: world.sandbox.url,
        },
      },
    }));
    world.data = join(world.folder, 'data');
    world.server = await startServer(world.folder, { data: world.data, options: ['--config', config] });
    const ada = await world.client('ada');
    const connection = await ada.connect(provider, account);
    const first = await eventually(async () => (await ada.ok('GET', '/v1/historical-syncs')).jobs[0], 'the first week');
    assert.equal((await ada.jobEnded(first.id)).outcome, 'complete', proxy.output());

    const before = await world.lastCall();
    const id = await ada.start(connection, { start: '2025-04-01', end: '2025-05-01', max_concurrency: 4 });
    const job = await ada.jobEnded(id, 250);
    const failures = JSON.stringify(await ada.view(id, 'failures'));
    assert.deepEqual([job.status, job.outcome], ['SUCCEEDED', 'complete'], `${failures}\n${proxy.output()}`);
    const coverage = await ada.view(id, 'coverage');
    assertAddsUp(coverage);
    const calls = await world.dataCalls(before);
    assert.equal(calls.length, job.progress.provider_calls);
    assert.ok(calls.every((call) => call.status === 200));
    // Every type of the provider brought something that was checked.
    assert.deepEqual(coverage.types.filter((type) => type.records === 0).map((type) => type.type), []);
    t.diagnostic(`${calls.length} calls, ${job.progress.records} records of ${coverage.types.length} types`);
    const output = proxy.output();
    assert.doesNotMatch(output, kViolation);
    assert.ok(output.split('Request received').length > calls.length, 'every call passed the proxy');
  });
}

test('the proxy does notice a violation', async (t) => {
  const folder = temporaryFolder();
  const sandbox = await startSandbox(folder);
  const proxy = await startPrism(folder, join(specs, 'oura.json'), sandbox.url);
  t.after(async () => {
    await proxy.end('SIGKILL');
    await sandbox.end('SIGKILL');
  });
  const answer = await fetch(`${proxy.url}/v2/usercollection/workout?start_date=yesterday`, {
    headers: { authorization: 'Bearer none' },
  });
  const problem = await answer.json();
  assert.equal(answer.status, 422, JSON.stringify(problem));
  assert.match(problem.type, /UNPROCESSABLE_ENTITY/);
  assert.match(JSON.stringify(problem.validation), /start_date/);
});
