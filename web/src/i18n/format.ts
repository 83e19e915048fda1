// Numbers, dates and spans of time as the reader's language writes them.
import { language } from './i18n';

// Civil days are strings (2024-05-01); they belong to no time zone, so they are formatted in UTC.
export function formatDay(day: string, style: 'long' | 'medium' | 'short' = 'medium'): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: style, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

// [start, end): the last day that is shown is the one before `end`.
export function formatDays(start: string, end: string): string {
  const format = new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeZone: 'UTC' });
  const first = new Date(`${start}T00:00:00Z`);
  const last = new Date(Date.parse(`${end}T00:00:00Z`) - 86_400_000);
  return first >= last ? format.format(first) : format.formatRange(first, last);
}

// An instant in the reader's own zone: the time alone if it is today.
export function formatMoment(instant: string, now = new Date()): string {
  const time = new Date(instant);
  const today = time.toDateString() === now.toDateString();
  return new Intl.DateTimeFormat(language.value, today ? { timeStyle: 'short' } : { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}

export function formatNumber(value: number, digits = 0): string {
  return new Intl.NumberFormat(language.value, { maximumFractionDigits: digits }).format(value);
}

export function formatPercent(share: number): string {
  // Never "100 %" before all is done.
  const floored = share >= 1 ? 1 : Math.min(Math.floor(share * 100) / 100, 0.99);
  return new Intl.NumberFormat(language.value, { style: 'percent' }).format(floored);
}

// "2 hours", "5 minutes": one unit, rounded as people say it.
export function formatSpan(seconds: number): string {
  const units: [number, string][] = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ];
  for (const [size, unit] of units) {
    if (seconds >= size * 1.5 || size === 1) {
      const count = Math.max(1, Math.round(seconds / size));
      return new Intl.NumberFormat(language.value, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
    }
  }
  return '';
}
