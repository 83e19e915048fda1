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

// `from`: what stands at the top of the picture, under the bar.
async function picture(page, name, from = null) {
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null && document.fonts.status === 'loaded');
  await from?.evaluate((element) => window.scrollBy(0, element.getBoundingClientRect().top - 88));
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  assert.ok(statSync(path).size < limit, `${name}.png has ${statSync(path).size} bytes`);
}

async function job(person, id, name) {
  const { page } = person;
  await person.visit(`/jobs/${id}`);
  await page.getByRole('grid').first().waitFor();
  const offer = page.getByRole('button', { name: 'Not now' });
  if (await offer.isVisible()) await offer.click();
  await picture(page, name, page.getByRole('region', { name: 'Status' }));
}

async function chart(person, name) {
  await person.visit('/data/heart-rate');
  await person.page.locator('canvas').first().waitFor();
  await person.page.waitForFunction(() => document.querySelector('.skeleton') === null);
  await person.page.getByText(/^Loading:/).waitFor({ state: 'hidden', timeout: 120_000 });
  await picture(person.page, name);
}

async function overview(person, name) {
  await person.visit('/');
  await person.page.getByRole('article', { name: 'Oura' }).waitFor();
  await picture(person.page, name, person.page.getByRole('heading', { name: 'Connected services' }));
}

// Ten years from both providers; one import has gaps, the other is complete.
async function history(stage) {
  const { client, connection: google } = await connected(stage, 'ada');
  const { connection: oura } = await connected(stage, 'ada', { provider: 'oura' });
  await stage.world.fault({ provider: 'google_health', route: 'heart-rate', kind: 'permanent_error', status: 500, from: daysAgo(1500), to: daysAgo(1300) });
  await stage.world.fault({ provider: 'google_health', route: 'sleep', kind: 'impossible_value', from: daysAgo(700), to: daysAgo(680) });
  const whole = await client.start(oura, { start: daysAgo(3650), end: daysAgo(0), max_concurrency: 4 });
  const gaps = await client.start(google, { start: daysAgo(3650), end: daysAgo(0), max_concurrency: 40 });
  return { client, google, oura, whole, gaps };
}

story('pictures', { sandbox: ['--years', '10', '--latency-ms', '150'], timeout: 500_000 }, async (stage) => {
  const stranger = await stage.open();
  await stranger.visit('/sign-in');
  await stranger.page.getByRole('main').getByRole('button', { name: 'Sign in' }).waitFor();
  await picture(stranger.page, 'sign-in');

  const { client, google, whole, gaps } = await history(stage);
  const ada = await stage.open(desktop);
  const handheld = await stage.open({ ...phone, deviceScaleFactor: 1.5, colorScheme: 'dark' });
  for (const person of [ada, handheld]) await person.signIn('ada');
  const { page } = ada;

  await ada.visit('/');
  await page.getByRole('region', { name: 'Your last days from Oura' }).waitFor();
  await picture(page, 'first-week');
  await client.jobUntil(whole, ({ progress }) => progress.chunks_total > 0 && progress.chunks_done > 0.4 * progress.chunks_total, 'under way', 200);
  await job(ada, whole, 'job-running');
  await job(handheld, whole, 'job-running-phone-dark');

  for (const id of [whole, gaps]) await client.jobEnded(id, 300);
  await job(ada, gaps, 'result');
  await job(handheld, gaps, 'result-phone-dark');
  await overview(ada, 'overview');
  await overview(handheld, 'overview-phone-dark');
  await ada.visit(`/connections/${google.id}/import`);
  await chooseRange(page, /^Everything/);
  await estimateOf(page);
  await picture(page, 'import');
  await chart(ada, 'chart');
  await chart(handheld, 'chart-phone-dark');
  for (const name of ['jobs', 'data', 'notifications', 'settings']) {
    await ada.visit(`/${name}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    await picture(page, name);
  }
});
