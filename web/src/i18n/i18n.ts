// Messages in the reader's language, from src/messages/<language>/<area>.json in ICU MessageFormat. English is complete; a test keeps the others so.
import { IntlMessageFormat } from 'intl-messageformat';
import { signal } from '@preact/signals';
import type enShell from '../messages/en/shell.json';
import type enJob from '../messages/en/job.json';
import type enTypes from '../messages/en/types.json';

export type MessageKey = keyof typeof enShell | keyof typeof enJob | keyof typeof enTypes;
export type Values = Record<string, string | number | Date>;
type Messages = Record<string, string>;

export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

// Each language is a bundle of its own: nobody downloads two.
const areas = import.meta.glob<Messages>('../messages/*/*.json', { import: 'default' });

export const language = signal<Language>('en');
let messages: Messages = {};
const formats = new Map<string, IntlMessageFormat>();

export function preferredLanguage(wanted: readonly string[], chosen: string | null): Language {
  for (const tag of chosen === null ? wanted : [chosen, ...wanted]) {
    const base = tag.toLowerCase().split('-')[0] ?? '';
    if (base in languages) return base as Language;
  }
  return 'en';
}

export async function loadLanguage(wanted: Language): Promise<void> {
  const loaders = Object.entries(areas).filter(([path]) => path.includes(`/${wanted}/`));
  const parts = await Promise.all(loaders.map(([, load]) => load()));
  messages = Object.assign({}, ...parts) as Messages;
  formats.clear();
  language.value = wanted;
  document.documentElement.lang = wanted;
}

export function t(key: MessageKey, values?: Values): string {
  const text = messages[key];
  if (text === undefined) return key;
  let format = formats.get(key);
  if (format === undefined) {
    format = new IntlMessageFormat(text, language.value);
    formats.set(key, format);
  }
  return format.format(values) as string;
}
