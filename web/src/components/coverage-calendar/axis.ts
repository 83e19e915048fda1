// The years, months and days above the calendar's cells.
import { dayText, monthStart, yearOf } from './days';
import { visibleColumns, type Palette, type Scene } from './paint';

export const axisHeight = 38;

export interface AxisScene extends Pick<Scene, 'columns' | 'geometry'> {
  monthName: (day: number) => string;
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
export function paintAxis(context: CanvasRenderingContext2D, palette: Palette, scene: AxisScene): void {
  const { columnWidth, gap, offset, width } = scene.geometry;
  const [first, end] = visibleColumns(scene);
  context.clearRect(0, 0, width, axisHeight);
  context.font = palette.font;
  const upper = new Line(context, 14, width, palette.ink);
  const lower = new Line(context, axisHeight - 7, width, palette.inkSoft);
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
      const soon = scene.columns[Math.min(c + Math.ceil(72 / columnWidth), end - 1)]!.first;
      if (newMonth || (c === first && monthStart(soon) <= day)) upper.write(`${scene.monthName(day)} ${yearOf(day)}`, x);
      const text = String(Number(dayText(day).slice(8)));
      const middle = c * columnWidth - offset + (columnWidth - gap - context.measureText(text).width) / 2;
      context.fillStyle = palette.inkSoft;
      context.fillText(text, middle, axisHeight - 7);
      continue;
    }
    if (newYear || sticks) upper.write(String(yearOf(day)), x);
    if (newMonth || c === first) lower.write(scene.monthName(day), x);
  }
}
