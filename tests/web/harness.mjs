// A person at a browser: the real service and sandbox (../e2e/harness.mjs), a real Chromium, and the trap that every story
// stands in: a console error, an exception or a violation of the Content-Security-Policy fails it.
//
// COLDPATH_BUILD names the folder of the programs; COLDPATH_WEB, if set, a folder with the built app to serve instead of the one
// inside the program. What a failing story saw is left in build/web-failures.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { World } from '../e2e/harness.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const failures = join(root, 'build/web-failures');
// Seconds until what should happen soon is given up. A busy machine may take its time; nothing waits for this long when all is well.
const patience = 60;
// Data exist up to the real present, since the service reckons its ranges from there.
export const TODAY = new Date().toISOString().slice(0, 10);
export const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
export const desktop = { viewport: { width: 1280, height: 800 } };

export function daysAgo(count) {
  return new Date(Date.parse(TODAY) - count * 86_400_000).toISOString().slice(0, 10);
}

function chromiumPath() {
  try {
    return execFileSync('sh', ['-c', 'command -v "${COLDPATH_CHROMIUM:-chromium}"'], { encoding: 'utf8' }).trim();
  } catch {
    throw new Error('Chromium is not installed (Debian package chromium)');
  }
}

let launched = null;
// One browser for a file of stories; each person has a context, which is a profile of its own.
export function browser() {
  launched ??= chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--disable-gpu'] });
  return launched;
}
after(async () => (await launched)?.close());

// What a page reported and nobody expected.
export class Trap {
  // Complaints of pages elsewhere (a provider's, an identity provider's) are none of ours.
  constructor(origin = () => '') {
    this.origin = origin;
    this.caught = [];
    this.allowed = [];
  }
  allow(...patterns) {
    this.allowed.push(...patterns);
  }
  take(text) {
    if (!this.allowed.some((pattern) => pattern.test(text))) this.caught.push(text);
  }
  async watch(context) {
    await context.exposeBinding('coldpathViolation', ({ frame }, text) => frame.url().startsWith(this.origin()) && this.take(`CSP: ${text}`));
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        window.coldpathViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
      });
    });
    context.on('console', (message) => {
      const { url } = message.location();
      if (message.type() === 'error' && url.startsWith(this.origin())) this.take(`console: ${message.text()} (${url})`);
    });
    context.on('weberror', (error) => error.page()?.url().startsWith(this.origin()) && this.take(`exception: ${error.error().stack ?? error.error().message}`));
  }
}
// What a browser says by itself while the service or the network is away.
export const networkIsAway = /net::ERR_(CONNECTION_REFUSED|INTERNET_DISCONNECTED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|NETWORK_CHANGED|NETWORK_IO_SUSPENDED|ABORTED|SOCKET_NOT_CONNECTED|FAILED)/;

// A browser profile with one page at first.
export class Person {
  constructor(stage, context, page) {
    Object.assign(this, { stage, context, page, trap: new Trap(() => stage.world.server.url) });
  }

  get url() {
    return this.stage.world.server.url;
  }

  async visit(path) {
    await this.page.goto(this.url + path);
  }

  allow(...patterns) {
    this.trap.allow(...patterns);
  }

  // Through the form that development mode offers.
  async signIn(user, { pro = true } = {}) {
    const { page } = this;
    this.user = user;
    await this.visit(`/?user=${user}`);
    const form = page.getByRole('main');
    const name = form.getByRole('textbox', { name: /^Name$/ });
    await name.waitFor();
    assert.equal(await name.inputValue(), user, 'the address fills in the name');
    const plan = form.getByRole('switch');
    if ((await plan.isChecked()) !== pro) await plan.click();
    await form.getByRole('button', { name: /^(Sign in|Anmelden)$/ }).click();
    await page.getByRole('navigation').first().waitFor();
  }

  // The sandbox's consent page, as whoever `account` is.
  async consent(account, { decision = 'Allow', without = [] } = {}) {
    const { page } = this;
    await page.getByRole('textbox', { name: 'Account' }).fill(account);
    for (const scope of without) await page.getByRole('checkbox', { name: scope }).uncheck();
    await page.getByRole('button', { name: decision }).click();
    await page.waitForURL(`${this.url}/**`);
  }

  // The API as this person, from outside of the browser.
  async client({ pro = true } = {}) {
    return this.stage.world.client(this.user, { pro });
  }
}

// A story's world and the people in it.
export class Stage {
  constructor(name) {
    this.name = name;
    this.people = [];
    this.programs = [];
  }

  async open(options = {}) {
    const context = await (await browser()).newContext({
      ...desktop, locale: 'en-US', timezoneId: 'Europe/Berlin', reducedMotion: 'reduce', ...options,
    });
    context.setDefaultTimeout(patience * 1000);
    const person = new Person(this, context, null);
    await person.trap.watch(context);
    person.page = await context.newPage();
    this.people.push(person);
    return person;
  }

  assertQuiet() {
    for (const person of this.people) assert.deepEqual(person.trap.caught, [], 'what the browser complained about');
  }

  // Pictures, pages' accessible text, the service's last words.
  async keepEvidence() {
    mkdirSync(failures, { recursive: true });
    const base = join(failures, this.name.replace(/[^a-z0-9]+/gi, '-').slice(0, 60));
    const pages = this.people.flatMap((person) => person.context.pages());
    for (const [number, page] of pages.entries()) {
      await page.screenshot({ path: `${base}-${number}.png`, timeout: 5000 }).catch(() => {});
      const tree = await page.locator('body').ariaSnapshot({ timeout: 5000 }).catch((error) => error.message);
      writeFileSync(`${base}-${number}.txt`, `${page.url()}\n${tree}\n`);
    }
    const caught = this.people.flatMap((person) => person.trap.caught).join('\n');
    writeFileSync(`${base}.log`, `${caught}\n${this.world?.server.log().slice(-20_000)}`);
  }

  async end() {
    for (const person of this.people) await person.context.close().catch(() => {});
    await this.world?.end();
    for (const program of this.programs) await program.end();
  }
}

// `sandbox` and `server` are flags; `prepare` may start what has to stand before the service does, and answers with its port and
// further flags. `body` gets the stage; the story's world is new.
export function story(name, { sandbox = [], server = [], prepare, ...options }, body) {
  test(name, { timeout: 300_000, ...options }, async (t) => {
    const stage = new Stage(name);
    try {
      const { port = 0, flags = [] } = (await prepare?.(stage)) ?? {};
      const web = process.env.COLDPATH_WEB ? ['--web', resolve(root, process.env.COLDPATH_WEB)] : [];
      stage.world = await World.start(undefined, {
        sandbox: ['--today', TODAY, '--heart-rate-interval', '3600', ...sandbox],
        server: [...web, ...server, ...flags],
        port,
      });
      await body(stage, t);
      stage.assertQuiet();
    } catch (error) {
      await stage.keepEvidence();
      throw error;
    } finally {
      await stage.end();
    }
  });
}

// Ends at once with what was there instead.
export async function expectText(locator, pattern, what = String(pattern)) {
  await eventuallyTrue(async () => pattern.test((await locator.allInnerTexts()).join('\n')),
                       async () => `${what}, but there is: ${(await locator.allInnerTexts()).join('\n').slice(0, 2000)}`);
}

export async function eventuallyTrue(condition, otherwise, seconds = patience) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`never happened: ${typeof otherwise === 'string' ? otherwise : await otherwise()}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
