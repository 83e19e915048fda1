// The states with their patterns and how many days have them; the same as a table for those who do not see the drawing.
import { useEffect, useRef } from 'preact/hooks';
import { formatNumber } from '../../i18n/format';
import { t } from '../../i18n/i18n';
import { typeName } from '../../i18n/types';
import { stateName } from './describe';
import { dayStates, tallyOf, type Calendar } from './layout';
import { paintSwatch, readPalette } from './paint';

const size = 16;

export function Swatch({ state }: { state: number }) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const draw = () => {
      const context = ref.current?.getContext('2d');
      if (!context) return;
      context.setTransform(2, 0, 0, 2, 0, 0);
      paintSwatch(context, readPalette(context.canvas), state, size);
    };
    draw();
    dark.addEventListener('change', draw);
    return () => dark.removeEventListener('change', draw);
  }, [state]);
  return <canvas ref={ref} class="swatch" width={size * 2} height={size * 2} aria-hidden="true" />;
}

export function Legend({ calendar }: { calendar: Calendar }) {
  return (
    <ul class="legend" aria-label={t('calendar.legend')}>
      {dayStates.map((state, index) =>
        calendar.totals[index] === 0 ? null : (
          <li key={state}>
            <Swatch state={index} />
            <span>{stateName(state)}</span>
            <span class="soft numbers">{formatNumber(calendar.totals[index]!)}</span>
          </li>
        ),
      )}
    </ul>
  );
}

export function CoverageTable({ calendar }: { calendar: Calendar }) {
  const shown = dayStates.map((state, index) => ({ state, index })).filter(({ index }) => calendar.totals[index]! > 0);
  return (
    <details class="as-table">
      <summary>{t('calendar.table')}</summary>
      <div class="table-scroller" tabIndex={0} role="region" aria-label={t('calendar.tableCaption')}>
        <table class="table numbers">
          <caption class="heard">{t('calendar.tableCaption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('calendar.type')}</th>
              {shown.map(({ state }) => (
                <th key={state} scope="col" class="figure">
                  {stateName(state)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {calendar.rows.map((row) => {
              const tally = tallyOf(row, { first: calendar.first, end: calendar.end });
              return (
                <tr key={row.type}>
                  <th scope="row">{typeName(row.type)}</th>
                  {shown.map(({ state, index }) => (
                    <td key={state} class="figure">
                      {formatNumber(tally[index]!)}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </details>
  );
}
