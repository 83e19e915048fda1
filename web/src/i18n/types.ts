// What data types and providers are called in the reader's language.
import type { DataType } from '../api/client';
import { language, t } from './i18n';

export function typeName(type: DataType): string {
  return t(`type.${type}`);
}

// "Steps, heart rate and sleep".
export function typeList(types: readonly DataType[]): string {
  return new Intl.ListFormat(language.value, { type: 'conjunction' }).format(types.map(typeName));
}

const providerTitles: Record<string, string> = { oura: 'Oura', 'google-health': 'Google Health' };

// For places that know only the id; connections and GET /v1/providers bring the title themselves.
export function providerTitle(id: string): string {
  return providerTitles[id] ?? id;
}
