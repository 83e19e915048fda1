// What a person may not see or do: somebody else's import, and what belongs to Pro.
import assert from 'node:assert/strict';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../e2e/harness.mjs';
import { connected, slowly, underWay } from './arrange.mjs';
import { expectText, story } from './harness.mjs';
import { estimateOf } from './steps.mjs';

story("another person's import is a page that does not exist", {}, async (stage) => {
  const { client, connection } = await connected(stage, 'ada');
  const id = await client.start(connection);
  await client.jobEnded(id);
  const eve = await stage.open();
  eve.allow(/status of 404/);
  await eve.signIn('eve');
  await eve.visit(`/jobs/${id}`);
  const main = eve.page.getByRole('main');
  await main.getByRole('heading', { level: 1 }).waitFor();
  await expectText(main, /There is no such import/);
  assert.doesNotMatch(await main.innerText(), /ada|google|oura|heart rate/i, 'nothing of the owner shows');
  const foreign = await main.innerText();
  // An import that never was looks the same.
  await eve.visit(`/jobs/${randomUUID()}`);
  await expectText(main, /There is no such import/);
  assert.equal(await main.innerText(), foreign);
});

story('a free person sees what Pro gives, in place of the start', {}, async (stage) => {
  const { client, connection } = await connected(stage, 'ada', { pro: false });
  const ada = await stage.open();
  await ada.signIn('ada', { pro: false });
  await ada.visit(`/connections/${connection.id}/import`);
  await ada.page.getByRole('heading', { name: 'Your whole history comes with Pro' }).waitFor();
  await expectText(ada.page.getByRole('main'), /Up to ten years of history/);
  await estimateOf(ada.page);
  assert.equal(await ada.page.getByRole('button', { name: 'Start the import' }).count(), 0);
  assert.equal((await client.ok('GET', '/v1/me')).pro, false);
});

// Standard Webhooks (its specification, "Webhook signatures").
function signed(secret, body) {
  const id = `msg_${randomUUID()}`;
  const timestamp = Math.floor(Date.now() / 1000);
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}

const secret = `whsec_${randomBytes(32).toString('base64')}`;
function withEntitlements() {
  const file = join(temporaryFolder(), 'coldpath.json');
  writeFileSync(file, JSON.stringify({ entitlement_secret: secret }));
  return { flags: ['--config', file] };
}

story('a downgrade in mid-import: the page says why it stopped, and what came in stays', { sandbox: slowly, prepare: withEntitlements }, async (stage) => {
  const { client, id } = await underWay(stage, 'ada');
  const ada = await stage.open();
  await ada.signIn('ada');
  await ada.visit(`/jobs/${id}`);
  await ada.page.getByRole('main').getByRole('button', { name: 'Pause' }).waitFor();
  const body = JSON.stringify({ type: 'entitlement.changed', timestamp: new Date(Date.now() + 1000).toISOString(), data: { user_id: 'ada', pro: false } });
  const answer = await fetch(`${ada.url}/v1/entitlements/events`, { method: 'POST', headers: signed(secret, body), body });
  assert.ok(answer.status < 300, `${answer.status} ${await answer.text()}`);
  const job = await client.jobUntil(id, (each) => each.phase === 'ended', 'ended');
  assert.deepEqual([job.outcome, job.stop_reason], ['cancelled', 'downgrade']);
  const main = ada.page.getByRole('main');
  await expectText(main, /Stopped because Pro has ended/);
  await expectText(main, /What came in until then stays yours/);
  assert.ok((await client.view(id, 'coverage')).counts.complete > 0);
});
