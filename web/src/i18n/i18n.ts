// Messages in the reader's language, from src/messages/<language>/<area>.json in ICU MessageFormat. English is complete; a test keeps the others so.
import { IntlMessageFormat } from 'intl-messageformat';
import { signal } from '@preact/signals';
import type enConnections from '../messages/en/connections.json';
import type enImport from '../messages/en/import.json';
import type enJob from '../messages/en/job.json';
import type enNotifications from '../messages/en/notifications.json';
import type enSettings from '../messages/en/settings.json';
import type enShell from '../messages/en/shell.json';
import type enTypes from '../messages/en/types.json';

type Areas = typeof enConnections & typeof enImport & typeof enJob & typeof enNotifications & typeof enSettings & typeof enShell & typeof enTypes;
export type MessageKey = keyof Areas;
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
    if (Object.hasOwn(languages, base)) return base as Language;
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

export async function chooseLanguage(wanted: Language): Promise<void> {
  await loadLanguage(wanted);
  localStorage.setItem('coldpath.language', wanted);
}

export function t(key: MessageKey, values?: Values): string {
  // Read each time, so that whatever shows a message is drawn anew in another language.
  const locale = language.value;
  const text = messages[key];
  if (text === undefined) return key;
  let format = formats.get(key);
  if (format === undefined) {
    format = new IntlMessageFormat(text, locale);
    formats.set(key, format);
  }
  return format.format(values) as string;
}
