// What a chart says in words.
import type { DataType } from '../../api/client';
import { formatDay, formatNumber } from '../../i18n/format';
import { t } from '../../i18n/i18n';
import { typeName } from '../../i18n/types';
import { dayText } from '../coverage-calendar/days';
import { lookOf, summarize, type Day } from './series';
import { unitName } from './units';

// As many digits as say something: 8,214 steps, 61.4 beats, 0.97.
export function figure(value: number): string {
  const size = Math.abs(value);
  return formatNumber(value, size >= 1000 ? 0 : size >= 10 ? 1 : 2);
}

export function summaryText(type: DataType, unit: string, days: readonly Day[]): string {
  const summary = summarize(days);
  if (summary === null) return `${typeName(type)}: ${t('data.noDays')}`;
  const values = {
    type: typeName(type),
    unit: unitName(unit, type),
    days: summary.days,
    first: formatDay(dayText(summary.first)),
    last: formatDay(dayText(summary.last)),
    mean: figure(summary.mean),
    min: figure(summary.min),
    max: figure(summary.max),
    low: figure(summary.lowMean),
  };
  return t(lookOf(type) === 'pressure' ? 'chart.summaryPressure' : 'chart.summary', values);
}

export function dayReading(type: DataType, unit: string, day: Day): string {
  const values = { day: formatDay(dayText(day.day)), value: figure(day.value), unit: unitName(unit, type), low: figure(day.min), high: figure(day.max) };
  const look = lookOf(type);
  if (look === 'pressure') return t('chart.atPressure', values);
  return t(look === 'band' && day.min < day.max ? 'chart.atRange' : 'chart.at', values);
}
