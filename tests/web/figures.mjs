// What a first visit costs: bytes on the wire, and the figures that Lighthouse names, from the browser's own observers.
const kilo = 1000;

// Observers must be there before the page is.
async function observe(page) {
  await page.addInitScript(() => {
    const seen = { lcp: 0, cls: 0, tbt: 0 };
    window.coldpathSeen = seen;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.lcp = entry.startTime;
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.cls += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.tbt += Math.max(0, entry.duration - 50);
    }).observe({ type: 'longtask', buffered: true });
  });
}

// Lighthouse's own throttling (its docs/throttling.md) of a middling phone on slow 4G, applied by the browser.
export const profiles = {
  loopback: { cpu: 1, network: null },
  'phone, loopback': { cpu: 4, network: null },
  'phone, slow 4G': {
    cpu: 4, network: { offline: false, latency: 562.5, downloadThroughput: (1474.56 * 1024) / 8, uploadThroughput: (675 * 1024) / 8 },
  },
};

// Loads `path` with nothing cached. `ready` resolves when a person could use the page. Milliseconds; bytes as they came over the wire,
// of the app's own files (`files`) and of the API's answers (`answers`).
export async function measureVisit(person, path, ready, profile = profiles.loopback) {
  const { page, context } = person;
  await observe(page);
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  if (profile.network) await session.send('Network.emulateNetworkConditions', profile.network);
  await session.send('Emulation.setCPUThrottlingRate', { rate: profile.cpu });
  const paths = new Map();
  const bytes = { files: 0, answers: 0 };
  const files = [];
  session.on('Network.requestWillBeSent', ({ requestId, request }) => paths.set(requestId, new URL(request.url).pathname));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const from = paths.get(requestId) ?? '';
    bytes[from.startsWith('/v1/') ? 'answers' : 'files'] += encodedDataLength;
    files.push([from, encodedDataLength]);
  });
  await page.goto(person.url + path);
  await ready(page);
  const interactive = await page.evaluate(() => performance.now());
  await page.waitForLoadState('networkidle');
  const figures = await page.evaluate(() => ({
    fcp: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0, ...window.coldpathSeen,
  }));
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await session.detach();
  return { ...figures, interactive, kilobytes: bytes.files / kilo, files };
}

export function row(name, figures) {
  const ms = (value) => `${Math.round(value)} ms`;
  return `| ${name} | ${figures.kilobytes.toFixed(1)} kB | ${ms(figures.fcp)} | ${ms(figures.lcp)} | ${figures.cls.toFixed(3)} | ${ms(figures.tbt)} | ${ms(figures.interactive)} |`;
}
