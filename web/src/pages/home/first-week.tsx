// The last seven days of a new connection, filling in as one looks: a square a day, a row a type.
import { useEffect, useRef, useState } from 'preact/hooks';
import { LinkButton } from '../../components/button';
import { ProgressBar } from '../../components/surfaces';
import { api, unwrap, type Connection, type Job, type Schemas } from '../../api/client';
import { formatNumber } from '../../i18n/format';
import { t } from '../../i18n/i18n';
import { typeName } from '../../i18n/types';
import { isActive, jobs, onJobEvent, refreshJob, shareDone } from '../../state/jobs';

type Coverage = Schemas['Coverage'];

// After its end it stays in view for a while: whoever was away for a minute sees it too.
const lingerMs = 600_000;
const readEveryMs = 1_000;

// The job's coverage, read again after events, once a second at most.
function useCoverage(job: Job | undefined): Coverage | null {
  const [coverage, setCoverage] = useState<Coverage | null>(null);
  const timer = useRef<number | null>(null);
  const id = job?.id;
  const ended = job !== undefined && !isActive(job);
  useEffect(() => {
    if (id === undefined) return;
    const abort = new AbortController();
    const read = () => {
      timer.current = null;
      unwrap(api.GET('/v1/historical-syncs/{id}/coverage', { params: { path: { id } }, signal: abort.signal })).then(setCoverage, () => {
        // The next event, or the end, reads it again.
      });
    };
    const soon = () => {
      timer.current ??= window.setTimeout(read, readEveryMs);
    };
    read();
    const stop = onJobEvent(id, soon);
    return () => {
      stop();
      abort.abort();
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    };
  }, [id, ended]);
  return coverage;
}

// Also before anything is known, so that nothing moves when it is.
function Row({ row }: { row: Pick<Coverage['types'][number], 'type' | 'days' | 'records'> }) {
  const days = [...row.days];
  const done = days.filter((day) => day === 'c').length;
  const looked = days.filter((day) => day === 'c' || day === 'e').length;
  return (
    <li class="week-row">
      <span class="week-type">{typeName(row.type)}</span>
      <span class="week-days" role="img" aria-label={t('first_week.days', { type: typeName(row.type), done, total: days.length })}>
        {days.map((day, index) => (
          <span key={index} class={`week-day week-day-${day}`} />
        ))}
      </span>
      <span class="soft small numbers week-count">
        {row.records > 0 ? formatNumber(row.records) : looked === days.length ? t('first_week.empty') : ''}
      </span>
    </li>
  );
}

export function FirstWeek({ connection, arrived }: { connection: Connection; arrived: boolean }) {
  const job = jobs.value.find((one) => one.connection_id === connection.id && one.kind === 'first_week');
  const active = job !== undefined && isActive(job);
  const recent = job?.ended ? Date.now() - Date.parse(job.ended) < lingerMs : false;
  const shown = job !== undefined && (active || arrived || recent);
  const coverage = useCoverage(shown ? job : undefined);
  useEffect(() => {
    // The job begins as the connection is made, maybe after the list was read.
    if (shown && job !== undefined) refreshJob(job.id).catch(() => {});
  }, [job?.id, shown]);
  if (!shown || job === undefined) return null;
  // What the person did not share is no failure, however the service counts it.
  const rows = coverage?.types.filter((row) => connection.types.includes(row.type)) ?? [];
  const title = t('first_week.title', { provider: connection.title });
  return (
    <section class="card" aria-label={title}>
      <div class="stack-tight">
        <h2>{title}</h2>
        <p class="soft">
          {active ? t('first_week.running') : t('first_week.done', { count: job.progress.records, number: formatNumber(job.progress.records) })}
        </p>
      </div>
      {active && <ProgressBar share={shareDone(job)} label={title} look={job.waiting ? 'waiting' : 'running'} />}
      <ul class="week">
        {coverage === null
          ? connection.types.map((type) => <Row key={type} row={{ type, days: 'nnnnnnn', records: 0 }} />)
          : rows.map((row) => <Row key={row.type} row={row} />)}
      </ul>
      {!active && rows.some((row) => row.counts.failed > 0) && (
        <p class="small">
          {t('first_week.failed')} <a href={`/jobs/${job.id}`}>{t('first_week.why')}</a>
        </p>
      )}
      {!active && (
        <div class="row">
          <LinkButton icon="data" href="/data">
            {t('first_week.look')}
          </LinkButton>
          <LinkButton variant="primary" icon="imports" href={`/connections/${connection.id}/import`}>
            {t('first_week.more')}
          </LinkButton>
        </div>
      )}
    </section>
  );
}
