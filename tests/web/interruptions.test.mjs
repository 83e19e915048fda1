// What happens to laptops and services in the middle of a long import. The pages are never reloaded unless the story says so.
import assert from 'node:assert/strict';
import { slowly, underWay } from './arrange.mjs';
import { eventuallyTrue, expectText, networkIsAway, story } from './harness.mjs';
import { indicator, signOut } from './steps.mjs';

// The job's page, marked so that a reload would show.
async function following(stage, options) {
  const { client, id } = await underWay(stage, 'ada', options);
  const ada = await stage.open();
  await ada.signIn('ada');
  await ada.visit(`/jobs/${id}`);
  const main = ada.page.getByRole('main');
  await main.getByRole('progressbar').first().waitFor();
  await ada.page.evaluate(() => { window.neverReloaded = true; });
  return { ada, page: ada.page, main, client, id };
}

async function shareOn(place) {
  return Number(await place.getByRole('progressbar').first().getAttribute('aria-valuenow'));
}

// The page goes on by itself, from `before`.
async function goesOn(main, before) {
  await eventuallyTrue(async () => (await main.getByRole('progressbar').count()) === 0 || (await shareOn(main)) > before,
                       async () => `progress beyond ${before}: ${await main.innerText()}`);
}

async function stillTheSamePage(page) {
  assert.equal(await page.evaluate(() => window.neverReloaded), true, 'it recovered without a reload');
}

story('a reload in the middle changes nothing', { sandbox: slowly }, async (stage) => {
  const { ada, page, main } = await following(stage);
  const before = await shareOn(main);
  await page.reload();
  await main.getByRole('progressbar').first().waitFor();
  assert.ok((await shareOn(main)) >= before);
  await goesOn(main, before);
  await ada.visit('/');
  await indicator(page).waitFor();
  await expectText(indicator(page), /records · about .* left/);
});

story('the service is killed in the middle and comes back: the page goes on to the end, and nothing is lost', { sandbox: ['--latency-ms', '60'], timeout: 400_000 }, async (stage) => {
  const { ada, page, main, client, id } = await following(stage, { days: 400 });
  ada.allow(networkIsAway);
  const before = await shareOn(main);
  await stage.world.restart('SIGKILL');
  await goesOn(main, before);
  const job = await client.jobEnded(id, 120);
  assert.equal(job.outcome, 'complete');
  await expectText(main, /Your history is complete/);
  await stillTheSamePage(page);
  await client.notificationsBecome(id, ['N-04', 'N-05']);
});

story('the network goes and comes back', { sandbox: slowly }, async (stage) => {
  const { ada, page, main } = await following(stage);
  ada.allow(networkIsAway);
  const before = await shareOn(main);
  await ada.context.setOffline(true);
  await page.getByText(/you are offline/i).first().waitFor();
  await ada.context.setOffline(false);
  await page.getByText(/you are offline/i).first().waitFor({ state: 'detached' });
  await goesOn(main, before);
  await stillTheSamePage(page);
});

story('a laptop sleeps and wakes', { sandbox: slowly }, async (stage) => {
  const { ada, page, main, client, id } = await following(stage);
  ada.allow(networkIsAway);
  const before = await shareOn(main);
  const devtools = await ada.context.newCDPSession(page);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  const slept = await client.ok('GET', `/v1/historical-syncs/${id}`);
  await client.jobUntil(id, (job) => job.progress.chunks_done > slept.progress.chunks_done + 3, 'going on meanwhile');
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await goesOn(main, before);
  await stillTheSamePage(page);
});

story('two tabs show the same, and one sign-out ends both', { sandbox: slowly }, async (stage) => {
  const { ada, page, main, client, id } = await following(stage);
  const second = await ada.context.newPage();
  await second.goto(`${ada.url}/jobs/${id}`);
  const other = second.getByRole('main');
  await other.getByRole('progressbar').first().waitFor();
  const before = await shareOn(other);
  await goesOn(other, before);
  await goesOn(main, before);
  await client.act(id, 'pause');
  for (const place of [main, other]) await expectText(place, /paused/i);
  await signOut(second);
  for (const tab of [second, page]) await tab.getByRole('main').getByRole('button', { name: 'Sign in' }).waitFor();
});
