// US-31: who connects a service sees the last seven days fill in by themselves.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../e2e/harness.mjs';
import { eventuallyTrue, expectText, story } from './harness.mjs';
import { connectionCard, signOut } from './steps.mjs';
import { freePort, IdentityProvider } from './identity.mjs';

// The service's port is known beforehand, because the identity provider wants to know where it sends people back to.
function withIdentity(options) {
  return async (stage) => {
    const port = await freePort();
    const identity = await IdentityProvider.start(`http://127.0.0.1:${port}`, options);
    stage.identity = identity;
    stage.programs.push(identity);
    const file = join(temporaryFolder(), 'coldpath.json');
    writeFileSync(file, JSON.stringify({ sign_in: identity.signIn }));
    return { port, flags: ['--config', file] };
  };
}

async function signInWithIdentity(person, login) {
  const { page } = person;
  await person.visit('/');
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  person.user = login;
  await page.waitForURL(`${person.stage.identity.issuer}/**`);
  await page.getByPlaceholder(/login/i).fill(login);
  await page.getByPlaceholder(/password/i).fill('any');
  await page.getByRole('button', { name: /sign-in/i }).click();
  // The provider asks so of apps on this machine itself.
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
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

story('the same with an OpenID Connect provider, by code and PKCE', { prepare: withIdentity({ pro: false }) }, async (stage) => {
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

story('an answer to a sign-in that was never begun here is refused', { prepare: withIdentity() }, async (stage) => {
  const eve = await stage.open();
  const { page } = eve;
  await eve.visit('/sign-in/callback?code=stolen&state=guessed');
  await expectText(page.getByRole('main'), /took too long or was begun in another window/);
  assert.ok(!stage.identity.requests.some((url) => url.startsWith('/token')), 'the code was not even tried');
  // Begun here, but answered with another state.
  await page.getByRole('button', { name: /try again|sign in/i }).or(page.getByRole('link', { name: /try again|sign in/i })).first().click();
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).or(page.getByPlaceholder(/login/i)).first().waitFor();
  await eve.visit('/sign-in/callback?code=stolen&state=guessed');
  await expectText(page.getByRole('main'), /took too long or was begun in another window/);
  assert.equal(await page.evaluate(() => localStorage.getItem('coldpath.session')), null);
});

// Tokens of 31 seconds: the app renews half a minute before their end, so it has to at once.
story('a session is renewed without a word, and ends at the provider too', { prepare: withIdentity({ accessTokenSeconds: 31 }) }, async (stage) => {
  const ada = await stage.open();
  const { page } = ada;
  await signInWithIdentity(ada, 'ada');
  const renewals = () => stage.identity.requests.filter((url) => url.startsWith('/token')).length - 1;
  await eventuallyTrue(async () => {
    await page.getByRole('link', { name: 'Imports' }).click();
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    return renewals() >= 2;
  }, () => `two renewals, but there were ${renewals()}`);
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await signOut(page);
  await page.waitForURL(`${stage.identity.issuer}/session/end**`);
  await page.getByRole('button', { name: /yes/i }).click();
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).waitFor();
});
