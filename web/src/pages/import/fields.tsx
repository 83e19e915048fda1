// The two questions of an import: how far back, and what.
import type { DataType } from '../../api/client';
import { Button } from '../../components/button';
import { Choice, Field } from '../../components/controls';
import { formatDay } from '../../i18n/format';
import { t, type MessageKey } from '../../i18n/i18n';
import { typeName } from '../../i18n/types';
import type { Provider } from '../../state/connections';
import { earliestOf, today, type Choice as RangeChoice, type Fault, type Preset } from './range';

const presets: Preset[] = ['month', 'year', 'all', 'custom'];

interface RangeProps {
  provider: Provider;
  types: readonly DataType[];
  choice: RangeChoice;
  fault: Fault | null;
  onChange: (choice: RangeChoice) => void;
}

export function RangeFields({ provider, types, choice, fault, onChange }: RangeProps) {
  const earliest = earliestOf(provider, types);
  const last = today(new Date());
  const about: Partial<Record<Preset, string>> = {
    all:
      earliest === null
        ? t('import.range.all_text', { provider: provider.title })
        : t('import.range.all_since', { provider: provider.title, day: formatDay(earliest) }),
  };
  const words = fault === null || fault === 'empty' ? null : t(`import.range.fault.${fault}`);
  return (
    <fieldset class="stack">
      <legend class="section-legend">{t('import.range')}</legend>
      <div class="choice-grid">
        {presets.map((preset) => (
          <Choice key={preset} type="radio" name="range" boxed checked={choice.preset === preset} onChange={() => onChange({ ...choice, preset })}>
            <span class="strong">{t(`import.range.${preset}` satisfies MessageKey)}</span>
            {about[preset] && (
              <>
                <br />
                <span class="soft small">{about[preset]}</span>
              </>
            )}
          </Choice>
        ))}
      </div>
      {choice.preset === 'custom' && (
        <div class="choice-grid">
          <Field label={t('import.range.first')} type="date" value={choice.first} max={last} onInput={(first) => onChange({ ...choice, first })} fault={words} />
          <Field label={t('import.range.last')} type="date" value={choice.last} max={last} onInput={(end) => onChange({ ...choice, last: end })} />
        </div>
      )}
    </fieldset>
  );
}

interface TypeProps {
  provider: Provider;
  granted: readonly DataType[];
  chosen: readonly DataType[];
  onChange: (types: DataType[]) => void;
}

export function TypeFields({ provider, granted, chosen, onChange }: TypeProps) {
  const open = provider.types.filter((offer) => granted.includes(offer.type)).map((offer) => offer.type);
  const toggle = (type: DataType, on: boolean) => onChange(open.filter((one) => (one === type ? on : chosen.includes(one))));
  return (
    <fieldset class="stack">
      <legend class="section-legend">{t('import.types')}</legend>
      <div class="row type-tools">
        <Button variant="quiet" onClick={() => onChange(open)} disabled={chosen.length === open.length}>
          {t('import.types.all')}
        </Button>
        <Button variant="quiet" onClick={() => onChange([])} disabled={chosen.length === 0}>
          {t('import.types.none')}
        </Button>
      </div>
      <div class="choice-list">
        {provider.types.map((offer) => {
          const allowed = open.includes(offer.type);
          const note = allowed ? (offer.earliest === null ? null : t('import.types.earliest', { day: formatDay(offer.earliest) })) : t('import.types.missing');
          return (
            <Choice key={offer.type} type="checkbox" checked={chosen.includes(offer.type)} disabled={!allowed} onChange={(on) => toggle(offer.type, on)}>
              {typeName(offer.type)}
              {note !== null && (
                <>
                  <br />
                  <span class="soft small">{note}</span>
                </>
              )}
            </Choice>
          );
        })}
      </div>
      {chosen.length === 0 && <p class="fault-line small">{t('import.types.fault')}</p>}
    </fieldset>
  );
}
