// Every screen with something on it, for stories that visit them all.
import { connected, withGaps } from './arrange.mjs';

// A person with two connections, an import with gaps and notifications. Returns the screens: name, path, and when it is there.
export async function furnish(stage, user) {
  const { client, connection, id } = await withGaps(stage, user);
  await connected(stage, user, { provider: 'oura' });
  await client.notificationsBecome(id, ['N-04', 'N-06']);
  const heading = (page) => page.getByRole('main').getByRole('heading', { level: 1 });
  return {
    client, connection, id,
    list: [
      { name: 'overview', path: '/', ready: (page) => page.getByRole('article', { name: 'Oura' }).waitFor() },
      { name: 'import', path: `/connections/${connection.id}/import`, ready: (page) => page.getByRole('radio').first().waitFor() },
      { name: 'jobs', path: '/jobs', ready: (page) => page.getByRole('main').getByRole('link').first().waitFor() },
      { name: 'job', path: `/jobs/${id}`, ready: (page) => page.getByRole('button', { name: /^(Retry|Die \d+ fehl|Fehlgeschlagenen)/ }).first().waitFor() },
      { name: 'data', path: '/data', ready: (page) => page.getByRole('main').getByRole('link').first().waitFor() },
      { name: 'data of one type', path: '/data/heart-rate', ready: (page) => page.locator('canvas').first().waitFor() },
      { name: 'notifications', path: '/notifications', ready: (page) => page.getByRole('main').getByRole('listitem').first().waitFor() },
      { name: 'settings', path: '/settings', ready: (page) => heading(page).waitFor() },
      { name: 'no such page', path: '/no-such-page', ready: (page) => heading(page).waitFor() },
    ],
  };
}

// Visits one, and waits until nothing is loading.
export async function visit(person, screen) {
  await person.visit(screen.path);
  await screen.ready(person.page);
  await person.page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
}
