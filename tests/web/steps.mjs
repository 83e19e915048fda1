// What people do on the screens, found by role and name.
import { eventuallyTrue } from './harness.mjs';

// The running imports, on every screen but the one that tells about the import at length.
export function indicator(page) {
  return page.getByRole('complementary', { name: 'Imports that are running' });
}

export function connectionCard(page, provider) {
  return page.getByRole('article', { name: provider });
}

export async function openImport(page, provider) {
  await connectionCard(page, provider).getByRole('link', { name: `Import history from ${provider}` }).click();
  await page.waitForURL('**/import');
}

export async function chooseRange(page, name) {
  await page.getByRole('radio', { name }).check();
}

// The words of the estimate, once they are those of the last choice.
export async function estimateOf(page) {
  const time = page.getByText(/^About \S/);
  await time.waitFor();
  await eventuallyTrue(async () => (await page.locator('[aria-busy="true"]').count()) === 0, 'an estimate of the last choice');
  const figures = await page.getByRole('definition').allInnerTexts();
  return [await time.innerText(), ...figures].join(' ');
}

// Resolves with the new import's id.
export async function startImport(page) {
  await page.getByRole('button', { name: 'Start the import' }).click();
  await page.waitForURL('**/jobs/**');
  return page.url().match(/jobs\/([0-9a-f-]{36})/)[1];
}

export async function openSettings(page) {
  await page.getByRole('button', { name: 'Account and language' }).click();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.waitForURL('**/settings');
}

export async function signOut(page) {
  await page.getByRole('button', { name: 'Account and language' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
}
