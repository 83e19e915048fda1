import { describe, expect, it } from 'vitest';
import { align, fitSpan, lookOf, panSpan, readDays, readSample, spanOfLength, summarize, withGaps, zoomSpan, type Day } from './series';
import { slotsOf } from './sparkline';

const day = (number: number, value: number, min = value, max = value): Day => ({ day: number, records: 1, value, min, max });

describe('aligned days', () => {
  it('leave gaps where there is nothing', () => {
    expect(align([day(10, 5), day(12, 7)], { from: 10, end: 13 }).values).toEqual([5, null, 7]);
  });

  it('leave out what lies outside', () => {
    expect(align([day(9, 1), day(10, 5), day(13, 9)], { from: 10, end: 13 }).values).toEqual([5, null, null]);
  });

  it('take the mean of the days of a week that there are, and the extremes', () => {
    // Day 4 was a Monday.
    const weeks = align([day(4, 10, 1, 20), day(6, 20, 5, 90), day(11, 3)], { from: 4, end: 18 }, 7);
    expect(weeks).toEqual({ days: [4, 11], values: [15, 3], mins: [1, 3], maxs: [90, 3] });
  });

  it('begin the first week on its Monday even if the span begins later', () => {
    const weeks = align([day(6, 2), day(11, 4)], { from: 6, end: 12 }, 7);
    expect(weeks.days).toEqual([4, 11]);
    expect(weeks.values).toEqual([2, 4]);
  });
});

describe('summary', () => {
  it('is none for no days', () => expect(summarize([])).toBeNull());
  it('has the ends, the mean and the extremes of days', () => {
    expect(summarize([day(3, 10, 5, 30), day(8, 20, 1, 40)])).toEqual({ days: 2, first: 3, last: 8, mean: 15, min: 10, max: 20, lowMean: 3 });
  });
});

describe('spans', () => {
  const whole = { from: 0, end: 1000 };
  it('stay inside the whole', () => {
    expect(fitSpan({ from: -50, end: 50 }, whole)).toEqual({ from: 0, end: 100 });
    expect(fitSpan({ from: 950, end: 1050 }, whole)).toEqual({ from: 900, end: 1000 });
    expect(fitSpan({ from: -500, end: 5000 }, whole)).toEqual(whole);
  });
  it('never get shorter than a day', () => {
    expect(zoomSpan({ from: 10, end: 11 }, 0.5, whole)).toEqual({ from: 10, end: 11 });
    expect(fitSpan({ from: 5, end: 5 }, whole)).toEqual({ from: 5, end: 6 });
  });
  it('zoom around the middle', () => expect(zoomSpan({ from: 400, end: 600 }, 0.5, whole)).toEqual({ from: 450, end: 550 }));
  it('pan by at least a day, and stop at the ends', () => {
    expect(panSpan({ from: 10, end: 11 }, 0.25, whole)).toEqual({ from: 11, end: 12 });
    expect(panSpan({ from: 990, end: 1000 }, 1, whole)).toEqual({ from: 990, end: 1000 });
    expect(panSpan({ from: 20, end: 30 }, -1, whole)).toEqual({ from: 10, end: 20 });
  });
  it('of a given length keep their end', () => expect(spanOfLength(whole, 7, whole)).toEqual({ from: 993, end: 1000 }));
});

describe('samples', () => {
  const record = { connection_id: 'c', provider: 'oura', type: 'heart-rate', unit: '/min', date: '2020-01-01', start: '2020-01-01T00:00:00Z' } as const;
  it('are placed on the clock of the person', () => {
    expect(readSample({ ...record, value: 60, offset: 3600 })).toEqual({ time: Date.parse('2020-01-01T01:00:00Z') / 1000, value: 60, low: null });
  });
  it('of blood pressure come from its components', () => {
    const components = [{ name: 'systolic', value: 120 }, { name: 'diastolic', value: 80 }];
    expect(readSample({ ...record, components })).toMatchObject({ value: 120, low: 80 });
  });
  it('without a value are none', () => expect(readSample(record)).toBeNull());
  it('are not joined across a gap', () => {
    const at = (time: number) => ({ time, value: time, low: null });
    expect(withGaps([at(300), at(0), at(600), at(9000)])).toEqual([
      [0, 300, 600, 601, 9000],
      [0, 300, 600, null, 9000],
    ]);
  });
  it('may be none', () => expect(withGaps([])).toEqual([[], []]));
});

describe('looks', () => {
  it('show sums as bars', () => expect([lookOf('steps'), lookOf('heart-rate'), lookOf('blood-pressure')]).toEqual(['bars', 'band', 'pressure']));
  it('fill in the range of days that come without one', () => {
    const days = [{ date: '1970-01-02', records: 1, value: 4 }] as unknown as Parameters<typeof readDays>[0];
    expect(readDays(days)).toEqual([{ day: 1, records: 1, value: 4, min: 4, max: 4 }]);
  });
});

describe('slots of a small chart', () => {
  it('gather the days of a pixel', () => {
    const slots = slotsOf([day(0, 10, 5, 20), day(1, 20, 8, 40)], { from: 0, end: 4 }, 2);
    expect(slots).toEqual([{ sum: 30, count: 2, min: 5, max: 40 }, undefined]);
  });
  it('spread a day over its pixels, without holes', () => {
    const slots = slotsOf([day(0, 1), day(1, 1), day(2, 1)], { from: 0, end: 3 }, 100);
    expect(slots.every((slot) => slot !== undefined)).toBe(true);
  });
});
