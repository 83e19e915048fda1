// Draws the calendar's cells. Every state has a pattern besides its colour: colour is never the only carrier of meaning.
import { dayStates, running, segmentsOf, type Column } from './layout';
import { dayText, yearOf } from './days';

export interface Palette {
  fills: string[]; // by the index of the state
  surface: string;
  line: string;
  ink: string;
  inkSoft: string;
  focus: string;
  font: string;
}

export interface Geometry {
  width: number;
  axis: number; // the height of the months above the cells
  rowHeight: number;
  columnWidth: number;
  gap: number;
  offset: number; // how far the columns are scrolled, in pixels
}

export interface Scene {
  columns: readonly Column[];
  rows: number;
  cells: Uint16Array;
  geometry: Geometry;
  active: { row: number; column: number } | null;
  phase: number; // of the stripes of running cells, in pixels
  monthName: (day: number) => string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(name).trim();
  const names = ['complete', 'empty', 'beyond', 'none', 'waiting', 'running', 'failed'];
  return {
    fills: names.map((name) => value(`--state-${name}`)),
    surface: value('--surface'),
    line: value('--line'),
    ink: value('--ink'),
    inkSoft: value('--ink-soft'),
    focus: value('--accent'),
    font: `12px ${value('--font')}`,
  };
}

// Lines across a rectangle, at 45 degrees; `rising` goes from bottom left to top right.
function stripes(context: CanvasRenderingContext2D, x: number, y: number, w: number, h: number, step: number, phase: number, rising: boolean): void {
  context.beginPath();
  for (let d = -h - step + (phase % step); d < w + step; d += step) {
    context.moveTo(x + d, rising ? y + h : y);
    context.lineTo(x + d + h, rising ? y : y + h);
  }
  context.stroke();
}

function dots(context: CanvasRenderingContext2D, x: number, y: number, w: number, h: number): void {
  for (let row = 0, top = y + 1.5; top < y + h; top += 4, row++) {
    for (let left = x + (row % 2 === 0 ? 1.5 : 3.5); left < x + w; left += 4) context.fillRect(left, top, 1.6, 1.6);
  }
}

export function paintState(context: CanvasRenderingContext2D, palette: Palette, state: number, x: number, y: number, w: number, h: number, phase = 0): void {
  context.fillStyle = palette.fills[state]!;
  context.fillRect(x, y, w, h);
  const name = dayStates[state]!;
  if (name === 'complete' || name === 'none') return;
  context.save();
  context.beginPath();
  context.rect(x, y, w, h);
  context.clip();
  context.strokeStyle = palette.surface;
  context.fillStyle = palette.surface;
  context.lineWidth = 1.5;
  if (name === 'failed') stripes(context, x, y, w, h, 5, 0, true);
  if (name === 'running') stripes(context, x, y, w, h, 8, phase, true);
  if (name === 'waiting') dots(context, x, y, w, h);
  if (name === 'empty') {
    context.strokeStyle = palette.fills[0]!;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
  }
  if (name === 'beyond') {
    context.lineWidth = 1;
    stripes(context, x, y, w, h, 6, 0, true);
    stripes(context, x, y, w, h, 6, 0, false);
  }
  context.restore();
}

function paintCell(context: CanvasRenderingContext2D, palette: Palette, scene: Scene, row: number, column: number): boolean {
  const { axis, rowHeight, columnWidth, gap, offset } = scene.geometry;
  const index = (row * scene.columns.length + column) * dayStates.length;
  const x = column * columnWidth - offset;
  const y = axis + row * rowHeight + 2;
  let isRunning = false;
  for (const segment of segmentsOf(scene.cells, index, rowHeight - 4, 6)) {
    isRunning ||= segment.state === running;
    paintState(context, palette, segment.state, x, y + segment.from, columnWidth - gap, segment.height, scene.phase);
  }
  return isRunning;
}

export function visibleColumns(scene: Pick<Scene, 'columns' | 'geometry'>): [number, number] {
  const { offset, columnWidth, width } = scene.geometry;
  const first = Math.max(0, Math.floor(offset / columnWidth));
  return [first, Math.min(scene.columns.length, Math.ceil((offset + width) / columnWidth))];
}

// Writes texts from left to right, none over another and none cut off at the right edge.
class Line {
  private edge = -Infinity;

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly y: number,
    private readonly width: number,
    private readonly colour: string,
  ) {}

  write(text: string, x: number): void {
    const length = this.context.measureText(text).width;
    if (x < this.edge || x + length > this.width) return;
    this.context.fillStyle = this.colour;
    this.context.fillText(text, x, this.y);
    this.edge = x + length + 8;
  }
}

// Years and months above the columns in which they begin, and above single days their number. What begins before the left edge sticks to it.
function paintAxis(context: CanvasRenderingContext2D, palette: Palette, scene: Scene, first: number, end: number): void {
  const { axis, columnWidth, gap, offset, width } = scene.geometry;
  context.font = palette.font;
  const upper = new Line(context, 14, width, palette.ink);
  const lower = new Line(context, axis - 7, width, palette.inkSoft);
  const days = scene.columns.length > 1 && scene.columns[1]!.end - scene.columns[1]!.first === 1;
  for (let c = first; c < end; c++) {
    const day = scene.columns[c]!.end - 1;
    const next = scene.columns[c + 1];
    const before = c === 0 ? null : scene.columns[c - 1]!.end - 1;
    const x = Math.max(2, c * columnWidth - offset);
    const newYear = before === null || yearOf(before) !== yearOf(day);
    const newMonth = newYear || dayText(before).slice(0, 7) !== dayText(day).slice(0, 7);
    // The label that sticks gives way to the next one if that follows at once.
    const sticks = c === first && (next === undefined || yearOf(next.end - 1) === yearOf(day));
    if (days) {
      if (newMonth || c === first) upper.write(`${scene.monthName(day)} ${yearOf(day)}`, x);
      const text = String(Number(dayText(day).slice(8)));
      const middle = c * columnWidth - offset + (columnWidth - gap - context.measureText(text).width) / 2;
      context.fillStyle = palette.inkSoft;
      context.fillText(text, middle, axis - 7);
      continue;
    }
    if (newYear || sticks) upper.write(String(yearOf(day)), x);
    if (newMonth || c === first) lower.write(scene.monthName(day), x);
  }
}

// Paints what is visible and says which cells have to move (those being fetched).
export function paint(context: CanvasRenderingContext2D, palette: Palette, scene: Scene): [number, number][] {
  const { width, axis, rowHeight } = scene.geometry;
  context.clearRect(0, 0, width, axis + scene.rows * rowHeight);
  const [first, end] = visibleColumns(scene);
  const moving: [number, number][] = [];
  for (let row = 0; row < scene.rows; row++) {
    for (let column = first; column < end; column++) {
      if (paintCell(context, palette, scene, row, column)) moving.push([row, column]);
    }
  }
  paintAxis(context, palette, scene, first, end);
  if (scene.active) paintFocus(context, palette, scene);
  return moving;
}

export function repaintMoving(context: CanvasRenderingContext2D, palette: Palette, scene: Scene, moving: readonly [number, number][]): void {
  for (const [row, column] of moving) paintCell(context, palette, scene, row, column);
  if (scene.active) paintFocus(context, palette, scene);
}

function paintFocus(context: CanvasRenderingContext2D, palette: Palette, scene: Scene): void {
  const { axis, rowHeight, columnWidth, gap, offset } = scene.geometry;
  const { row, column } = scene.active!;
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  context.strokeRect(column * columnWidth - offset - 0.5, axis + row * rowHeight + 1, columnWidth - gap + 1, rowHeight - 2);
}
