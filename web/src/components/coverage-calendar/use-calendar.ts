// The calendar's state and what its keys, pointer and zoom do.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { language } from '../../i18n/i18n';
import { columnAt, columnsOf, moved, readCoverage, tallies, tallyOf, zooms, type Coverage, type Move, type Place, type Zoom } from './layout';
import { axisHeight } from './axis';
import { Renderer } from './renderer';

const widths = { fine: { months: 16, weeks: 14, days: 22 }, coarse: { months: 22, weeks: 20, days: 32 } };
const widest = 44;
const keys: Record<string, Move> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'home',
  End: 'end',
  PageUp: 'pageLeft',
  PageDown: 'pageRight',
};

function monthNames(): (day: number) => string {
  const format = new Intl.DateTimeFormat(language.value, { month: 'short', timeZone: 'UTC' });
  return (day) => format.format(new Date(day * 86_400_000));
}

// What is drawn: depends on the coverage, the zoom and the width of the window.
function useGeometry(coverage: Coverage) {
  const calendar = useMemo(() => readCoverage(coverage), [coverage]);
  const [zoom, setZoom] = useState<Zoom>(() => (calendar.end - calendar.first <= 45 ? 'days' : 'weeks'));
  const [width, setWidth] = useState(0);
  const coarse = useMemo(() => matchMedia('(pointer: coarse)').matches, []);
  const columns = useMemo(() => columnsOf(calendar.first, calendar.end, zoom), [calendar.first, calendar.end, zoom]);
  const cells = useMemo(() => tallies(calendar.rows, columns), [calendar, columns]);
  const rowHeight = coarse ? 40 : 32;
  const columnWidth = Math.max(widths[coarse ? 'coarse' : 'fine'][zoom], Math.min(widest, Math.floor(width / columns.length)));
  return { calendar, zoom, setZoom, width, setWidth, coarse, columns, cells, rowHeight, columnWidth };
}

// Draws it, and keeps the place in the window over a change of zoom.
function useDrawing(geometry: ReturnType<typeof useGeometry>, active: Place | null) {
  const { calendar, width, columns, cells, rowHeight, columnWidth } = geometry;
  const scroller = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLCanvasElement>(null);
  const axis = useRef<HTMLCanvasElement>(null);
  const renderer = useRef<Renderer | null>(null);
  const keepDay = useRef<number | null>(calendar.end);
  const monthName = useMemo(monthNames, [language.value]);
  useEffect(() => {
    renderer.current = new Renderer({ body: body.current!, axis: axis.current!, scroller: scroller.current! }, geometry.setWidth);
    return () => renderer.current?.stop();
  }, []);
  useEffect(() => {
    renderer.current?.show({ columns, rows: calendar.rows.length, cells, columnWidth, rowHeight, active, monthName });
  }, [columns, cells, columnWidth, rowHeight, active, monthName]);
  // After a change of zoom the day that was looked at stays in the middle; at first, the newest days are seen. Before the next key is
  // pressed: it may change the zoom again.
  useLayoutEffect(() => {
    const box = scroller.current!;
    if (keepDay.current === null || width === 0) return;
    box.scrollLeft = columnAt(columns, keepDay.current) * columnWidth - box.clientWidth / 2;
    keepDay.current = null;
  }, [columns, columnWidth, width]);
  return { scroller, body, axis, keepDay };
}

export function useCalendar(coverage: Coverage) {
  const geometry = useGeometry(coverage);
  const { calendar, zoom, width, columns, rowHeight, columnWidth } = geometry;
  const rows = calendar.rows;
  const [place, setPlace] = useState<Place | null>(null);
  const [focused, setFocused] = useState(false);
  const [sheet, setSheet] = useState<Place | null>(null);
  const { scroller, body, axis, keepDay } = useDrawing(geometry, focused ? place : null);

  const middleDay = (): number => {
    const box = scroller.current!;
    return columns[Math.min(columns.length - 1, Math.floor((box.scrollLeft + box.clientWidth / 2) / columnWidth))]!.first;
  };
  const changeZoom = (next: Zoom, day = focused && place ? columns[place.column]!.first : middleDay()) => {
    if (next === zoom) return;
    keepDay.current = day;
    geometry.setZoom(next);
    setPlace((before) => before && { row: before.row, column: columnAt(columnsOf(calendar.first, calendar.end, next), day) });
  };
  const zoomBy = (step: number, day?: number) => {
    const next = zooms[zooms.indexOf(zoom) + step];
    if (next !== undefined) changeZoom(next, day);
  };
  const goTo = (next: Place) => {
    setPlace(next);
    const box = scroller.current!;
    const left = next.column * columnWidth;
    if (left < box.scrollLeft) box.scrollLeft = left - columnWidth;
    else if (left + columnWidth > box.scrollLeft + box.clientWidth) box.scrollLeft = left + 2 * columnWidth - box.clientWidth;
  };
  // True if the key meant something here.
  const press = (key: string, control: boolean): boolean => {
    const from = place ?? { row: 0, column: columns.length - 1 };
    const move = control && key === 'Home' ? 'first' : control && key === 'End' ? 'last' : keys[key];
    if (move !== undefined) goTo(moved(from, move, rows.length, columns.length, Math.max(1, Math.floor(width / columnWidth) - 1)));
    else if (key === '+' || key === '=') zoomBy(1);
    else if (key === '-') zoomBy(-1);
    else if (key === 'Enter' || key === ' ') setSheet(from);
    else return false;
    setFocused(true);
    return true;
  };
  const placeAt = (x: number, y: number): Place | null => {
    const box = scroller.current!.getBoundingClientRect();
    const column = Math.floor((x - box.left + scroller.current!.scrollLeft) / columnWidth);
    const row = Math.floor((y - box.top - axisHeight) / rowHeight);
    return row < 0 || row >= rows.length || column < 0 || column >= columns.length ? null : { row, column };
  };
  const cellOf = (at: Place) => {
    const row = rows[Math.min(at.row, rows.length - 1)]!;
    const column = columns[Math.min(at.column, columns.length - 1)]!;
    return { row, column, tally: tallyOf(row, column) };
  };
  const onFocus = () => {
    setFocused(scroller.current!.matches(':focus-visible'));
    setPlace((before) => before ?? { row: 0, column: columnAt(columns, middleDay()) });
  };
  useWheelZoom(scroller, (step, x) => zoomBy(step, columns[Math.min(columns.length - 1, Math.floor(x / columnWidth))]?.first));
  const height = axisHeight + rows.length * rowHeight;
  return { ...geometry, rows, height, place, setPlace, focused, setFocused, sheet, setSheet, scroller, body, axis, changeZoom, zoomBy, press, placeAt, cellOf, onFocus };
}

export type CalendarState = ReturnType<typeof useCalendar>;

// Ctrl and the wheel (which is also how a pinch on a touchpad arrives) zoom; the page must not zoom as well, so the listener is active.
function useWheelZoom(scroller: { current: HTMLDivElement | null }, onZoom: (step: number, x: number) => void): void {
  const latest = useRef(onZoom);
  latest.current = onZoom;
  useEffect(() => {
    const box = scroller.current!;
    let last = 0;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      // One gesture is many events.
      if (event.timeStamp - last < 250 || event.deltaY === 0) return;
      last = event.timeStamp;
      latest.current(event.deltaY < 0 ? 1 : -1, event.clientX - box.getBoundingClientRect().left + box.scrollLeft);
    };
    box.addEventListener('wheel', onWheel, { passive: false });
    return () => box.removeEventListener('wheel', onWheel);
  }, []);
}
