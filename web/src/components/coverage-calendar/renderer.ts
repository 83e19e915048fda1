// Keeps one canvas up to date with what is visible of the calendar. The canvas is as wide as its window; what scrolls is an empty
// track below it, so ten years cost no more than what fits on the screen.
import type { Column } from './layout';
import { paint, readPalette, repaintMoving, type Palette, type Scene } from './paint';

export interface View {
  columns: readonly Column[];
  rows: number;
  cells: Uint16Array;
  columnWidth: number;
  rowHeight: number;
  active: { row: number; column: number } | null;
  monthName: (day: number) => string;
}

export const axisHeight = 38;
export const cellGap = 2;
const animationFrame = 50; // milliseconds: stripes that move slowly need no more

export class Renderer {
  private view: View | null = null;
  private palette: Palette | null = null;
  private pending = 0;
  private moving: [number, number][] = [];
  private timer: ReturnType<typeof setInterval> | undefined;
  private phase = 0;
  private readonly resize: ResizeObserver;
  private readonly dark = matchMedia('(prefers-color-scheme: dark)');
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly scroller: HTMLElement,
    private readonly onWidth: (width: number) => void,
  ) {
    this.resize = new ResizeObserver(() => {
      this.onWidth(this.scroller.clientWidth);
      this.schedule();
    });
    this.resize.observe(scroller);
    scroller.addEventListener('scroll', this.schedule, { passive: true });
    this.dark.addEventListener('change', this.recolour);
    this.still.addEventListener('change', this.schedule);
  }

  show(view: View): void {
    this.view = view;
    this.schedule();
  }

  stop(): void {
    cancelAnimationFrame(this.pending);
    clearInterval(this.timer);
    this.resize.disconnect();
    this.scroller.removeEventListener('scroll', this.schedule);
    this.dark.removeEventListener('change', this.recolour);
    this.still.removeEventListener('change', this.schedule);
  }

  private readonly recolour = (): void => {
    this.palette = null;
    this.schedule();
  };

  private readonly schedule = (): void => {
    if (this.pending !== 0) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      this.draw();
    });
  };

  private scene(view: View): Scene {
    return {
      columns: view.columns,
      rows: view.rows,
      cells: view.cells,
      active: view.active,
      phase: this.phase,
      monthName: view.monthName,
      geometry: {
        width: this.scroller.clientWidth,
        axis: axisHeight,
        rowHeight: view.rowHeight,
        columnWidth: view.columnWidth,
        gap: cellGap,
        offset: Math.round(this.scroller.scrollLeft),
      },
    };
  }

  private draw(): void {
    const context = this.canvas.getContext('2d');
    if (this.view === null || context === null) return;
    const scene = this.scene(this.view);
    this.fit(context, scene.geometry.width, axisHeight + this.view.rows * this.view.rowHeight);
    this.palette ??= readPalette(this.canvas);
    this.moving = paint(context, this.palette, scene);
    this.animate(this.moving.length > 0 && !this.still.matches);
  }

  private fit(context: CanvasRenderingContext2D, width: number, height: number): void {
    const ratio = devicePixelRatio;
    const pixels = [Math.round(width * ratio), Math.round(height * ratio)] as const;
    if (this.canvas.width !== pixels[0] || this.canvas.height !== pixels[1]) {
      [this.canvas.width, this.canvas.height] = pixels;
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  private animate(on: boolean): void {
    if (on && this.timer === undefined) this.timer = setInterval(this.step, animationFrame);
    if (!on && this.timer !== undefined) {
      clearInterval(this.timer);
      this.timer = undefined;
    }
  }

  private readonly step = (): void => {
    const context = this.canvas.getContext('2d');
    if (document.hidden || this.pending !== 0 || this.view === null || this.palette === null || context === null) return;
    this.phase = (this.phase + 0.5) % 8;
    repaintMoving(context, this.palette, this.scene(this.view), this.moving);
  };
}
