// Civil days as numbers (days since 1970-01-01), which is how the calendar and the charts count.
const millisecondsADay = 86_400_000;

export function dayNumber(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / millisecondsADay);
}

export function dayText(number: number): string {
  return new Date(number * millisecondsADay).toISOString().slice(0, 10);
}

// Day 0 was a Thursday; weeks begin on Monday (ISO 8601).
export function weekStart(number: number): number {
  return number - ((((number + 3) % 7) + 7) % 7);
}

export function monthStart(number: number): number {
  const date = new Date(number * millisecondsADay);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / millisecondsADay;
}

export function nextMonth(number: number): number {
  const date = new Date(number * millisecondsADay);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / millisecondsADay;
}

export function yearOf(number: number): number {
  return new Date(number * millisecondsADay).getUTCFullYear();
}
