// What everybody needs of every screen: that it can be seen, read, operated and loaded.
import assert from 'node:assert/strict';
import { Findings } from './accessibility.mjs';
import { connected, slowly, underWay } from './arrange.mjs';
import { measureVisit, profiles, row } from './figures.mjs';
import { desktop, expectText, networkIsAway, phone, story } from './harness.mjs';
import { furnish, visit } from './screens.mjs';
import { connectionCard, indicator } from './steps.mjs';

const looks = [
  ['desktop, light', { ...desktop, colorScheme: 'light' }],
  ['desktop, dark', { ...desktop, colorScheme: 'dark' }],
  ['phone, light', { ...phone, colorScheme: 'light' }],
  ['phone, dark', { ...phone, colorScheme: 'dark' }],
];

// Looks at the door and at every screen behind it.
async function lookEverywhere(stage, screens, name, look, findings) {
  const ada = await stage.open(look);
  await ada.visit('/sign-in');
  await ada.page.getByRole('main').getByRole('button', { name: /^(Sign in|Anmelden)$/ }).waitFor();
  await findings.look(ada.page, `sign-in (${name})`);
  await ada.signIn('ada');
  for (const screen of screens.list) {
    await visit(ada, screen);
    await findings.look(ada.page, `${screen.name} (${name})`);
  }
  await ada.context.close();
}

story('no screen has a barrier that axe can find: light and dark, desktop and phone', { timeout: 400_000 }, async (stage) => {
  const screens = await furnish(stage, 'ada');
  const findings = new Findings();
  for (const [name, look] of looks) await lookEverywhere(stage, screens, name, look, findings);
  findings.assertNone();
});

story('every screen fits 320 px, in English and in German', { timeout: 400_000 }, async (stage) => {
  const screens = await furnish(stage, 'ada');
  const findings = new Findings();
  for (const locale of ['en-US', 'de-DE']) {
    await lookEverywhere(stage, screens, `320 px, ${locale}`, { viewport: { width: 320, height: 640 }, locale }, findings);
  }
  findings.assertNone();
});

story('German throughout', {}, async (stage) => {
  const screens = await furnish(stage, 'ada');
  const ada = await stage.open({ locale: 'de-DE' });
  const { page } = ada;
  await ada.signIn('ada');
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  for (const screen of screens.list) {
    await visit(ada, screen);
    const text = await page.locator('body').innerText();
    assert.doesNotMatch(text, /\b(the|your|and|with|sign|settings|failed|import history|heart rate)\b/i, `English on ${screen.name}`);
    assert.doesNotMatch(text, /\b[a-z]+(_[a-z]+)*\.[a-z_]+\b(?!\.)/, `a message's key on ${screen.name}`);
  }
  await page.getByRole('button', { name: 'Konto und Sprache' }).click();
  await page.getByRole('combobox').or(page.getByRole('radio', { name: 'English' })).first().waitFor();
});

story('nothing moves for whoever asked for that', { sandbox: slowly }, async (stage) => {
  const { id } = await underWay(stage, 'ada');
  const ada = await stage.open({ reducedMotion: 'reduce' });
  await ada.signIn('ada');
  await ada.visit('/');
  await indicator(ada.page).waitFor();
  await assertStill(ada.page);
  await ada.visit(`/jobs/${id}`);
  await ada.page.getByRole('main').getByRole('progressbar').first().waitFor();
  await ada.page.getByRole('grid').waitFor();
  await assertStill(ada.page);
});

async function assertStill(page) {
  const moving = await page.evaluate(() => document.getAnimations()
    .filter((each) => each.playState === 'running' && each.effect.getComputedTiming().duration > 1)
    .map((each) => `${each.animationName} ${each.effect.target.className}`));
  assert.deepEqual(moving, []);
}

// Presses Tab until `target` has the focus, as somebody without a mouse does.
async function tabTo(page, target) {
  for (let steps = 0; steps < 120; ++steps) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no way to ${target} with Tab`);
}

async function press(page, target, key = 'Enter') {
  await target.waitFor();
  await tabTo(page, target);
  assert.notEqual(await target.evaluate((element) => getComputedStyle(element).outlineStyle + getComputedStyle(element).boxShadow), 'nonenone', 'the focus shows');
  await page.keyboard.press(key);
}

story('the whole story of US-39 with the keyboard alone', { sandbox: ['--latency-ms', '30'] }, async (stage) => {
  const { client, connection } = await connected(stage, 'ada');
  await stage.world.fault({ provider: 'google_health', route: 'steps', kind: 'impossible_value' });
  const ada = await stage.open();
  const { page } = ada;
  await ada.visit('/?user=ada');
  await press(page, page.getByRole('main').getByRole('button', { name: /sign in/i }));
  await press(page, page.getByRole('main').getByRole('link', { name: /^Import history/ }).first());
  await page.waitForURL(`**/connections/${connection.id}/import`);
  await page.getByRole('radio', { name: 'Last year' }).focus();
  await page.keyboard.press('Space');
  await press(page, page.getByRole('button', { name: 'Start the import' }));
  await page.waitForURL('**/jobs/**');
  const id = page.url().match(/jobs\/([0-9a-f-]{36})/)[1];
  const grid = page.getByRole('grid').first();
  await press(page, grid, 'ArrowRight');
  await client.jobEnded(id);
  await stage.world.clearFaults();
  await press(page, page.getByRole('button', { name: /^Retry the/ }));
  await client.jobUntil(id, (job) => job.outcome === 'complete', 'complete');
  await expectText(page.getByRole('main'), /Your history is complete/);
});

story('the app starts without a network and shows what was last seen', {}, async (stage) => {
  await connected(stage, 'ada');
  const ada = await stage.open();
  ada.allow(networkIsAway);
  const { page } = ada;
  await ada.signIn('ada');
  await connectionCard(page, 'Google Health').waitFor();
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done, { once: true }));
  });
  await page.reload();
  await connectionCard(page, 'Google Health').waitFor();
  await ada.context.setOffline(true);
  await page.reload();
  await page.getByText(/you are offline/i).first().waitFor();
  await connectionCard(page, 'Google Health').waitFor();
  const fresh = await ada.context.newPage();
  await fresh.goto(`${ada.url}/jobs`);
  await expectText(fresh.getByRole('main'), /google health/i);
});

const visits = [
  ['sign-in', '/sign-in', (page) => page.getByRole('main').getByRole('button', { name: 'Sign in' }).waitFor()],
  ['overview', '/', (page) => connectionCard(page, 'Google Health').waitFor()],
];
// First loads with all that they fetch, languages and page included, compressed as they come over the wire.
const kilobytesMax = 150;

// The rows that are printed here are the figures of docs/web.md.
const skip = process.env.COLDPATH_WEB ? 'a folder is served as it is, without compression' : false;
story('a first visit costs less than 150 kB', { timeout: 400_000, skip }, async (stage, t) => {
  await connected(stage, 'ada');
  for (const [profile, throttling] of Object.entries(profiles)) {
    for (const [screen, path, ready] of visits) {
      // A worker would fetch the rest of the app behind the scenes and hide what the visit itself costs.
      const ada = await stage.open({ ...(throttling.cpu > 1 ? phone : desktop), serviceWorkers: 'block' });
      if (path === '/') await ada.signIn('ada');
      const figures = await measureVisit(ada, path, ready, throttling);
      t.diagnostic(row(`${screen}, ${profile}`, figures));
      const files = figures.files.map(([name, bytes]) => `${name} ${bytes}`).join('\n');
      assert.ok(figures.kilobytes > 20 && figures.kilobytes < kilobytesMax, `${screen}: ${figures.kilobytes} kB\n${files}`);
      await ada.context.close();
    }
  }
});
