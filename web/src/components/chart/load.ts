// Reads daily values and samples page by page and hands on what has come so far.
import { api, unwrap, type DataType, type Schemas } from '../../api/client';
import { dayText } from '../coverage-calendar/days';
import { readDays, readSample, type Day, type Sample, type Span } from './series';

export interface Source {
  type: DataType;
  connection?: string;
}

export interface Daily {
  unit: string;
  days: Day[];
  complete: boolean;
}

// Two at a time: fifteen charts of one page must not take all connections to the service.
const slots = 2;
let taken = 0;
const queue: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (taken >= slots) await new Promise<void>((resolve) => queue.push(resolve));
  else taken += 1;
  try {
    return await work();
  } finally {
    const next = queue.shift();
    if (next) next();
    else taken -= 1;
  }
}

type DailyPage = Schemas['DailyValues'];

export async function loadDaily(source: Source, span: Span, signal: AbortSignal, onPage: (daily: Daily) => void): Promise<void> {
  let cursor: string | null = null;
  let days: Day[] = [];
  do {
    const query = { type: source.type, start: dayText(span.from), end: dayText(span.end), connection_id: source.connection, cursor: cursor ?? undefined };
    const page: DailyPage = await inTurn(async () => {
      signal.throwIfAborted();
      return unwrap(api.GET('/v1/records/daily', { params: { query }, signal }));
    });
    days = days.concat(readDays(page.days));
    cursor = page.next_cursor;
    onPage({ unit: page.unit, days, complete: cursor === null });
  } while (cursor !== null);
}

export interface Samples {
  unit: string | null;
  list: Sample[];
  complete: boolean;
  truncated: boolean;
}

const pageSize = 10_000;
// A week of values every 5 seconds is twice as many; no screen shows more.
const samplesMax = 60_000;

export async function loadSamples(source: Source, span: Span, signal: AbortSignal, onPage: (samples: Samples) => void): Promise<void> {
  let cursor: string | null = null;
  let list: Sample[] = [];
  do {
    const query = { type: source.type, start: dayText(span.from), end: dayText(span.end), connection_id: source.connection, cursor: cursor ?? undefined, limit: pageSize };
    const page: { records: Schemas['Record'][]; next_cursor: string | null } = await unwrap(api.GET('/v1/records', { params: { query }, signal }));
    list = list.concat(page.records.map(readSample).filter((sample) => sample !== null));
    cursor = page.next_cursor;
    const truncated = cursor !== null && list.length >= samplesMax;
    onPage({ unit: page.records[0]?.unit ?? null, list, complete: cursor === null || truncated, truncated });
    if (truncated) return;
  } while (cursor !== null);
}
