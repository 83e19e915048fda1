// Makes docs/images anew: each screen, from the sandbox's made-up person (always the same one, up to the present day).
// `./dev test --web --screenshots`, or: COLDPATH_BUILD=build/release node tests/web/screenshots.mjs
import assert from 'node:assert/strict';
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connected } from './arrange.mjs';
import { daysAgo, desktop, phone, story } from './harness.mjs';
import { chooseRange, estimateOf } from './steps.mjs';

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../../docs/images');
mkdirSync(folder, { recursive: true });
const limit = 150_000;

async function picture(page, name, options = {}) {
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null && document.fonts.status === 'loaded');
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide', ...options });
  assert.ok(statSync(path).size < limit, `${name}.png has ${statSync(path).size} bytes`);
}

// Ten years from both providers; one import has gaps, the other is complete.
async function history(stage) {
  const { client, connection: google } = await connected(stage, 'ada');
  const { connection: oura } = await connected(stage, 'ada', { provider: 'oura' });
  await stage.world.fault({ provider: 'google_health', route: 'heart-rate', kind: 'permanent_error', status: 500, from: daysAgo(1500), to: daysAgo(1300) });
  await stage.world.fault({ provider: 'google_health', route: 'sleep', kind: 'impossible_value', from: daysAgo(700), to: daysAgo(680) });
  const whole = await client.start(oura, { start: daysAgo(3650), end: daysAgo(0) });
  const gaps = await client.start(google, { start: daysAgo(3650), end: daysAgo(0), max_concurrency: 40 });
  return { client, google, oura, whole, gaps };
}

story('pictures', { sandbox: ['--years', '10', '--latency-ms', '150'], timeout: 300_000 }, async (stage) => {
  const stranger = await stage.open();
  await stranger.visit('/sign-in');
  await stranger.page.getByRole('main').getByRole('button', { name: 'Sign in' }).waitFor();
  await picture(stranger.page, 'sign-in');

  const { client, google, whole, gaps } = await history(stage);
  const ada = await stage.open(desktop);
  const handheld = await stage.open({ ...phone, deviceScaleFactor: 1.5, colorScheme: 'dark' });
  for (const person of [ada, handheld]) await person.signIn('ada');
  const { page } = ada;

  await client.jobUntil(gaps, (job) => job.progress.chunks_done + job.progress.chunks_failed > 0.4 * job.progress.chunks_total && job.progress.chunks_total > 0, 'under way', 200);
  await ada.visit(`/jobs/${gaps}`);
  await page.getByRole('grid').first().waitFor();
  await picture(page, 'job-running');
  await handheld.visit(`/jobs/${gaps}`);
  await handheld.page.getByRole('grid').first().waitFor();
  await picture(handheld.page, 'job-running-phone-dark');

  for (const id of [whole, gaps]) await client.jobEnded(id, 200);
  await ada.visit(`/jobs/${gaps}`);
  await page.getByRole('button', { name: /^Retry the/ }).waitFor();
  await picture(page, 'result');
  await ada.visit('/');
  await page.getByRole('article', { name: 'Oura' }).waitFor();
  await picture(page, 'overview');
  await ada.visit(`/connections/${google.id}/import`);
  await chooseRange(page, /^Everything/);
  await estimateOf(page);
  await picture(page, 'import');
  await ada.visit('/data/heart-rate');
  await page.locator('canvas').first().waitFor();
  await picture(page, 'chart');
  for (const name of ['notifications', 'settings']) {
    await ada.visit(`/${name}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await picture(page, name);
  }
  for (const [path, name] of [['/', 'overview-phone-dark'], ['/data/heart-rate', 'chart-phone-dark'], [`/jobs/${gaps}`, 'result-phone-dark']]) {
    await handheld.visit(path);
    await handheld.page.getByRole('heading', { level: 1 }).waitFor();
    await picture(handheld.page, name);
  }
});
