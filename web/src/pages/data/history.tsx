// Days, and within a week the single measurements, of one type: chart, words and table.
import { useCallback, useMemo, useState } from 'preact/hooks';
import type { DataType } from '../../api/client';
import { DaysTable, SamplesTable } from '../../components/chart/data-table';
import { LargeChart } from '../../components/chart/large-chart';
import type { PlotData } from '../../components/chart/plot';
import { align, lookOf, withGaps, type Aligned, type Day, type Span } from '../../components/chart/series';
import { unitName } from '../../components/chart/units';
import { useDaily, useSamples } from '../../components/chart/use-daily';
import { dayReading, figure, summaryText } from '../../components/chart/words';
import { ErrorState } from '../../components/error-state';
import { Card, EmptyState, Skeleton } from '../../components/surfaces';
import { formatNumber } from '../../i18n/format';
import { language, t } from '../../i18n/i18n';

const second = 86_400;
const samplesUpTo = 7; // days
const weeksFrom = 1100; // days: beyond, a single day would be thinner than a pixel

export interface HistoryProps {
  type: DataType;
  connection?: string;
  whole: Span;
  failed: readonly Span[];
}

export function History({ type, connection, whole, failed }: HistoryProps) {
  const [span, setSpan] = useState<Span>(whole);
  const daily = useDaily(type, connection, whole);
  const close = span.end - span.from <= samplesUpTo;
  const all = daily.data?.days;
  const shown = useMemo(() => (all ?? []).filter((day) => day.day >= span.from && day.day < span.end), [all, span]);
  if (daily.data === null) {
    return daily.error === null ? <Skeleton lines={[30, 100, 100, 100]} label={t('data.loading')} /> : <ErrorState error={daily.error} retry={daily.reload} />;
  }
  if (daily.data.complete && daily.data.days.length === 0 && failed.length === 0) {
    return (
      <EmptyState icon="data" title={t('data.none.title')}>
        {t('data.noDays')}
      </EmptyState>
    );
  }
  const common = { type, connection, unit: daily.data.unit, whole, span, onSpan: setSpan, failed, shown };
  return (
    <Card>
      {close ? <Close {...common} /> : <Days {...common} />}
      {!daily.data.complete && daily.error === null && (
        <p class="small soft numbers" role="status">
          {t('chart.loadingMore', { days: daily.data.days.length })}
        </p>
      )}
      {daily.error !== null && <ErrorState error={daily.error} retry={daily.reload} />}
      {!close && <DaysTable type={type} days={shown} />}
    </Card>
  );
}

interface ViewProps extends HistoryProps {
  unit: string;
  span: Span;
  onSpan: (span: Span) => void;
  shown: readonly Day[];
}

function plotted(aligned: Aligned, banded: boolean): PlotData {
  return { x: aligned.days.map((day) => day * second), values: aligned.values, mins: banded ? aligned.mins : null, maxs: banded ? aligned.maxs : null };
}

function hintOf(type: DataType, weekly: boolean, failed: readonly Span[]): string {
  const look = lookOf(type);
  const first = t(look === 'pressure' ? 'chart.pressure' : look === 'band' ? (weekly ? 'chart.bandWeek' : 'chart.band') : weekly ? 'chart.barsWeek' : 'chart.bars');
  return failed.length === 0 ? first : `${first} ${t('chart.failedDays')}`;
}

function Days({ type, unit, span, whole, onSpan, failed, shown }: ViewProps) {
  const look = lookOf(type);
  const weekly = span.end - span.from > weeksFrom;
  const data = useMemo(() => plotted(align(shown, span, weekly ? 7 : 1), look !== 'bars'), [shown, span, weekly, look]);
  const byDay = useMemo(() => new Map(shown.map((day) => [day.day, day])), [shown]);
  const read = useCallback(
    (index: number) => {
      const first = Math.round((data.x[index] ?? 0) / second);
      const value = data.values[index];
      const day = byDay.get(first);
      if (value === null || value === undefined) return null;
      if (!weekly) return day === undefined ? null : dayReading(type, unit, day);
      const [min, max] = [data.mins?.[index] ?? value, data.maxs?.[index] ?? value];
      return t('chart.weekOf', { reading: dayReading(type, unit, { day: first, records: 0, value, min, max }) });
    },
    [data, byDay, type, unit, weekly],
  );
  return (
    <LargeChart
      type={type}
      unit={unit}
      look={look}
      data={data}
      span={span}
      whole={whole}
      failed={failed}
      read={read}
      onSpan={onSpan}
      summary={summaryText(type, unit, shown)}
      hint={hintOf(type, weekly, failed)}
    />
  );
}

function Close({ type, connection, unit, span, whole, onSpan, failed, shown }: ViewProps) {
  const samples = useSamples(type, connection, span, true);
  const list = useMemo(() => samples.data?.list ?? [], [samples.data]);
  const data: PlotData = useMemo(() => {
    const [x, values] = withGaps(list);
    return { x, values, mins: null, maxs: null };
  }, [list]);
  // Sums are given by the day in hours or minutes, single measurements in their own unit.
  const own = samples.data?.unit ?? unit;
  const read = useCallback(
    (index: number) => {
      // A hole lies just behind the last value before it.
      const at = data.values[index] === null ? index - 1 : index;
      const value = data.values[at];
      if (value === null || value === undefined) return null;
      const time = new Intl.DateTimeFormat(language.value, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
      return t('chart.at', { day: time.format(data.x[at]! * 1000), value: figure(value), unit: unitName(own, type) });
    },
    [data, own, type],
  );
  return (
    <>
      <LargeChart
        type={type}
        unit={own}
        look={lookOf(type) === 'bars' ? 'sampleBars' : 'samples'}
        data={data}
        span={span}
        whole={whole}
        failed={failed}
        read={read}
        onSpan={onSpan}
        summary={summaryText(type, unit, shown)}
        hint={t('chart.samples')}
      />
      {samples.data?.truncated && <p class="small soft">{t('chart.truncated', { count: formatNumber(list.length) })}</p>}
      {samples.data === null && samples.error === null && <p class="small soft">{t('data.loading')}</p>}
      {samples.error !== null && <ErrorState error={samples.error} retry={samples.reload} />}
      <SamplesTable type={type} samples={list} />
    </>
  );
}
