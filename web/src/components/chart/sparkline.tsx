// A small chart of one type over the whole time: enough to see that it was worth it. Every pixel stands for some days: their lowest and
// highest value as a band, their mean on top. Days without data are gaps; failed days are striped.
import { useEffect, useRef } from 'preact/hooks';
import type { Span, Day, Look } from './series';

interface SparklineProps {
  days: readonly Day[];
  span: Span;
  look: Look;
  failed: readonly Span[];
  label: string;
}

interface Slot {
  sum: number;
  count: number;
  min: number;
  max: number;
}

export function slotsOf(days: readonly Day[], span: Span, width: number): (Slot | undefined)[] {
  const slots = new Array<Slot | undefined>(width).fill(undefined);
  const length = span.end - span.from;
  for (const day of days) {
    // A day that is wider than a pixel fills all of its pixels.
    const first = Math.floor(((day.day - span.from) * width) / length);
    const last = Math.max(first, Math.ceil(((day.day + 1 - span.from) * width) / length) - 1);
    for (let x = Math.max(0, first); x <= Math.min(last, width - 1); x++) {
      const slot = (slots[x] ??= { sum: 0, count: 0, min: Infinity, max: -Infinity });
      slot.sum += day.value;
      slot.count += 1;
      slot.min = Math.min(slot.min, day.min);
      slot.max = Math.max(slot.max, day.max);
    }
  }
  return slots;
}

function draw(canvas: HTMLCanvasElement, { days, span, look, failed }: Omit<SparklineProps, 'label'>): void {
  const context = canvas.getContext('2d');
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (!context || width === 0) return;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  context.fillStyle = colour('--state-failed');
  const length = span.end - span.from;
  for (const { from, end } of failed) {
    const left = ((from - span.from) * width) / length;
    context.fillRect(left, height - 4, Math.max(2, ((end - from) * width) / length), 4);
  }
  const slots = slotsOf(days, span, width);
  const present = slots.filter((slot) => slot !== undefined);
  if (present.length === 0) return;
  const means = present.map((slot) => slot.sum / slot.count);
  const top = look === 'bars' ? Math.max(...means) : Math.max(...present.map((slot) => slot.max));
  const bottom = look === 'bars' ? Math.min(0, ...means) : Math.min(...present.map((slot) => slot.min));
  const room = height - 8;
  const y = (value: number) => 2 + room - ((value - bottom) / (top - bottom || 1)) * room;
  slots.forEach((slot, x) => {
    if (!slot) return;
    const mean = slot.sum / slot.count;
    context.fillStyle = colour(look === 'bars' ? '--state-complete' : '--state-empty');
    if (look === 'bars') context.fillRect(x, y(mean), 1, y(bottom) - y(mean));
    else context.fillRect(x, y(slot.max), 1, Math.max(1, y(slot.min) - y(slot.max)));
  });
  if (look === 'bars') return;
  context.strokeStyle = colour('--accent');
  context.lineWidth = 1.5;
  context.beginPath();
  slots.forEach((slot, x) => {
    if (!slot) return;
    const height = y(slot.sum / slot.count);
    if (slots[x - 1]) context.lineTo(x + 0.5, height);
    else {
      context.moveTo(x, height);
      context.lineTo(x + 1, height);
    }
  });
  context.stroke();
}

export function Sparkline({ label, ...data }: SparklineProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current!;
    const redraw = () => draw(canvas, data);
    redraw();
    const resize = new ResizeObserver(redraw);
    resize.observe(canvas);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', redraw);
    return () => {
      resize.disconnect();
      dark.removeEventListener('change', redraw);
    };
  }, [data.days, data.span.from, data.span.end, data.look, data.failed]);
  return <canvas ref={ref} class="sparkline" role="img" aria-label={label} />;
}
