import { afterEach, describe, expect, it } from 'vitest';
import { language } from '../../i18n/i18n';
import { timeLabels, valueLabels } from './axes';

const at = (text: string) => Date.parse(text) / 1000;
const day = 86_400;

afterEach(() => void (language.value = 'en'));

describe('time axis', () => {
  it('says years alone', () => expect(timeLabels([at('2019-01-01T00:00Z'), at('2020-01-01T00:00Z')], 366 * day)).toEqual(['2019', '2020']));

  it('says the year of months where it changes', () => {
    const marks = ['2019-11-01T00:00Z', '2019-12-01T00:00Z', '2020-01-01T00:00Z'].map(at);
    expect(timeLabels(marks, 30 * day)).toEqual(['Nov\n2019', 'Dec', 'Jan\n2020']);
  });

  it('says the day at midnight and else the hour', () => {
    expect(timeLabels([at('2020-05-04T00:00Z'), at('2020-05-04T12:00Z')], day / 2)).toEqual(['May 4', '12 PM']);
  });

  it('speaks the language of the reader', () => {
    language.value = 'de';
    expect(timeLabels([at('2020-05-04T00:00Z')], day)).toEqual(['4. Mai\n2020']);
    expect(valueLabels([12_500, 0.5])).toEqual(['12.500', '0,5']);
  });
});
