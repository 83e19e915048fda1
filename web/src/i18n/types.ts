// What data types and their units are called in the reader's language.
import type { DataType } from '../api/client';
import { t, type MessageKey } from './i18n';

export function typeName(type: DataType): string {
  return t(`type.${type}`);
}

// UCUM codes as the API gives them; "/min" counts heart beats or breaths, by the type.
const units: Record<string, MessageKey> = {
  '{steps}': 'unit.steps',
  m: 'unit.metres',
  km: 'unit.kilometres',
  kcal: 'unit.kilocalories',
  '/min': 'unit.beats',
  ms: 'unit.milliseconds',
  '%': 'unit.percent',
  min: 'unit.minutes',
  h: 'unit.hours',
  kg: 'unit.kilograms',
  'mm[Hg]': 'unit.pressure',
  'mg/dL': 'unit.glucose',
  Cel: 'unit.celsius',
};

export function unitName(unit: string, type: DataType): string {
  if (unit === '/min' && type === 'respiratory-rate') return t('unit.breaths');
  const key = units[unit];
  return key === undefined ? unit : t(key);
}
