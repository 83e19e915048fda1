// What axe-core finds on a page as it is: all its rules, not a choice of them.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// What was found on the screens so far, so that one run names all of it.
export class Findings {
  constructor() {
    this.list = [];
  }

  async look(page, what) {
    for (const check of [accessible, fitsWidth]) this.list.push(...(await check(page)).map((finding) => `${what}: ${finding}`));
  }

  assertNone() {
    assert.equal(this.list.length, 0, `${this.list.length} barriers:\n${this.list.join('\n')}`);
  }
}

export async function accessible(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  return page.evaluate(async () => {
    const result = await window.axe.run(document, { resultTypes: ['violations'] });
    return result.violations.flatMap((violation) => violation.nodes.slice(0, 3)
      .map((node) => `${violation.id} (${violation.help}) at ${node.target.join(' ')}: ${node.failureSummary}`));
  });
}

// No part of a page may need scrolling sideways, but scrollers of their own.
export async function fitsWidth(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const inScroller = (element) => {
      for (let parent = element.parentElement; parent; parent = parent.parentElement) {
        if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(parent).overflowX)) return true;
      }
      return false;
    };
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.body.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > width + 1 && !inScroller(element))
      .map((element) => `${element.tagName}.${element.className}`);
    return [`wider than ${width} px: ${document.documentElement.scrollWidth}, ${wide.slice(0, 5).join(', ')}`];
  });
}
