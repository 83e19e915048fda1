// What a cell of the calendar says in words.
import type { DataType, Schemas } from '../../api/client';
import { formatDays } from '../../i18n/format';
import { t, type MessageKey } from '../../i18n/i18n';
import { typeName } from '../../i18n/types';
import { dayNumber, dayText } from './days';
import { dayStates, failed, type Column, type DayState, type Row } from './layout';

export type FailureGroup = Schemas['FailureList']['groups'][number];

export function stateName(state: DayState): string {
  return t(`calendar.state.${state}`);
}

export function countText(state: DayState, count: number): string {
  return t(`calendar.days.${state}`, { count });
}

// "6 days complete", "1 failed": what needs attention first.
export function countTexts(tally: readonly number[]): { state: number; text: string }[] {
  const texts: { state: number; text: string }[] = [];
  for (let state = dayStates.length - 1; state >= 0; state--) {
    if (tally[state]! > 0) texts.push({ state, text: countText(dayStates[state]!, tally[state]!) });
  }
  return texts;
}

export function rangeText(column: Column): string {
  return formatDays(dayText(column.first), dayText(column.end));
}

export function cellText(row: Row, column: Column, tally: readonly number[]): string {
  const counts = countTexts(tally);
  const what = counts.length === 0 ? t('calendar.nothing') : counts.map((count) => count.text).join(', ');
  return `${typeName(row.type)}, ${rangeText(column)}: ${what}`;
}

export function causeKey(kind: FailureGroup['kind']): MessageKey {
  return `failure.${kind}.title`;
}

// Why days of a cell failed: the causes that took this type in these days.
export function causesIn(groups: readonly FailureGroup[], type: DataType, column: Column, tally: readonly number[]): FailureGroup['kind'][] {
  if (tally[failed] === 0) return [];
  return groups
    .filter((group) =>
      group.types.some((one) => one.type === type && one.ranges.some((range) => dayNumber(range.start) < column.end && dayNumber(range.end) > column.first)),
    )
    .map((group) => group.kind);
}
