// FR-4: being told, once, on the device and in the app's inbox.
import assert from 'node:assert/strict';
import { connected } from './arrange.mjs';
import { daysAgo, eventuallyTrue, expectText, story } from './harness.mjs';
import { openSettings } from './steps.mjs';
import { clickNotification, Delivery, PushService, subscribeAt } from './push_service.mjs';

async function withPush(stage) {
  const service = await PushService.start();
  stage.programs.push(service);
  const { client, connection } = await connected(stage, 'ada');
  const ada = await stage.open({ permissions: ['notifications'] });
  await subscribeAt(ada.context, service);
  await ada.signIn('ada');
  return { service, client, connection, ada, page: ada.page };
}

function importOf(client, connection, days = 30) {
  return client.start(connection, { start: daysAgo(days), end: daysAgo(0), types: ['steps'] });
}

async function turnOn(page) {
  await openSettings(page);
  await page.getByRole('button', { name: 'Turn on for this device' }).click();
}

story('turning notifications on: started and done arrive encrypted, show once, and a click opens the import', {}, async (stage) => {
  const { service, client, connection, ada, page } = await withPush(stage);
  await turnOn(page);
  await eventuallyTrue(async () => (await client.ok('GET', '/v1/push-subscriptions')).subscriptions.length === 1, 'the device is known');
  const id = await importOf(client, connection);
  await eventuallyTrue(() => service.received.length >= 2, () => `two pushes, but ${service.received.length}`);
  const messages = service.messages;
  assert.deepEqual(messages.map((message) => message.code).sort(), ['N-04', 'N-05']);
  assert.ok(messages.every((message) => message.job_id === id && message.url === `${ada.url}/jobs/${id}`));

  const delivery = await Delivery.of(ada);
  const done = messages.find((message) => message.code === 'N-05');
  await delivery.push(done);
  await eventuallyTrue(async () => (await delivery.shown()).length === 1, 'the notification');
  assert.match((await delivery.shown())[0].body, /complete/i);
  await delivery.push(done);
  await delivery.push(done);
  assert.equal((await delivery.shown()).length, 1, 'the same key shows once');

  const opened = await clickNotification(ada.context.serviceWorkers()[0]);
  if (opened.length > 0) assert.deepEqual(opened.map((url) => new URL(url, ada.url).pathname), [`/jobs/${id}`]);
  else await page.waitForURL(`**/jobs/${id}`);
});

story('a kind that is switched off is not sent; a device that is removed gets nothing', {}, async (stage) => {
  const { service, client, connection, page } = await withPush(stage);
  await turnOn(page);
  await eventuallyTrue(async () => (await client.ok('GET', '/v1/push-subscriptions')).subscriptions.length === 1, 'the device is known');
  await page.getByRole('switch', { name: 'An import has started' }).click();
  await eventuallyTrue(async () => (await client.ok('GET', '/v1/notification-settings')).push['N-04'] === false, 'the switch is stored');
  await importOf(client, connection);
  await eventuallyTrue(() => service.received.length >= 1, 'a push');
  assert.deepEqual(service.messages.map((message) => message.code), ['N-05']);
  await page.getByRole('button', { name: /^Remove/ }).click();
  await eventuallyTrue(async () => (await client.ok('GET', '/v1/push-subscriptions')).subscriptions.length === 0, 'the device is forgotten');
});

story('a push service that says that the device is gone: it leaves the list', {}, async (stage) => {
  const { service, client, connection, page } = await withPush(stage);
  await turnOn(page);
  await eventuallyTrue(async () => (await client.ok('GET', '/v1/push-subscriptions')).subscriptions.length === 1, 'the device is known');
  service.gone = true;
  await importOf(client, connection);
  await eventuallyTrue(async () => (await client.ok('GET', '/v1/push-subscriptions')).subscriptions.length === 0, 'the device is forgotten');
});

story('the inbox tells what happened, newest first, and leads to the import', {}, async (stage) => {
  const { client, connection } = await connected(stage, 'ada');
  const id = await importOf(client, connection);
  await client.jobEnded(id);
  await client.notificationsBecome(id, ['N-04', 'N-05']);
  const ada = await stage.open();
  await ada.signIn('ada');
  const { page } = ada;
  await page.getByRole('navigation').getByRole('link', { name: /notifications/i }).first().click();
  const items = page.getByRole('main').getByRole('listitem');
  await items.first().waitFor();
  await expectText(items.first(), /Your import is complete/);
  await items.filter({ hasText: 'Your import has started' }).first().getByRole('link').click();
  await page.waitForURL(`**/jobs/${id}`);
});
