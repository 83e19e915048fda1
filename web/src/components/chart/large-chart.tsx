// The large chart of one type: ten years of days, and looked at closely, the single measurements.
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import type { DataType } from '../../api/client';
import { t } from '../../i18n/i18n';
import { formatDays } from '../../i18n/format';
import { language } from '../../i18n/i18n';
import { typeName } from '../../i18n/types';
import { Button, IconButton } from '../button';
import { dayText } from '../coverage-calendar/days';
import { aligned, makePlot, type PlotData, type PlotOptions } from './plot';
import { fitSpan, panSpan, spanOfLength, zoomSpan, type Look, type Span } from './series';
import { unitName } from './units';
import './chart.css';
import './parts.css';

export interface LargeChartProps {
  type: DataType;
  unit: string;
  look: Look | 'samples' | 'sampleBars';
  data: PlotData;
  span: Span;
  whole: Span;
  failed: readonly Span[];
  // What the point under the cursor says.
  read: (index: number) => string | null;
  onSpan: (span: Span) => void;
  summary: string;
  hint: string;
}

const lengths = [
  ['year', 365],
  ['month', 30],
  ['week', 7],
  ['day', 1],
] as const;

function lengthOf(span: Span): number {
  return span.end - span.from;
}

function SpanBar({ span, whole, onSpan }: Pick<LargeChartProps, 'span' | 'whole' | 'onSpan'>) {
  const length = lengthOf(span);
  const total = lengthOf(whole);
  return (
    <div class="row-between">
      <div class="segments" role="group" aria-label={t('chart.span')}>
        <button type="button" class="segment" aria-pressed={length === total} onClick={() => onSpan(whole)}>
          {t('chart.span.all')}
        </button>
        {lengths.map(([name, days]) =>
          days >= total ? null : (
            <button key={name} type="button" class="segment" aria-pressed={length === days} onClick={() => onSpan(spanOfLength(span, days, whole))}>
              {t(`chart.span.${name}`)}
            </button>
          ),
        )}
      </div>
      <div class="row span-place">
        <IconButton icon="back" label={t('chart.earlier')} onClick={() => onSpan(panSpan(span, -1, whole))} />
        <span class="numbers" role="status">
          {formatDays(dayText(span.from), dayText(span.end))}
        </span>
        <IconButton icon="forward" label={t('chart.later')} onClick={() => onSpan(panSpan(span, 1, whole))} />
      </div>
    </div>
  );
}

// One plot for as long as its looks stay; new data and sizes are given to it.
function usePlot(props: LargeChartProps, onCursor: (index: number | null) => void) {
  const target = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const [scheme, setScheme] = useState(0);
  const latest = useRef({ props, onCursor });
  latest.current = { props, onCursor };
  useEffect(() => {
    const box = target.current!;
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const recolour = () => setScheme((before) => before + 1);
    dark.addEventListener('change', recolour);
    const resize = new ResizeObserver(() => plot.current?.setSize({ width: box.clientWidth, height: box.clientHeight }));
    resize.observe(box);
    return () => {
      dark.removeEventListener('change', recolour);
      resize.disconnect();
      plot.current?.destroy();
    };
  }, []);
  useEffect(() => {
    const box = target.current!;
    plot.current?.destroy();
    const options: PlotOptions = {
      look: props.look,
      span: props.span,
      failed: props.failed,
      width: box.clientWidth,
      height: box.clientHeight,
      onSelect: (wanted) => latest.current.props.onSpan(fitSpan(widened(wanted), latest.current.props.whole)),
      onCursor: (index) => latest.current.onCursor(index),
    };
    plot.current = makePlot(box, props.data, options);
  }, [props.look, props.span, props.whole, props.failed, props.type, language.value, scheme]);
  const shown = useRef(props.data);
  useEffect(() => {
    if (shown.current !== props.data) plot.current?.setData(aligned(props.data));
    shown.current = props.data;
  }, [props.data]);
  return target;
}

function widened(span: Span): Span {
  return { from: Math.floor(span.from), end: Math.ceil(span.end) };
}

export function LargeChart(props: LargeChartProps) {
  const id = useId();
  const [index, setIndex] = useState<number | null>(null);
  const target = usePlot(props, setIndex);
  const { type, unit, span, whole, onSpan } = props;
  const reading = useMemo(() => (index === null ? null : props.read(index)), [index, props.read]);
  const onKeyDown = (event: KeyboardEvent) => {
    const next: Record<string, () => Span> = {
      ArrowLeft: () => panSpan(span, -0.25, whole),
      ArrowRight: () => panSpan(span, 0.25, whole),
      '+': () => zoomSpan(span, 0.5, whole),
      '=': () => zoomSpan(span, 0.5, whole),
      '-': () => zoomSpan(span, 2, whole),
      Home: () => fitSpan({ from: whole.from, end: whole.from + lengthOf(span) }, whole),
      End: () => fitSpan({ from: whole.end - lengthOf(span), end: whole.end }, whole),
    };
    const wanted = event.ctrlKey || event.altKey || event.metaKey ? undefined : next[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    onSpan(wanted());
  };
  return (
    <div class="large-chart">
      <SpanBar span={span} whole={whole} onSpan={onSpan} />
      <div class="row-between">
        <p class="small soft">{unitName(unit, type)}</p>
        <p class="reading numbers">{reading ?? <span class="soft drag-hint">{t('chart.dragHint')}</span>}</p>
      </div>
      <div
        ref={target}
        class="plot"
        role="group"
        tabIndex={0}
        aria-label={t('chart.label', { type: typeName(type), unit: unitName(unit, type) })}
        aria-describedby={`${id}-summary`}
        aria-description={t('chart.keys')}
        onKeyDown={onKeyDown}
      />
      <div class="row-between">
        <p class="small soft">{props.hint}</p>
        <div class="row">
          <Button variant="quiet" icon="plus" onClick={() => onSpan(zoomSpan(span, 0.5, whole))}>
            {t('chart.closer')}
          </Button>
          <Button variant="quiet" onClick={() => onSpan(zoomSpan(span, 2, whole))}>
            {t('chart.wider')}
          </Button>
        </div>
      </div>
      <p id={`${id}-summary`}>{props.summary}</p>
    </div>
  );
}
