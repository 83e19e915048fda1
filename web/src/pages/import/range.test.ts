import { describe, expect, test } from 'vitest';
import type { Provider } from '../../state/connections';
import { addDays, countDays, daysOf, earliestOf, today, yearsBefore, type Choice } from './range';

const now = new Date(2026, 4, 20, 23, 30);
const choice = (preset: Choice['preset'], first = '', last = ''): Choice => ({ preset, first, last });

describe('the days of a choice', () => {
  test('are those of the person, not of Greenwich', () => {
    expect(today(now)).toBe('2026-05-20');
    expect(today(new Date(2026, 0, 1, 0, 10))).toBe('2026-01-01');
  });

  test('include today', () => {
    expect(daysOf(choice('month'), now, null)).toEqual({ start: '2026-04-21', end: '2026-05-21' });
    expect(daysOf(choice('year'), now, null)).toEqual({ start: '2025-05-21', end: '2026-05-21' });
  });

  test('of everything are ten years, or what the provider keeps', () => {
    expect(daysOf(choice('all'), now, null)).toEqual({ start: '2016-05-21', end: '2026-05-21' });
    expect(daysOf(choice('all'), now, '2024-01-01')).toEqual({ start: '2024-01-01', end: '2026-05-21' });
    expect(daysOf(choice('all'), now, '2001-01-01')).toEqual({ start: '2016-05-21', end: '2026-05-21' });
  });

  test('between two days include both', () => {
    expect(daysOf(choice('custom', '2024-02-28', '2024-02-29'), now, null)).toEqual({ start: '2024-02-28', end: '2024-03-01' });
    expect(daysOf(choice('custom', '2024-02-28', '2024-02-28'), now, null)).toEqual({ start: '2024-02-28', end: '2024-02-29' });
  });

  test('that make no sense are named', () => {
    expect(daysOf(choice('custom', '', '2024-02-29'), now, null)).toBe('empty');
    expect(daysOf(choice('custom', '2024-03-01', '2024-02-29'), now, null)).toBe('reversed');
    expect(daysOf(choice('custom', '2024-03-01', '2026-05-21'), now, null)).toBe('future');
  });
});

test('days are counted across months and leap years', () => {
  expect(addDays('2024-02-28', 2)).toBe('2024-03-01');
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
  expect(countDays({ start: '2024-01-01', end: '2025-01-01' })).toBe(366);
  expect(yearsBefore('2024-02-29', 1)).toBe('2023-02-28');
  expect(yearsBefore('2024-02-29', 4)).toBe('2020-02-29');
});

test('the provider keeps as long as the type that it keeps longest', () => {
  const offer = (type: 'steps' | 'sleep', earliest: string | null) => ({ type, title: '', unit: '', scopes: [], earliest, provisional_days: 0 });
  const provider: Provider = { id: 'x', title: 'X', limits: [], types: [offer('steps', '2020-01-01'), offer('sleep', '2018-01-01')] };
  expect(earliestOf(provider, ['steps', 'sleep'])).toBe('2018-01-01');
  expect(earliestOf(provider, ['steps'])).toBe('2020-01-01');
  expect(earliestOf(provider, [])).toBeNull();
  provider.types[1] = offer('sleep', null);
  expect(earliestOf(provider, ['steps', 'sleep'])).toBeNull();
});
