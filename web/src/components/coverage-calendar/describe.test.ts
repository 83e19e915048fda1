import { describe, expect, it } from 'vitest';
import { dayNumber } from './days';
import { causesIn, countTexts, type FailureGroup } from './describe';

const group = (kind: FailureGroup['kind'], start: string, end: string): FailureGroup => ({
  kind,
  message: '',
  help: '',
  chunks: 1,
  types: [{ type: 'heart-rate', title: '', ranges: [{ start, end }] }],
});

const groups = [group('Transient', '2020-01-01', '2020-01-08'), group('InvalidData', '2020-01-20', '2020-01-22')];
const column = (first: string, end: string) => ({ first: dayNumber(first), end: dayNumber(end) });
const withFailed = [0, 0, 0, 0, 0, 0, 1];

describe('the causes of a cell', () => {
  it('are those that touch its days', () => {
    expect(causesIn(groups, 'heart-rate', column('2020-01-07', '2020-01-14'), withFailed)).toEqual(['Transient']);
    expect(causesIn(groups, 'heart-rate', column('2020-01-01', '2020-02-01'), withFailed)).toEqual(['Transient', 'InvalidData']);
  });

  it('are none where a range ends before it, for another type, or where nothing failed', () => {
    expect(causesIn(groups, 'heart-rate', column('2020-01-08', '2020-01-15'), withFailed)).toEqual([]);
    expect(causesIn(groups, 'steps', column('2020-01-01', '2020-01-08'), withFailed)).toEqual([]);
    expect(causesIn(groups, 'heart-rate', column('2020-01-01', '2020-01-08'), [7, 0, 0, 0, 0, 0, 0])).toEqual([]);
  });
});

describe('the counts of a cell', () => {
  it('name what needs attention first, and nothing that is not there', () => {
    expect(countTexts([5, 0, 0, 0, 0, 1, 1]).map((count) => count.state)).toEqual([6, 5, 0]);
  });
});
