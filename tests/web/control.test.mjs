// Pause, resume, cancel from the page, and a lost grant that one tap brings back.
import assert from 'node:assert/strict';
import { slowly, underWay } from './arrange.mjs';
import { expectText, story } from './harness.mjs';

async function onJobPage(stage, days = 700) {
  const { client, id } = await underWay(stage, 'ada', { days });
  const ada = await stage.open();
  await ada.signIn('ada');
  await ada.visit(`/jobs/${id}`);
  return { ada, page: ada.page, main: ada.page.getByRole('main'), client, id };
}

story('a person pauses an import, and goes on with it later', { sandbox: slowly }, async (stage) => {
  const { page, main, client, id } = await onJobPage(stage);
  await main.getByRole('button', { name: 'Pause' }).click();
  await expectText(main, /Paused/);
  const job = await client.jobUntil(id, (each) => each.phase === 'paused', 'paused');
  await page.reload();
  await expectText(main, /paused/i);
  await main.getByRole('button', { name: 'Resume' }).click();
  await main.getByRole('button', { name: 'Pause' }).waitFor();
  await client.jobUntil(id, (each) => each.progress.chunks_done > job.progress.chunks_done, 'going on');
});

story('a person cancels an import: it asks first, and says what stays', { sandbox: slowly }, async (stage) => {
  const { page, main, client, id } = await onJobPage(stage);
  await main.getByRole('button', { name: 'Cancel import' }).click();
  const dialog = page.getByRole('dialog');
  await expectText(dialog, /what came in stays: [\d,]+ records/i);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.equal((await client.ok('GET', `/v1/historical-syncs/${id}`)).desired, 'run', 'Escape cancels nothing');
  await main.getByRole('button', { name: 'Cancel import' }).click();
  await dialog.getByRole('button', { name: 'Cancel import' }).click();
  await expectText(main, /You cancelled this import/);
  const job = await client.jobEnded(id);
  assert.deepEqual([job.outcome, job.stop_reason], ['cancelled', 'user']);
});

story('a withdrawn consent: sign in again with one tap, come back, retry, complete', { sandbox: slowly }, async (stage) => {
  const { ada, page, main, client, id } = await onJobPage(stage, 250);
  await stage.world.admin('POST', '/revoke', { account: 'ada' });
  const again = main.getByRole('button', { name: 'Sign in again at Google Health' });
  await again.waitFor({ timeout: 60_000 });
  await again.click();
  await ada.consent('ada');
  await page.waitForURL(`**/jobs/${id}**`);
  await expectText(main, /You are signed in at Google Health again/);
  await main.getByRole('button', { name: /^Retry/ }).click();
  assert.equal((await client.jobUntil(id, (job) => job.outcome === 'complete', 'complete', 90)).outcome, 'complete');
  await expectText(main, /Your history is complete/);
});
