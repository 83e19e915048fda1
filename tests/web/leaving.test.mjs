// Going: a connection with or without its data, all data, or just for today.
import assert from 'node:assert/strict';
import { connected } from './arrange.mjs';
import { eventuallyTrue, story } from './harness.mjs';
import { connectionCard, openSettings, signOut } from './steps.mjs';

async function disconnect(stage, choice) {
  const { client } = await connected(stage, 'ada');
  const ada = await stage.open();
  await ada.signIn('ada');
  const { page } = ada;
  await connectionCard(page, 'Google Health').getByRole('button', { name: 'Disconnect Google Health' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: choice }).check();
  await dialog.getByRole('button', { name: /disconnect/i }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Connect Google Health', exact: true }).waitFor();
  assert.deepEqual((await client.ok('GET', '/v1/connections')).connections, []);
  return client.ok('GET', '/v1/historical-syncs');
}

story('disconnect and keep the data', {}, async (stage) => {
  assert.equal((await disconnect(stage, /keep/i)).jobs.length, 1);
});

story('disconnect and delete the data', {}, async (stage) => {
  assert.deepEqual((await disconnect(stage, /delete/i)).jobs, []);
});

// All that a browser keeps for an origin.
async function kept(page) {
  return page.evaluate(async () => ({
    local: Object.keys(localStorage).filter((key) => key !== 'coldpath.language'),
    session: Object.keys(sessionStorage),
    databases: (await indexedDB.databases()).map((each) => each.name),
    caches: (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname))))
      .flat().filter((path) => path.startsWith('/v1/')),
  }));
}

function door(page) {
  return page.getByRole('main').getByRole('button', { name: 'Sign in' }).waitFor();
}

async function assertNothingKept(page) {
  const expected = { local: [], session: [], databases: [], caches: [] };
  await eventuallyTrue(async () => JSON.stringify(await kept(page)) === JSON.stringify(expected), async () => `nothing kept: ${JSON.stringify(await kept(page))}`);
}

story('signing out leaves nothing behind in the browser', {}, async (stage) => {
  await connected(stage, 'ada');
  const ada = await stage.open();
  await ada.signIn('ada');
  const { page } = ada;
  await connectionCard(page, 'Google Health').waitFor();
  assert.ok((await kept(page)).local.length > 0, 'a session is kept while signed in');
  await signOut(page);
  await door(page);
  await assertNothingKept(page);
  await page.reload();
  await door(page);
  assert.equal(await page.getByText('Google Health').count(), 0);
});

story('deleting all data asks to be sure, deletes, and signs out', {}, async (stage) => {
  const { client } = await connected(stage, 'ada');
  const ada = await stage.open();
  await ada.signIn('ada');
  const { page } = ada;
  await openSettings(page);
  await page.getByRole('button', { name: 'Delete everything' }).click();
  const dialog = page.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: /delete/i });
  assert.ok(await confirm.isDisabled(), 'not before the word is typed');
  const word = (await dialog.innerText()).match(/[“"„]([^”"“]+)[”"“]/)[1];
  await dialog.getByRole('textbox').fill(word);
  await confirm.click();
  await door(page);
  await assertNothingKept(page);
  assert.deepEqual((await client.ok('GET', '/v1/historical-syncs')).jobs, []);
  assert.deepEqual((await client.ok('GET', '/v1/connections')).connections, []);
});
