// The coverage calendar: data types by days, weeks or months, with what is known about each. The drawing is a canvas; for those who do
// not see it there are a grid with one cell at a time (arrow keys) and a table.
import { useId, useState } from 'preact/hooks';
import { t } from '../../i18n/i18n';
import { typeName } from '../../i18n/types';
import { Button } from '../button';
import { Dialog } from '../dialog';
import { cellText, type FailureGroup } from './describe';
import { CellDetails, Tooltip } from './details';
import { CoverageTable, Legend } from './legend';
import { zooms, type Coverage, type Place } from './layout';
import { useCalendar, type CalendarState } from './use-calendar';
import '../chart/parts.css';
import './calendar.css';

interface Pointed {
  place: Place;
  x: number;
  y: number;
}

interface CalendarProps {
  coverage: Coverage;
  groups: readonly FailureGroup[];
  provider: string;
}

export function CoverageCalendar({ coverage, groups, provider }: CalendarProps) {
  const state = useCalendar(coverage);
  const [hovered, setHovered] = useState<Pointed | null>(null);
  return (
    <div class="calendar">
      <div class="row-between">
        <ZoomButtons state={state} />
        <Legend calendar={state.calendar} />
      </div>
      <Frame state={state} onHover={setHovered} />
      <CoverageTable calendar={state.calendar} />
      {hovered && state.sheet === null && <Tooltip {...state.cellOf(hovered.place)} groups={groups} provider={provider} x={hovered.x} y={hovered.y} />}
      <Sheet state={state} groups={groups} provider={provider} />
    </div>
  );
}

function ZoomButtons({ state }: { state: CalendarState }) {
  return (
    <div class="segments" role="group" aria-label={t('calendar.zoom')}>
      {zooms.map((one) => (
        <button key={one} type="button" class="segment" aria-pressed={one === state.zoom} onClick={() => state.changeZoom(one)}>
          {t(`calendar.zoom.${one}`)}
        </button>
      ))}
    </div>
  );
}

function Frame({ state, onHover }: { state: CalendarState; onHover: (pointed: Pointed | null) => void }) {
  return (
    <div class={state.coarse ? 'calendar-frame calendar-coarse' : 'calendar-frame'}>
      <div class="calendar-names" aria-hidden="true">
        {state.rows.map((row) => (
          <div key={row.type} class="calendar-name">
            <span>{typeName(row.type)}</span>
          </div>
        ))}
      </div>
      <Grid state={state} onHover={onHover} />
    </div>
  );
}

function Grid({ state, onHover }: { state: CalendarState; onHover: (pointed: Pointed | null) => void }) {
  const id = useId();
  const { focused } = state;
  // Before anybody has been here, the newest cell of the first row stands for the grid.
  const place = state.place ?? { row: 0, column: state.columns.length - 1 };
  const active = state.cellOf(place);
  const onPointerMove = (event: PointerEvent) => {
    if (event.pointerType !== 'mouse') return;
    const found = state.placeAt(event.clientX, event.clientY);
    onHover(found && { place: found, x: event.clientX, y: event.clientY });
  };
  const onClick = (event: MouseEvent) => {
    const found = state.placeAt(event.clientX, event.clientY);
    if (found === null) return;
    state.setPlace(found);
    state.setSheet(found);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    onHover(null);
    if (!event.altKey && !event.metaKey && state.press(event.key, event.ctrlKey)) event.preventDefault();
  };
  return (
    <div
      ref={state.scroller}
      class="calendar-scroller"
      role="grid"
      tabIndex={0}
      aria-label={t('calendar.label')}
      aria-description={t('calendar.keys')}
      aria-rowcount={state.rows.length}
      aria-colcount={state.columns.length}
      aria-activedescendant={focused ? `${id}-${place.row}-${place.column}` : undefined}
      onKeyDown={onKeyDown}
      onFocus={state.onFocus}
      onBlur={() => state.setFocused(false)}
      onPointerMove={onPointerMove}
      onPointerLeave={() => onHover(null)}
      onClick={onClick}
    >
      <div class="heard" role="row" aria-rowindex={place.row + 1}>
        <span id={`${id}-${place.row}-${place.column}`} role="gridcell" aria-colindex={place.column + 1}>
          {cellText(active.row, active.column, active.tally)}
        </span>
      </div>
      <div class="calendar-track" style={{ width: `${state.columns.length * state.columnWidth}px`, height: `${state.height}px` }}>
        <canvas ref={state.axis} class="calendar-axis" aria-hidden="true" />
        <canvas ref={state.body} class="calendar-body" aria-hidden="true" />
      </div>
    </div>
  );
}

function Sheet({ state, groups, provider }: { state: CalendarState; groups: readonly FailureGroup[]; provider: string }) {
  const shown = state.sheet && state.cellOf(state.sheet);
  const close = () => state.setSheet(null);
  const zoomIn = () => {
    close();
    state.zoomBy(1, shown!.column.first);
  };
  return (
    <Dialog
      open={shown !== null}
      title={t('calendar.details')}
      onClose={close}
      actions={
        <>
          {state.zoom !== 'days' && <Button onClick={zoomIn}>{t(state.zoom === 'months' ? 'calendar.toWeeks' : 'calendar.toDays')}</Button>}
          <Button variant="primary" onClick={close}>
            {t('calendar.close')}
          </Button>
        </>
      }
    >
      {shown && <CellDetails {...shown} groups={groups} provider={provider} />}
    </Dialog>
  );
}
