// What the coverage calendar draws, computed from a job's coverage: columns of days, weeks or months, and how many days of each
// state lie in every cell. Pure; the drawing is in paint.ts.
import type { DataType, Schemas } from '../../api/client';
import { dayNumber, monthStart, nextMonth, weekStart } from './days';

export type Coverage = Schemas['Coverage'];
export type Zoom = 'months' | 'weeks' | 'days';
export const zooms: readonly Zoom[] = ['months', 'weeks', 'days'];

export type DayState = 'complete' | 'empty' | 'beyond' | 'none' | 'waiting' | 'running' | 'failed';
// In the order in which a cell is stacked from its bottom: what is settled below, what needs attention on top.
export const dayStates: readonly DayState[] = ['complete', 'empty', 'beyond', 'none', 'waiting', 'running', 'failed'];
const codeOfState: Record<string, number> = { c: 0, e: 1, b: 2, n: 3, w: 4, r: 5, f: 6 };
export const complete = 0;
export const empty = 1;
const none = 3;
export const running = 5;
export const failed = 6;

// Counts of days, by the index of the state in dayStates.
export type Tally = readonly number[];

export interface Column {
  first: number;
  end: number; // exclusive
}

export interface Row {
  type: DataType;
  title: string;
  first: number;
  codes: Uint8Array; // a day each, the index of its state
}

export interface Calendar {
  first: number;
  end: number;
  rows: Row[];
  totals: Tally;
}

export function readCoverage(coverage: Coverage): Calendar {
  const totals = dayStates.map(() => 0);
  const rows = coverage.types.map((type) => {
    // An unknown letter of a newer service is shown as not attempted rather than as anything better.
    const codes = Uint8Array.from(type.days, (letter) => codeOfState[letter] ?? none);
    for (const code of codes) totals[code]! += 1;
    return { type: type.type, title: type.title, first: dayNumber(type.start), codes };
  });
  return { first: dayNumber(coverage.start), end: dayNumber(coverage.end), rows, totals };
}

// Whole weeks and months, cut at the ends of the calendar.
export function columnsOf(first: number, end: number, zoom: Zoom): Column[] {
  const columns: Column[] = [];
  let start = zoom === 'weeks' ? weekStart(first) : zoom === 'months' ? monthStart(first) : first;
  while (start < end) {
    const next = zoom === 'days' ? start + 1 : zoom === 'weeks' ? start + 7 : nextMonth(start);
    columns.push({ first: Math.max(start, first), end: Math.min(next, end) });
    start = next;
  }
  return columns;
}

export function tallyOf(row: Row, column: Column): number[] {
  const tally = dayStates.map(() => 0);
  const from = Math.max(0, column.first - row.first);
  const to = Math.min(row.codes.length, column.end - row.first);
  for (let i = from; i < to; i++) tally[row.codes[i]!]! += 1;
  return tally;
}

// All cells at once, seven counts each: what a frame of scrolling reads instead of counting again. Ten years of days in fifteen rows
// are 55,000 cells, so nothing is allocated for a single one.
export function tallies(rows: readonly Row[], columns: readonly Column[]): Uint16Array {
  const states = dayStates.length;
  const cells = new Uint16Array(rows.length * columns.length * states);
  rows.forEach((row, r) => {
    let at = r * columns.length * states;
    for (const column of columns) {
      const to = Math.min(row.codes.length, column.end - row.first);
      for (let i = Math.max(0, column.first - row.first); i < to; i++) cells[at + row.codes[i]!]! += 1;
      at += states;
    }
  });
  return cells;
}

export function columnAt(columns: readonly Column[], day: number): number {
  let low = 0;
  let high = columns.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (columns[middle]!.first <= day) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

export interface Segment {
  state: number;
  from: number; // from the top of the cell, in pixels
  height: number;
}

// How a cell is cut into layers. Everything that is there stays visible: a single failed day of a month gets at least `least` pixels.
export function segmentsOf(tally: ArrayLike<number>, offset: number, height: number, least: number): Segment[] {
  let days = 0;
  let kinds = 0;
  for (let s = 0; s < dayStates.length; s++) {
    days += tally[offset + s]!;
    if (tally[offset + s]! > 0) kinds++;
  }
  if (days === 0) return [];
  const floor = Math.min(least, height / kinds);
  const spare = height - floor * kinds;
  const segments: Segment[] = [];
  let top = height;
  for (let s = 0; s < dayStates.length; s++) {
    const count = tally[offset + s]!;
    if (count === 0) continue;
    const share = floor + (spare * count) / days;
    top -= share;
    segments.push({ state: s, from: top, height: share });
  }
  return segments;
}

export type Move = 'left' | 'right' | 'up' | 'down' | 'home' | 'end' | 'first' | 'last' | 'pageLeft' | 'pageRight';
export interface Place {
  row: number;
  column: number;
}

export function moved(place: Place, move: Move, rows: number, columns: number, page: number): Place {
  const clamp = (value: number, count: number) => Math.min(Math.max(value, 0), Math.max(0, count - 1));
  const to = { ...place };
  if (move === 'left') to.column -= 1;
  if (move === 'right') to.column += 1;
  if (move === 'pageLeft') to.column -= page;
  if (move === 'pageRight') to.column += page;
  if (move === 'up') to.row -= 1;
  if (move === 'down') to.row += 1;
  if (move === 'home' || move === 'first') to.column = 0;
  if (move === 'end' || move === 'last') to.column = columns - 1;
  if (move === 'first') to.row = 0;
  if (move === 'last') to.row = rows - 1;
  return { row: clamp(to.row, rows), column: clamp(to.column, columns) };
}
