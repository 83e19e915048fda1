// US-39: ten years with faults, from the button to the proof.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connected } from './arrange.mjs';
import { eventuallyTrue, expectText, story } from './harness.mjs';
import { chooseRange, connectionCard, estimateOf, indicator, openImport, openSettings, startImport } from './steps.mjs';

const words = JSON.parse(readFileSync(new URL('../../web/src/messages/en/types.json', import.meta.url), 'utf8'));
const screens = ['Overview', 'Imports', 'Data', 'Notifications'];

async function seesIndicatorEverywhere(ada) {
  const { page } = ada;
  const ways = [...screens.map((name) => () => page.getByRole('navigation').getByRole('link', { name }).click()), () => openSettings(page)];
  for (const go of ways) {
    await go();
    await expectText(indicator(page), /records/, `progress on ${page.url()}`);
  }
}

// What the calendar says of the block that the keys lead to, and in the sheet that Enter opens.
async function readsCalendar(page) {
  const grid = page.getByRole('grid', { name: 'Calendar of data types and days' });
  await grid.focus();
  await page.keyboard.press('Home');
  const said = grid.getByRole('gridcell');
  await expectText(said, /^Steps/);
  const first = await said.innerText();
  await page.keyboard.press('ArrowDown');
  await eventuallyTrue(async () => (await said.innerText()) !== first, 'another block');
  await page.keyboard.press('Enter');
  await expectText(page.getByRole('dialog'), /\d{4}/);
  await page.keyboard.press('Escape');
}

async function exported(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download', { timeout: 60_000 }), button.click()]);
  return readFileSync(await download.path(), 'utf8').trimEnd().split('\n');
}

const setting = { sandbox: ['--faults', 'mixed', '--years', '10', '--latency-ms', '40'], timeout: 400_000 };
story('ten years with faults: estimate, progress, calendar, what failed, retry just that, complete', setting, async (stage) => {
  const { client, connection } = await connected(stage, 'ada');
  const ada = await stage.open();
  const { page } = ada;
  // Without a file picker, which no test can answer, the browser downloads.
  await page.addInitScript(() => delete window.showSaveFilePicker);
  await ada.signIn('ada');

  // Before: what it will take.
  await openImport(page, 'Google Health');
  await chooseRange(page, 'Last 30 days');
  const month = await estimateOf(page);
  await chooseRange(page, /^Everything/);
  await eventuallyTrue(async () => (await estimateOf(page)) !== month, 'the estimate follows the range');
  const main = page.getByRole('main');
  await expectText(main, /Google Health may still change/, 'what the provider may still change is said before');
  const id = await startImport(page);

  // While: progress on every screen, then the calendar.
  await seesIndicatorEverywhere(ada);
  await indicator(page).getByRole('link', { name: /Open the import from Google Health/ }).click();
  await page.waitForURL(`**/jobs/${id}`);
  await main.getByRole('progressbar').first().waitFor();
  await readsCalendar(page);

  // After: what failed, in plain words.
  const first = await client.jobEnded(id, 240);
  assert.equal(first.outcome, 'complete_with_gaps');
  const retry = main.getByRole('button', { name: `Retry the ${first.progress.chunks_failed} failed parts` });
  await retry.waitFor();
  const { groups } = await client.view(id, 'failures');
  const failed = page.getByRole('heading', { name: 'What failed' }).locator('..').locator('..');
  for (const { type } of groups.flatMap((group) => group.types)) await expectText(failed, new RegExp(words[`type.${type}`].replace(/[()]/g, '.')));
  const calls = await stage.world.lastCall();
  await retry.click();
  await client.jobUntil(id, (job) => job.outcome === 'complete', 'complete', 120);
  await expectText(main, /Your history is complete/);
  await retry.waitFor({ state: 'detached' });
  const again = await stage.world.dataCalls(calls);
  assert.ok(again.length < first.progress.provider_calls / 3, `${again.length} calls: just what failed`);

  // The proof, and the file.
  await expectText(main, /Everything adds up/);
  await expectText(main, /each listed with its SHA-256 checksum/);
  const coverage = await client.view(id, 'coverage');
  assert.equal(coverage.counts.failed, 0);
  const records = coverage.types.reduce((sum, type) => sum + type.records, 0);
  const lines = await exported(page, main.getByRole('button', { name: 'Export' }));
  assert.equal(lines.length, records);
  for (const line of [lines[0], lines.at(-1)]) assert.equal(JSON.parse(line).connection_id ?? connection.id, connection.id);
});

story('what the person did not allow is said before the start', {}, async (stage) => {
  const ada = await stage.open();
  await ada.signIn('ada');
  const { page } = ada;
  await page.getByRole('button', { name: 'Connect Oura' }).click();
  await ada.consent('ada', { without: ['workout'] });
  await expectText(connectionCard(page, 'Oura'), /Not shared\s+Workouts/);
  await openImport(page, 'Oura');
  await estimateOf(page);
  await expectText(page.getByRole('main'), /Workouts\s+not shared with Coldpath/);
  assert.ok(await page.getByRole('checkbox', { name: /^Workouts/ }).isDisabled());
});
