// What a cell holds: beside the pointer, or on a phone as a sheet from below.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Badge } from '../surfaces';
import { t } from '../../i18n/i18n';
import { typeName } from '../../i18n/types';
import { causeKey, causesIn, countTexts, rangeText, type FailureGroup } from './describe';
import { Swatch } from './legend';
import type { Column, Row } from './layout';

interface CellProps {
  row: Row;
  column: Column;
  tally: readonly number[];
  groups: readonly FailureGroup[];
  provider: string;
}

export function CellDetails({ row, column, tally, groups, provider }: CellProps) {
  const counts = countTexts(tally);
  return (
    <div class="cell-details">
      <p class="strong">{typeName(row.type)}</p>
      <p class="soft small">{rangeText(column)}</p>
      {counts.length === 0 ? (
        <p class="small">{t('calendar.nothing')}</p>
      ) : (
        <ul class="cell-counts">
          {counts.map((count) => (
            <li key={count.state}>
              <Swatch state={count.state} />
              {count.text}
            </li>
          ))}
        </ul>
      )}
      {causesIn(groups, row.type, column, tally).map((kind) => (
        <Badge key={kind} tone="danger" icon="error">
          {t(causeKey(kind), { provider })}
        </Badge>
      ))}
    </div>
  );
}

const margin = 12;

// Follows a point of the window and stays inside it.
export function Tooltip({ x, y, ...cell }: CellProps & { x: number; y: number }) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = ref.current;
    if (box === null) return;
    const width = box.offsetWidth;
    const height = box.offsetHeight;
    const left = Math.min(Math.max(margin, x - width / 2), document.documentElement.clientWidth - width - margin);
    const above = y - height - 16;
    const top = above >= margin ? above : Math.min(y + 24, innerHeight - height - margin);
    box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  });
  return (
    <div ref={ref} class="calendar-tooltip" aria-hidden="true">
      <CellDetails {...cell} />
    </div>
  );
}
