import { describe, expect, it } from 'vitest';
import { dayNumber, dayText, monthStart, nextMonth, weekStart } from './days';
import { columnAt, columnsOf, dayStates, moved, readCoverage, segmentsOf, tallies, tallyOf, zooms, type Coverage } from './layout';

const letters = 'cebnwrf';

// A small generator with a seed (mulberry32), so that a failure can be repeated.
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function coverageOf(start: string, days: readonly string[]): Coverage {
  const length = Math.max(...days.map((text) => text.length));
  const counts = { requested: 0, complete: 0, empty: 0, failed: 0, beyond_provider_history: 0, not_attempted: 0 };
  const end = dayText(dayNumber(start) + length);
  const types = days.map((text) => ({
    type: 'steps' as const,
    title: 'Steps',
    start,
    end: dayText(dayNumber(start) + text.length),
    counts,
    records: 0,
    provisional_days: 0,
    days: text,
  }));
  return { job_id: 'a', start, end, counts, types };
}

describe('days', () => {
  it('counts days and goes back', () => {
    expect(dayNumber('1970-01-01')).toBe(0);
    expect(dayNumber('2020-03-01') - dayNumber('2020-02-01')).toBe(29);
    expect(dayText(dayNumber('2024-02-29'))).toBe('2024-02-29');
  });

  it('begins weeks on Monday, before 1970 too', () => {
    expect(dayText(weekStart(dayNumber('2020-05-10')))).toBe('2020-05-04');
    expect(dayText(weekStart(dayNumber('2020-05-04')))).toBe('2020-05-04');
    expect(dayText(weekStart(dayNumber('1969-12-31')))).toBe('1969-12-29');
  });

  it('finds the ends of months', () => {
    expect(dayText(monthStart(dayNumber('2020-02-29')))).toBe('2020-02-01');
    expect(dayText(nextMonth(dayNumber('2020-12-31')))).toBe('2021-01-01');
  });
});

describe('columns', () => {
  it('cut weeks at the ends of the range', () => {
    const first = dayNumber('2020-05-06');
    const columns = columnsOf(first, first + 10, 'weeks');
    expect(columns.map((column) => [dayText(column.first), column.end - column.first])).toEqual([
      ['2020-05-06', 5],
      ['2020-05-11', 5],
    ]);
  });

  it('cover every day exactly once, at every zoom', () => {
    const random = generator(7);
    for (let round = 0; round < 60; round++) {
      const first = Math.floor(random() * 20_000);
      const end = first + 1 + Math.floor(random() * 4000);
      for (const zoom of zooms) {
        const columns = columnsOf(first, end, zoom);
        expect(columns[0]!.first).toBe(first);
        expect(columns.at(-1)!.end).toBe(end);
        expect(columns.every((column, i) => i === 0 || column.first === columns[i - 1]!.end)).toBe(true);
        const day = first + Math.floor(random() * (end - first));
        const found = columns[columnAt(columns, day)]!;
        expect(found.first <= day && day < found.end).toBe(true);
      }
    }
  });
});

describe('tallies', () => {
  it('add up to the days, of each state and of each row', () => {
    const random = generator(11);
    for (let round = 0; round < 20; round++) {
      const start = dayText(Math.floor(random() * 20_000));
      const texts = Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
        Array.from({ length: 1 + Math.floor(random() * 900) }, () => letters[Math.floor(random() * 7)]).join(''),
      );
      const calendar = readCoverage(coverageOf(start, texts));
      expect(calendar.totals.reduce((sum, count) => sum + count, 0)).toBe(texts.join('').length);
      for (const zoom of zooms) {
        const columns = columnsOf(calendar.first, calendar.end, zoom);
        const cells = tallies(calendar.rows, columns);
        texts.forEach((text, r) => {
          dayStates.forEach((_, s) => {
            let sum = 0;
            for (let c = 0; c < columns.length; c++) sum += cells[(r * columns.length + c) * 7 + s]!;
            expect(sum).toBe([...text].filter((letter) => letter === letters[s]).length);
          });
        });
      }
    }
  });

  it('take an unknown letter as not attempted', () => {
    const calendar = readCoverage(coverageOf('2020-01-01', ['c?f']));
    expect(tallyOf(calendar.rows[0]!, { first: calendar.first, end: calendar.end })).toEqual([1, 0, 0, 1, 0, 0, 1]);
  });

  it('leave out days that a type does not have', () => {
    const calendar = readCoverage(coverageOf('2020-01-06', ['c'.repeat(14), 'ccc']));
    const columns = columnsOf(calendar.first, calendar.end, 'weeks');
    expect(tallyOf(calendar.rows[1]!, columns[1]!)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });
});

describe('segments', () => {
  it('fill the cell, and keep a single failed day visible', () => {
    const segments = segmentsOf([30, 0, 0, 0, 0, 0, 1], 0, 24, 6);
    expect(segments.reduce((sum, segment) => sum + segment.height, 0)).toBeCloseTo(24);
    expect(segments.at(-1)).toMatchObject({ state: 6, from: expect.closeTo(0) as number });
    expect(segments.at(-1)!.height).toBeGreaterThanOrEqual(6);
  });

  it('share a cell that is too low for all', () => {
    const segments = segmentsOf([1, 1, 1, 1, 1, 1, 1], 0, 14, 6);
    for (const segment of segments) expect(segment.height).toBeCloseTo(2);
  });

  it('are none where nothing was asked for', () => {
    expect(segmentsOf([0, 0, 0, 0, 0, 0, 0], 0, 24, 6)).toEqual([]);
  });
});

describe('moving by keys', () => {
  it('stays within the grid', () => {
    const corner = { row: 0, column: 0 };
    expect(moved(corner, 'left', 3, 10, 4)).toEqual(corner);
    expect(moved(corner, 'pageRight', 3, 10, 4)).toEqual({ row: 0, column: 4 });
    expect(moved(corner, 'last', 3, 10, 4)).toEqual({ row: 2, column: 9 });
    expect(moved({ row: 2, column: 9 }, 'down', 3, 10, 4)).toEqual({ row: 2, column: 9 });
    expect(moved({ row: 2, column: 5 }, 'home', 3, 10, 4)).toEqual({ row: 2, column: 0 });
  });
});
