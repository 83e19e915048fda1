// Units in words. The API gives UCUM codes; "/min" counts heart beats or breaths, by the type.
import type { DataType } from '../../api/client';
import { t, type MessageKey } from '../../i18n/i18n';

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
