// Every language says the same things, with the same values in them, and every message that the sources ask for exists.
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import { languages } from '../i18n/i18n';

type Messages = Record<string, string>;
type Ast = ReturnType<IntlMessageFormat['getAst']>;

const files = import.meta.glob<Messages>('./*/*.json', { import: 'default', eager: true });
const sources = import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.*', '!../**/*.gen.ts'], { query: '?raw', import: 'default', eager: true });

function messagesOf(language: string): Messages {
  const parts = Object.entries(files).filter(([path]) => path.startsWith(`./${language}/`));
  const all: Messages = {};
  for (const [path, messages] of parts) {
    for (const [key, text] of Object.entries(messages)) {
      if (key in all) throw new Error(`${path}: ${key} is there twice`);
      all[key] = text;
    }
  }
  return all;
}

// The names of the values that a message takes, with how they are used: "count:plural".
function valuesOf(ast: Ast, found = new Set<string>()): Set<string> {
  for (const part of ast) {
    if (part.type === 0 || part.type === 7) continue;
    found.add(`${part.value}:${part.type}`);
    if (part.type === 5 || part.type === 6) for (const option of Object.values(part.options)) valuesOf(option.value, found);
  }
  return found;
}

const english = messagesOf('en');

describe.each(Object.keys(languages))('%s', (language) => {
  const messages = messagesOf(language);

  test('has every message of English and no other', () => {
    expect(Object.keys(messages).sort()).toEqual(Object.keys(english).sort());
  });

  test('takes the same values in each', () => {
    const values = (text: string, locale: string) => [...valuesOf(new IntlMessageFormat(text, locale).getAst())].sort();
    for (const [key, text] of Object.entries(english)) {
      expect(values(messages[key] ?? '', language), key).toEqual(values(text, 'en'));
      expect(messages[key]?.trim(), key).not.toBe('');
    }
  });
});

test('every key that the sources name is a message, and every message is named', () => {
  const named = new Set<string>();
  const patterns: RegExp[] = [];
  for (const text of Object.values(sources)) {
    for (const [, key] of text.matchAll(/['"]([a-zA-Z_]+(?:\.[\w-]+)+)['"]/g)) if (key !== undefined) named.add(key);
    for (const [, template] of text.matchAll(/`([a-zA-Z_]+(?:\.[\w-]+)*\.?\$\{[^`]+\}[\w.-]*)`/g)) {
      if (template === undefined) continue;
      const parts = template.split(/\$\{[^}]+\}/).map((part) => part.replaceAll('.', '\\.'));
      patterns.push(new RegExp(`^${parts.join('[\\w.-]+')}$`));
    }
    for (const [, key] of text.matchAll(/\bt\(\s*'([^']+)'/g)) expect(english, `t('${key}')`).toHaveProperty([key ?? '']);
  }
  const unused = Object.keys(english).filter((key) => !named.has(key) && !patterns.some((pattern) => pattern.test(key)));
  expect(unused).toEqual([]);
});
