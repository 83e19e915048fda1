// The trap that every story stands in does catch: else their silence would say nothing.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { browser, eventuallyTrue, Trap } from './harness.mjs';

const pages = {
  '/quiet': '<h1>Quiet</h1>',
  '/inline': '<h1>Inline</h1><script>window.ran = true</script>',
  '/console': '<h1>Console</h1><script src="/console.js"></script>',
  '/throws': '<h1>Throws</h1><script src="/throws.js"></script>',
};
const scripts = { '/console.js': 'console.error("complaint")', '/throws.js': 'throw new Error("thrown")' };

async function caughtOn(path, allowed = []) {
  const server = createServer((request, response) => {
    const script = scripts[request.url];
    response.setHeader('content-type', script ? 'text/javascript' : 'text/html');
    response.setHeader('content-security-policy', "default-src 'none'; script-src 'self'; img-src 'self'");
    response.end(script ?? pages[request.url] ?? '');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const context = await (await browser()).newContext();
  const trap = new Trap();
  trap.allow(...allowed);
  await trap.watch(context);
  try {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}${path}`);
    if (path !== '/quiet' && allowed.length === 0) await eventuallyTrue(() => trap.caught.length > 0, `something to catch on ${path}`);
    return trap.caught.join('\n');
  } finally {
    await context.close();
    server.closeAllConnections?.();
    await new Promise((done) => server.close(done));
  }
}

test('a page without fault is not accused', async () => assert.equal(await caughtOn('/quiet'), ''));
test('a violation of the policy is caught', async () => assert.match(await caughtOn('/inline'), /CSP: script-src|Content Security Policy/));
test('a console error is caught', async () => assert.match(await caughtOn('/console'), /complaint/));
test('an exception that nobody handles is caught', async () => assert.match(await caughtOn('/throws'), /thrown/));
test('what a story allows is let through', async () => assert.equal(await caughtOn('/console', [/complaint/]), ''));
