import { dayNumber } from '../../components/coverage-calendar/days';
import type { Span } from '../../components/chart/series';

// The runs of failed days in a type's coverage.
export function failedSpans(start: string, days: string): Span[] {
  const first = dayNumber(start);
  return [...days.matchAll(/f+/g)].map((found) => ({ from: first + found.index, end: first + found.index + found[0].length }));
}
