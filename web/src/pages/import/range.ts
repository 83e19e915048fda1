// The days that an import asks for. Ranges are [start, end) on the wire; people say the first and the last day.
import type { DataType } from '../../api/client';
import type { Provider } from '../../state/connections';

export type Preset = 'month' | 'year' | 'all' | 'custom';

export interface Choice {
  preset: Preset;
  // Of `custom`: inclusive, as in the date inputs; empty while not chosen.
  first: string;
  last: string;
}

export interface Days {
  start: string;
  end: string;
}

export type Fault = 'empty' | 'reversed' | 'future';

const dayMs = 86_400_000;
const yearsAtMost = 10;

// The civil day at the person's place.
export function today(now: Date): string {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 10);
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * dayMs).toISOString().slice(0, 10);
}

export function countDays(days: Days): number {
  return Math.round((Date.parse(`${days.end}T00:00:00Z`) - Date.parse(`${days.start}T00:00:00Z`)) / dayMs);
}

// The same day some years before; 29 February becomes the 28th where there is none.
export function yearsBefore(day: string, years: number): string {
  const [year, month, date] = day.split('-');
  const target = `${String(Number(year) - years).padStart(4, '0')}-${month}`;
  return month === '02' && date === '29' && new Date(`${target}-29T00:00:00Z`).getUTCMonth() !== 1 ? `${target}-28` : `${target}-${date}`;
}

// The first day for which the provider still has any of the types, null if it keeps one of them for ever.
export function earliestOf(provider: Provider, types: readonly DataType[]): string | null {
  const days = provider.types.filter((offer) => types.includes(offer.type)).map((offer) => offer.earliest);
  if (days.length === 0 || days.some((day) => day === null)) return null;
  return days.map((day) => day ?? '').sort()[0] ?? null;
}

export function daysOf(choice: Choice, now: Date, earliest: string | null): Days | Fault {
  const last = today(now);
  const end = addDays(last, 1);
  switch (choice.preset) {
    case 'month':
      return { start: addDays(end, -30), end };
    case 'year':
      return { start: yearsBefore(end, 1), end };
    case 'all': {
      const longest = yearsBefore(end, yearsAtMost);
      return { start: earliest !== null && earliest > longest && earliest < end ? earliest : longest, end };
    }
    case 'custom':
      if (choice.first === '' || choice.last === '') return 'empty';
      if (choice.first > choice.last) return 'reversed';
      // Elsewhere it may be tomorrow already, which the service allows; here it is not.
      if (choice.last > last) return 'future';
      return { start: choice.first, end: addDays(choice.last, 1) };
  }
}
