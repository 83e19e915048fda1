// Keeps the calendar's drawing up to date. The cells lie on a canvas that reaches a window's width beyond the window on both sides and
// scrolls with the page's own machinery, so that scrolling costs no script; it is drawn anew when its edge comes near. The axis is a small
// canvas of its own that stays in place, since its labels stick to the edge.
import { axisHeight, paintAxis } from './axis';
import type { Column } from './layout';
import { paint, readPalette, repaintMoving, type Geometry, type Palette, type Scene } from './paint';

export interface View {
  columns: readonly Column[];
  rows: number;
  cells: Uint16Array;
  columnWidth: number;
  rowHeight: number;
  active: { row: number; column: number } | null;
  monthName: (day: number) => string;
}

export interface Canvases {
  body: HTMLCanvasElement;
  axis: HTMLCanvasElement;
  scroller: HTMLElement;
}

const cellGap = 2;
const animationFrame = 50; // milliseconds: stripes that move slowly need no more

function fit(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = devicePixelRatio;
  const pixels = [Math.round(width * ratio), Math.round(height * ratio)] as const;
  if (canvas.width !== pixels[0] || canvas.height !== pixels[1]) {
    [canvas.width, canvas.height] = pixels;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

export class Renderer {
  private view: View | null = null;
  private palette: Palette | null = null;
  private pending = 0;
  private stale = true; // the cells, not just the axis
  private drawn = { from: 0, end: 0 }; // pixels of the track that the body shows
  private moving: readonly number[] = [];
  private timer: ReturnType<typeof setInterval> | undefined;
  private phase = 0;
  private readonly resize: ResizeObserver;
  private readonly dark = matchMedia('(prefers-color-scheme: dark)');
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(
    private readonly canvases: Canvases,
    private readonly onWidth: (width: number) => void,
  ) {
    const { scroller } = canvases;
    this.resize = new ResizeObserver(() => {
      this.onWidth(scroller.clientWidth);
      this.redraw();
    });
    this.resize.observe(scroller);
    scroller.addEventListener('scroll', this.schedule, { passive: true });
    this.dark.addEventListener('change', this.recolour);
    this.still.addEventListener('change', this.redraw);
  }

  show(view: View): void {
    this.view = view;
    this.redraw();
  }

  stop(): void {
    cancelAnimationFrame(this.pending);
    clearInterval(this.timer);
    this.resize.disconnect();
    this.canvases.scroller.removeEventListener('scroll', this.schedule);
    this.dark.removeEventListener('change', this.recolour);
    this.still.removeEventListener('change', this.redraw);
  }

  private readonly recolour = (): void => {
    this.palette = null;
    this.redraw();
  };

  private readonly redraw = (): void => {
    this.stale = true;
    this.schedule();
  };

  private readonly schedule = (): void => {
    if (this.pending !== 0) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      this.draw();
    });
  };

  private geometry(view: View, offset: number, width: number): Geometry {
    return { width, rowHeight: view.rowHeight, columnWidth: view.columnWidth, gap: cellGap, offset };
  }

  private bodyScene(view: View): Scene {
    const geometry = this.geometry(view, this.drawn.from, this.drawn.end - this.drawn.from);
    return { columns: view.columns, rows: view.rows, cells: view.cells, active: view.active, phase: this.phase, geometry };
  }

  private draw(): void {
    const { view } = this;
    const { scroller, axis } = this.canvases;
    const width = scroller.clientWidth;
    if (view === null || width === 0) return;
    this.palette ??= readPalette(this.canvases.body);
    const left = Math.round(scroller.scrollLeft);
    const total = view.columns.length * view.columnWidth;
    const margin = width / 4;
    const near = (left < this.drawn.from + margin && this.drawn.from > 0) || (left + width > this.drawn.end - margin && this.drawn.end < total);
    if (this.stale || near) this.drawBody(view, this.palette, left, width, total);
    paintAxis(fit(axis, width, axisHeight), this.palette, { columns: view.columns, monthName: view.monthName, geometry: this.geometry(view, left, width) });
  }

  private drawBody(view: View, palette: Palette, left: number, width: number, total: number): void {
    const { body } = this.canvases;
    const from = Math.max(0, left - width);
    this.drawn = { from, end: Math.max(from + 1, Math.min(total, left + 2 * width)) };
    this.stale = false;
    const context = fit(body, this.drawn.end - from, view.rows * view.rowHeight);
    body.style.left = `${from}px`;
    this.moving = paint(context, palette, this.bodyScene(view));
    this.animate(this.moving.length > 0 && !this.still.matches);
  }

  private animate(on: boolean): void {
    if (on && this.timer === undefined) this.timer = setInterval(this.step, animationFrame);
    if (!on && this.timer !== undefined) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }

  private readonly step = (): void => {
    const context = this.canvases.body.getContext('2d');
    if (document.hidden || this.pending !== 0 || this.view === null || this.palette === null || context === null) return;
    this.phase = (this.phase + 0.5) % 8;
    repaintMoving(context, this.palette, this.bodyScene(this.view), this.moving);
  };
}
