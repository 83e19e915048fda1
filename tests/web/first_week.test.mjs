// US-31: who connects a service sees the last seven days fill in by themselves.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../e2e/harness.mjs';
import { expectText, story } from './harness.mjs';
import { connectionCard } from './steps.mjs';
import { freePort, IdentityProvider } from './identity.mjs';

// The service's port is known beforehand, because the identity provider wants to know where it sends people back to.
function withIdentity(options) {
  return async (stage) => {
    const port = await freePort();
    const identity = await IdentityProvider.start(`http://127.0.0.1:${port}`, options);
    stage.identity = identity;
    stage.programs.push(identity);
    const file = join(temporaryFolder(), 'coldpath.json');
    writeFileSync(file, JSON.stringify({ sign_in: identity.signIn, issuer: identity.issuer }));
    return { port, flags: ['--config', file] };
  };
}

async function signInWithIdentity(person, login) {
  const { page } = person;
  await person.visit('/');
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${person.stage.identity.issuer}/**`);
  await page.getByPlaceholder(/login/i).fill(login);
  await page.getByPlaceholder(/password/i).fill('any');
  await page.getByRole('button', { name: /sign-in/i }).click();
  await page.waitForURL((url) => url.origin === person.url && !url.pathname.startsWith('/sign-in'));
}

async function connectOura(person, account) {
  const { page } = person;
  await page.getByRole('button', { name: 'Connect Oura' }).click();
  await person.consent(account);
}

async function seesFirstWeek(person) {
  const { page } = person;
  await expectText(connectionCard(page, 'Oura'), /Connected/);
  const week = page.getByRole('region', { name: 'Your last days from Oura' });
  await week.waitFor();
  const client = await person.client({ pro: false });
  const { jobs } = await client.ok('GET', '/v1/historical-syncs');
  assert.deepEqual(jobs.map((job) => job.kind), ['first_week'], 'the service started it, nobody else');
  const job = await client.jobEnded(jobs[0].id);
  assert.equal(job.outcome, 'complete');
  await expectText(week, /[1-9][\d,]* records are here/);
  await expectText(week, /Sleep/);
}

story('a new user signs in, connects Oura, comes back, and the last seven days fill in', { sandbox: ['--latency-ms', '100'] }, async (stage) => {
  const ada = await stage.open();
  await ada.signIn('ada', { pro: false });
  await connectOura(ada, 'ada');
  await seesFirstWeek(ada);
});

story('the same with an OpenID Connect provider: code, PKCE, and a signed-out end', { prepare: withIdentity({ pro: false }) }, async (stage) => {
  const ada = await stage.open();
  await signInWithIdentity(ada, 'ada');
  const asked = stage.identity.requests.find((url) => url.startsWith('/auth?'));
  const query = new URL(asked, stage.identity.issuer).searchParams;
  assert.equal(query.get('response_type'), 'code');
  assert.equal(query.get('code_challenge_method'), 'S256');
  assert.match(query.get('code_challenge'), /^[\w-]{43}$/);
  for (const guard of ['state', 'nonce']) assert.ok((query.get(guard) ?? '').length >= 20, `${guard} cannot be guessed`);
  await connectOura(ada, 'ada');
  await seesFirstWeek(ada);
});
