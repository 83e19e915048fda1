// Daily values as charts need them. Pure. A day is a number (days since 1970-01-01); a day without records is a gap and stays one.
import type { DataType, Schemas } from '../../api/client';
import { dayNumber, weekStart } from '../coverage-calendar/days';

export interface Day {
  day: number;
  records: number;
  value: number;
  min: number;
  max: number;
}

// [from, end), in days.
export interface Span {
  from: number;
  end: number;
}

export type Look = 'bars' | 'band' | 'pressure';

const sums: readonly DataType[] = ['steps', 'distance', 'active-energy', 'sleep', 'workout'];

export function lookOf(type: DataType): Look {
  if (type === 'blood-pressure') return 'pressure';
  return sums.includes(type) ? 'bars' : 'band';
}

export function readDays(days: Schemas['DailyValues']['days']): Day[] {
  return days.map(({ date, records, value, min, max }) => ({ day: dayNumber(date), records, value, min: min ?? value, max: max ?? value }));
}

export interface Aligned {
  days: number[];
  values: (number | null)[];
  mins: (number | null)[];
  maxs: (number | null)[];
}

// One entry for every `step` days of the span; `step` 7 takes the mean of each week's days, and the extremes of its extremes.
export function align(days: readonly Day[], span: Span, step: 1 | 7 = 1): Aligned {
  const origin = step === 7 ? weekStart(span.from) : span.from;
  const length = Math.max(0, Math.ceil((span.end - origin) / step));
  const aligned: Aligned = {
    days: Array.from({ length }, (_, i) => origin + i * step),
    values: new Array<number | null>(length).fill(null),
    mins: new Array<number | null>(length).fill(null),
    maxs: new Array<number | null>(length).fill(null),
  };
  const counts = new Uint16Array(length);
  for (const { day, value, min, max } of days) {
    if (day < span.from || day >= span.end) continue;
    const i = Math.floor((day - origin) / step);
    const seen = counts[i]!;
    counts[i] = seen + 1;
    aligned.values[i] = seen === 0 ? value : (aligned.values[i]! * seen + value) / (seen + 1);
    aligned.mins[i] = seen === 0 ? min : Math.min(aligned.mins[i]!, min);
    aligned.maxs[i] = seen === 0 ? max : Math.max(aligned.maxs[i]!, max);
  }
  return aligned;
}

export interface Summary {
  days: number;
  first: number;
  last: number;
  mean: number;
  min: number;
  max: number;
  lowMean: number; // of the days' lowest values; of blood pressure the diastolic mean
}

export function summarize(days: readonly Day[]): Summary | null {
  if (days.length === 0) return null;
  const summary: Summary = { days: days.length, first: Infinity, last: -Infinity, mean: 0, min: Infinity, max: -Infinity, lowMean: 0 };
  for (const { day, value, min } of days) {
    summary.first = Math.min(summary.first, day);
    summary.last = Math.max(summary.last, day);
    summary.mean += value / days.length;
    summary.lowMean += min / days.length;
    summary.min = Math.min(summary.min, value);
    summary.max = Math.max(summary.max, value);
  }
  return summary;
}

// Keeps a span's length inside the whole, then its place.
export function fitSpan(span: Span, whole: Span): Span {
  const length = Math.max(1, Math.min(Math.round(span.end - span.from), whole.end - whole.from));
  const from = Math.min(Math.max(Math.round(span.from), whole.from), whole.end - length);
  return { from, end: from + length };
}

// `factor` below 1 looks closer; the middle stays where it is.
export function zoomSpan(span: Span, factor: number, whole: Span): Span {
  const middle = (span.from + span.end) / 2;
  const half = Math.max(0.5, ((span.end - span.from) * factor) / 2);
  return fitSpan({ from: middle - half, end: middle + half }, whole);
}

// `share` of its length, later if positive; at least a day.
export function panSpan(span: Span, share: number, whole: Span): Span {
  const by = Math.sign(share) * Math.max(1, Math.round(Math.abs(share) * (span.end - span.from)));
  return fitSpan({ from: span.from + by, end: span.end + by }, whole);
}

export function spanOfLength(span: Span, days: number, whole: Span): Span {
  // The end is kept: what is newest interests most.
  return fitSpan({ from: span.end - days, end: span.end }, whole);
}

export interface Sample {
  time: number; // seconds; the person's own clock, written as if it were UTC
  value: number;
  low: number | null;
}

type Component = { name?: unknown; value?: unknown };

function component(record: Schemas['Record'], name: string): number | null {
  const list = (record as { components?: unknown }).components;
  const found = Array.isArray(list) ? (list as Component[]).find((one) => one.name === name) : undefined;
  return typeof found?.value === 'number' ? found.value : null;
}

export function readSample(record: Schemas['Record']): Sample | null {
  const value = record.value ?? component(record, 'systolic');
  if (value === null) return null;
  return { time: Date.parse(record.start) / 1000 + (record.offset ?? 0), value, low: component(record, 'diastolic') };
}

// The samples in order, with a hole wherever much more time passed than is usual between two of them, so that no line is drawn across it.
export function withGaps(samples: readonly Sample[]): [number[], (number | null)[]] {
  const sorted = [...samples].sort((a, b) => a.time - b.time);
  const steps = sorted.slice(1).map((sample, i) => sample.time - sorted[i]!.time);
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const gap = Math.max(900, usual * 4);
  const times: number[] = [];
  const values: (number | null)[] = [];
  sorted.forEach((sample, i) => {
    if (i > 0 && steps[i - 1]! > gap) {
      times.push(sorted[i - 1]!.time + 1);
      values.push(null);
    }
    times.push(sample.time);
    values.push(sample.value);
  });
  return [times, values];
}
