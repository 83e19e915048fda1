// What axe-core finds on a page as it is: all its rules, not a choice of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export async function assertAccessible(page, what) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const violations = await page.evaluate(async () => {
    const result = await window.axe.run(document, { resultTypes: ['violations'] });
    return result.violations.map((violation) => ({
      rule: violation.id,
      help: violation.help,
      places: violation.nodes.slice(0, 5).map((node) => `${node.target.join(' ')}: ${node.failureSummary}`),
    }));
  });
  assert.deepEqual(violations, [], `${what}: ${JSON.stringify(violations, null, 2)}`);
}

// No part of a page may need scrolling sideways, but scrollers of their own.
export async function assertFitsWidth(page, what) {
  const { width, wide } = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const inScroller = (element) => {
      for (let parent = element.parentElement; parent; parent = parent.parentElement) {
        if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(parent).overflowX)) return true;
      }
      return false;
    };
    const wide = document.documentElement.scrollWidth > width
      ? [...document.body.querySelectorAll('*')]
        .filter((element) => element.getBoundingClientRect().right > width + 1 && !inScroller(element))
        .map((element) => `${element.tagName}.${element.className}`)
      : [];
    return { width, wide: document.documentElement.scrollWidth > width ? [document.documentElement.scrollWidth, ...wide.slice(0, 5)] : [] };
  });
  assert.deepEqual(wide, [], `${what} is wider than ${width} px`);
}
