// Axes in the reader's language. Times are seconds of the person's own clock, written as if they were UTC.
import { language } from '../../i18n/i18n';

const day = 86_400;

// What the marks of a time axis say, by the distance between them. The year is said where it changes.
export function timeLabels(marks: readonly number[], distance: number): string[] {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(language.value, { ...options, timeZone: 'UTC' });
  const year = format({ year: 'numeric' });
  const month = format({ month: 'short' });
  const date = format({ day: 'numeric', month: 'short' });
  const time = format(distance < 3_600 ? { hour: 'numeric', minute: '2-digit' } : { hour: 'numeric' });
  let before = '';
  return marks.map((mark) => {
    const at = new Date(mark * 1000);
    if (distance >= 365 * day) return year.format(at);
    if (distance < day) {
      const midnight = at.getUTCHours() === 0 && at.getUTCMinutes() === 0;
      return midnight ? date.format(at) : time.format(at);
    }
    const thisYear = year.format(at);
    const label = distance >= 28 * day ? month.format(at) : date.format(at);
    const full = thisYear === before ? label : `${label}\n${thisYear}`;
    before = thisYear;
    return full;
  });
}

export function valueLabels(marks: readonly number[]): string[] {
  const format = new Intl.NumberFormat(language.value, { maximumFractionDigits: 2 });
  return marks.map((mark) => format.format(mark));
}
