// The same values as a table, a hundred at a time.
import { useState } from 'preact/hooks';
import type { DataType } from '../../api/client';
import { formatDay, formatNumber } from '../../i18n/format';
import { language, t } from '../../i18n/i18n';
import { typeName } from '../../i18n/types';
import { Button } from '../button';
import { dayText } from '../coverage-calendar/days';
import { lookOf, type Day, type Sample } from './series';
import { figure } from './words';

const pageSize = 100;

interface Column<Row> {
  title: string;
  text: (row: Row) => string;
}

function Table<Row>({ caption, rows, columns }: { caption: string; rows: readonly Row[]; columns: readonly Column<Row>[] }) {
  const [open, setOpen] = useState(false);
  const [shown, setShown] = useState(pageSize);
  return (
    <details class="as-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('chart.table')}</summary>
      {open && (
        <div class="stack-tight">
          <div class="table-scroller" tabIndex={0} role="region" aria-label={caption}>
            <table class="table numbers">
              <caption class="heard">{caption}</caption>
              <thead>
                <tr>
                  {columns.map((column, i) => (
                    <th key={i} scope="col" class={i === 0 ? undefined : 'figure'}>
                      {column.title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.slice(0, shown).map((row, r) => (
                  <tr key={r}>
                    <th scope="row">{columns[0]!.text(row)}</th>
                    {columns.slice(1).map((column, i) => (
                      <td key={i} class="figure">
                        {column.text(row)}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {shown < rows.length && (
            <div>
              <Button onClick={() => setShown(shown + pageSize * 5)}>{t('chart.moreRows', { count: Math.min(pageSize * 5, rows.length - shown) })}</Button>
            </div>
          )}
        </div>
      )}
    </details>
  );
}

export function DaysTable({ type, days }: { type: DataType; days: readonly Day[] }) {
  const pressure = lookOf(type) === 'pressure';
  const columns: Column<Day>[] = [
    { title: t('chart.day'), text: (day) => formatDay(dayText(day.day)) },
    { title: t(pressure ? 'chart.systolic' : 'chart.value'), text: (day) => figure(day.value) },
    { title: t(pressure ? 'chart.diastolic' : 'chart.low'), text: (day) => figure(day.min) },
    ...(pressure ? [] : [{ title: t('chart.high'), text: (day: Day) => figure(day.max) }]),
    { title: t('chart.count'), text: (day) => formatNumber(day.records) },
  ];
  return <Table caption={t('chart.tableCaption', { type: typeName(type) })} rows={days} columns={columns} />;
}

export function SamplesTable({ type, samples }: { type: DataType; samples: readonly Sample[] }) {
  const format = new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const pressure = lookOf(type) === 'pressure';
  const columns: Column<Sample>[] = [
    { title: t('chart.time'), text: (sample) => format.format(sample.time * 1000) },
    { title: t(pressure ? 'chart.systolic' : 'chart.value'), text: (sample) => figure(sample.value) },
    ...(pressure ? [{ title: t('chart.diastolic'), text: (sample: Sample) => (sample.low === null ? '' : figure(sample.low)) }] : []),
  ];
  return <Table caption={t('chart.samplesCaption', { type: typeName(type) })} rows={samples} columns={columns} />;
}
