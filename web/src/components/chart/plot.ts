// The large chart: uPlot with our colours, axes and marks. uPlot writes no HTML from strings and sets styles by script only, so it keeps to
// the Content-Security-Policy.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { timeLabels, valueLabels } from './axes';
import type { Look, Span } from './series';

const day = 86_400;

export interface PlotData {
  x: number[]; // seconds
  values: (number | null)[];
  mins: (number | null)[] | null;
  maxs: (number | null)[] | null;
}

export interface PlotOptions {
  look: Look | 'samples' | 'sampleBars';
  span: Span;
  failed: readonly Span[];
  width: number;
  height: number;
  onSelect: (span: { from: number; end: number }) => void; // in days, not whole
  onCursor: (index: number | null) => void;
}

export function aligned(data: PlotData): uPlot.AlignedData {
  return data.mins && data.maxs ? [data.x, data.mins, data.maxs, data.values] : [data.x, data.values];
}

function seriesOf(options: PlotOptions, colour: (name: string) => string): uPlot.Series[] {
  const line = colour('--accent');
  const bars = uPlot.paths.bars?.({ size: [0.8, 28, 1], align: options.look === 'bars' ? 1 : 0 });
  if (options.look === 'bars' || options.look === 'sampleBars') {
    return [{}, { stroke: colour('--state-complete'), fill: colour('--state-complete'), width: 0, paths: bars, points: { show: false } }];
  }
  // Where there are few, each is seen; a lone one between two gaps would be nothing as a line.
  const show = (_plot: uPlot, _series: number, first: number, last: number) => last - first < 120;
  const main: uPlot.Series = { stroke: line, width: 1.5, points: { show, size: 5, fill: line }, spanGaps: false };
  if (options.look === 'samples') return [{}, main];
  const edge: uPlot.Series = { stroke: colour('--state-empty'), width: 1, points: { show: false }, spanGaps: false };
  // What comes last lies on top.
  return [{}, edge, { ...edge }, main];
}

// Stripes over the days that failed: the eye must not take them for days without data.
function markFailed(plot: uPlot, failed: readonly Span[], colour: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = colour;
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = devicePixelRatio;
  for (const { from, end } of failed) {
    const left = plot.valToPos(from * day, 'x', true);
    const right = Math.max(plot.valToPos(end * day, 'x', true), left + 2 * devicePixelRatio);
    if (right < bbox.left || left > bbox.left + bbox.width) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += 7 * devicePixelRatio) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.restore();
}

// Labels stand closer on a phone: two years there, one year on a desktop.
const spaceOf: uPlot.Axis.Space = (_plot, _axis, _min, _max, room) => (room < 500 * devicePixelRatio ? 44 : 64);

function axesOf(colour: (name: string) => string): uPlot.Axis[] {
  const font = `12px ${colour('--font')}`;
  const shared = { stroke: colour('--ink-soft'), font, ticks: { show: false } } as const;
  const grid = { stroke: colour('--line'), width: 1 };
  return [
    { ...shared, grid: { show: false }, size: 40, space: spaceOf, values: (_plot, marks, _axis, _space, distance) => timeLabels(marks, distance) },
    { ...shared, grid, size: 56, values: (_plot, marks) => valueLabels(marks) },
  ];
}

function reachOf(look: PlotOptions['look']): uPlot.Range.Function {
  return (_plot, min, max) => {
    if (min === null || max === null) return [0, 1];
    if (look === 'bars' || look === 'sampleBars') return [Math.min(0, min), max > 0 ? max * 1.05 : 1];
    const room = (max - min || Math.abs(max) || 1) * 0.08;
    return [min - room, max + room];
  };
}

export function makePlot(target: HTMLElement, data: PlotData, options: PlotOptions): uPlot {
  const style = getComputedStyle(target);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const banded = data.mins !== null;
  return new uPlot(
    {
      width: options.width,
      height: options.height,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      legend: { show: false },
      scales: { x: { time: true, range: () => [options.span.from * day, options.span.end * day] }, y: { range: reachOf(options.look) } },
      series: seriesOf(options, colour),
      bands: banded ? [{ series: [2, 1], fill: colour('--accent-soft') }] : [],
      axes: axesOf(colour),
      cursor: { y: false, points: { size: 8 }, drag: { x: true, y: false, setScale: false } },
      hooks: {
        drawClear: [(plot) => markFailed(plot, options.failed, colour('--state-failed'))],
        setCursor: [(plot) => options.onCursor(plot.cursor.idx ?? null)],
        setSelect: [
          (plot) => {
            if (plot.select.width < 6) return;
            const from = plot.posToVal(plot.select.left, 'x') / day;
            const end = plot.posToVal(plot.select.left + plot.select.width, 'x') / day;
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
            options.onSelect({ from, end });
          },
        ],
      },
    },
    aligned(data),
    target,
  );
}
