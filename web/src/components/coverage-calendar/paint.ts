// Draws the calendar's cells. Every state has a pattern besides its colour: colour is never the only carrier of meaning.
import { complete, dayStates, empty, running, segmentsOf, type Column, type DayState } from './layout';

export interface Palette {
  fills: string[]; // by the index of the state
  brushes: (CanvasPattern | string | undefined)[];
  surface: string;
  line: string;
  ink: string;
  inkSoft: string;
  focus: string;
  font: string;
}

export interface Geometry {
  width: number;
  rowHeight: number;
  columnWidth: number;
  gap: number;
  offset: number; // where the canvas begins, in pixels from the first column
}

export interface Scene {
  columns: readonly Column[];
  rows: number;
  cells: Uint16Array;
  geometry: Geometry;
  active: { row: number; column: number } | null;
  phase: number; // of the stripes of running cells, in pixels
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(name).trim();
  const names = ['complete', 'empty', 'beyond', 'none', 'waiting', 'running', 'failed'];
  return {
    fills: names.map((name) => value(`--state-${name}`)),
    brushes: [],
    surface: value('--surface'),
    line: value('--line'),
    ink: value('--ink'),
    inkSoft: value('--ink-soft'),
    focus: value('--accent'),
    font: `12px ${value('--font')}`,
  };
}

const tileSize = 8;
// Tiles are drawn twice as large and shown at half the size, so that they are sharp on dense screens too.
const tileScale = 2;

type Draw = (context: CanvasRenderingContext2D) => void;

function rising(step: number, width: number): Draw {
  return (context) => {
    context.lineWidth = width;
    context.beginPath();
    for (let x = -tileSize; x <= tileSize; x += step) {
      context.moveTo(x - 1, tileSize + 1);
      context.lineTo(x + tileSize + 1, -1);
    }
    context.stroke();
  };
}

function crossed(context: CanvasRenderingContext2D): void {
  rising(8, 1)(context);
  context.beginPath();
  for (let x = -tileSize; x <= tileSize; x += 8) {
    context.moveTo(x - 1, -1);
    context.lineTo(x + tileSize + 1, tileSize + 1);
  }
  context.stroke();
}

function dotted(context: CanvasRenderingContext2D): void {
  for (const [x, y] of [[1, 1], [5, 1], [3, 3], [7, 3], [1, 5], [5, 5], [3, 7], [7, 7]] as const) context.fillRect(x - 0.8, y - 0.8, 1.6, 1.6);
}

const marks: Record<DayState, Draw | null> = {
  complete: null,
  none: null,
  empty: null, // has a border instead
  failed: rising(4, 1.3),
  running: rising(8, 2),
  waiting: dotted,
  beyond: crossed,
};

function tileOf(fill: string, mark: string, draw: Draw): HTMLCanvasElement {
  const tile = document.createElement('canvas');
  tile.width = tile.height = tileSize * tileScale;
  const context = tile.getContext('2d')!;
  context.scale(tileScale, tileScale);
  context.fillStyle = fill;
  context.fillRect(0, 0, tileSize, tileSize);
  context.fillStyle = mark;
  context.strokeStyle = mark;
  draw(context);
  return tile;
}

// Patterns are made once for a palette: filling with one is a single call, where clipping and stroking every cell would be dozens.
function brushOf(context: CanvasRenderingContext2D, palette: Palette, state: number): CanvasPattern | string {
  const known = palette.brushes[state];
  if (known !== undefined) return known;
  const fill = palette.fills[state]!;
  const draw = marks[dayStates[state]!];
  const brush = draw === null ? fill : context.createPattern(tileOf(fill, palette.surface, draw), 'repeat')!;
  palette.brushes[state] = brush;
  return brush;
}

function useBrush(context: CanvasRenderingContext2D, palette: Palette, state: number, shift: number): void {
  const brush = brushOf(context, palette, state);
  // Patterns hang on the canvas; the shift lets them move with the cells.
  if (typeof brush !== 'string') brush.setTransform(new DOMMatrix([1 / tileScale, 0, 0, 1 / tileScale, shift % tileSize, 0]));
  context.fillStyle = brush;
}

function fillState(context: CanvasRenderingContext2D, palette: Palette, state: number, x: number, y: number, w: number, h: number): void {
  context.fillRect(x, y, w, h);
  if (state !== empty || h < 3) return;
  const fill = context.fillStyle;
  context.fillStyle = palette.fills[complete]!;
  context.fillRect(x, y, w, 1);
  context.fillRect(x, y + h - 1, w, 1);
  context.fillRect(x, y, 1, h);
  context.fillRect(x + w - 1, y, 1, h);
  context.fillStyle = fill;
}

export function paintSwatch(context: CanvasRenderingContext2D, palette: Palette, state: number, size: number): void {
  useBrush(context, palette, state, 0);
  fillState(context, palette, state, 0, 0, size, size);
}

// Where every layer of the visible cells goes, by state: x, y and height, three numbers each.
function layersOf(scene: Scene, first: number, end: number): number[][] {
  const { rowHeight, columnWidth, offset } = scene.geometry;
  const layers: number[][] = dayStates.map(() => []);
  for (let row = 0; row < scene.rows; row++) {
    const y = row * rowHeight + 2;
    for (let column = first; column < end; column++) {
      const index = (row * scene.columns.length + column) * dayStates.length;
      for (const segment of segmentsOf(scene.cells, index, rowHeight - 4, 6)) {
        layers[segment.state]!.push(column * columnWidth - offset, y + segment.from, segment.height);
      }
    }
  }
  return layers;
}

function paintLayer(context: CanvasRenderingContext2D, palette: Palette, scene: Scene, state: number, layer: readonly number[]): void {
  if (layer.length === 0) return;
  const width = scene.geometry.columnWidth - scene.geometry.gap;
  useBrush(context, palette, state, (state === running ? scene.phase : 0) - scene.geometry.offset);
  for (let i = 0; i < layer.length; i += 3) fillState(context, palette, state, layer[i]!, layer[i + 1]!, width, layer[i + 2]!);
}

export function visibleColumns(scene: Pick<Scene, 'columns' | 'geometry'>): [number, number] {
  const { offset, columnWidth, width } = scene.geometry;
  const first = Math.max(0, Math.floor(offset / columnWidth));
  return [first, Math.min(scene.columns.length, Math.ceil((offset + width) / columnWidth))];
}

// Paints what is visible and says where something has to move: the layers of what is being fetched.
export function paint(context: CanvasRenderingContext2D, palette: Palette, scene: Scene): readonly number[] {
  const { width, rowHeight } = scene.geometry;
  context.clearRect(0, 0, width, scene.rows * rowHeight);
  const [first, end] = visibleColumns(scene);
  const layers = layersOf(scene, first, end);
  layers.forEach((layer, state) => paintLayer(context, palette, scene, state, layer));
  if (scene.active) paintFocus(context, palette, scene);
  return layers[running]!;
}

export function repaintMoving(context: CanvasRenderingContext2D, palette: Palette, scene: Scene, moving: readonly number[]): void {
  paintLayer(context, palette, scene, running, moving);
  if (scene.active) paintFocus(context, palette, scene);
}

function paintFocus(context: CanvasRenderingContext2D, palette: Palette, scene: Scene): void {
  const { rowHeight, columnWidth, gap, offset } = scene.geometry;
  const { row, column } = scene.active!;
  context.strokeStyle = palette.ink;
  context.lineWidth = 2;
  context.strokeRect(column * columnWidth - offset - 0.5, row * rowHeight + 1, columnWidth - gap + 1, rowHeight - 2);
}
