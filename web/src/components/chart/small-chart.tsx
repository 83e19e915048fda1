// A card with the small chart of one type, which loads when it comes near the screen and leads to the large one.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { DataType } from '../../api/client';
import { t } from '../../i18n/i18n';
import { formatDay } from '../../i18n/format';
import { typeName } from '../../i18n/types';
import { Icon } from '../icon';
import { wordsOf } from '../error-state';
import { dayText } from '../coverage-calendar/days';
import { lookOf, summarize, type Span } from './series';
import { Sparkline } from './sparkline';
import { unitName } from './units';
import { useDaily } from './use-daily';
import { figure, summaryText } from './words';
import './chart.css';

interface SmallChartProps {
  type: DataType;
  connection?: string;
  span: Span;
  failed?: readonly Span[];
  href: string;
  note?: string;
}

function useNear(): [{ current: HTMLAnchorElement | null }, boolean] {
  const ref = useRef<HTMLAnchorElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setNear(true);
      },
      { rootMargin: '200px' },
    );
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);
  return [ref, near];
}

const none: readonly Span[] = [];

export function SmallChart({ type, connection, span, failed = none, href, note }: SmallChartProps) {
  const [ref, near] = useNear();
  const { data, error } = useDaily(type, connection, span, near);
  const summary = useMemo(() => summarize(data?.days ?? []), [data]);
  const empty = data !== null && data.complete && summary === null;
  return (
    <a ref={ref} class="card card-link small-chart" href={href}>
      <span class="small-chart-head">
        <span class="strong">{typeName(type)}</span>
        <Icon name="forward" size={16} />
      </span>
      {error !== null && <span class="small soft">{wordsOf(error).title}</span>}
      {empty && <span class="small soft sparkline">{t('data.noDays')}</span>}
      {error === null && data === null && <span class="skeleton sparkline" />}
      {data !== null && !empty && (
        <Sparkline days={data.days} span={span} look={lookOf(type)} failed={failed} label={summaryText(type, data.unit, data.days)} />
      )}
      {summary !== null && (
        <>
          <span class="small-chart-ends small soft numbers">
            <span>{formatDay(dayText(summary.first))}</span>
            <span>{formatDay(dayText(summary.last))}</span>
          </span>
          <span class="numbers">{t('chart.mean', { value: figure(summary.mean), unit: unitName(data!.unit, type) })}</span>
        </>
      )}
      {note !== undefined && <span class="small soft numbers">{note}</span>}
    </a>
  );
}
