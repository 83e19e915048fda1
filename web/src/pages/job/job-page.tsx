// One import: how it stands, what came in, what failed and what can be done about it.
import { useLocation } from 'preact-iso';
import { ApiProblem, type Job } from '../../api/client';
import { LinkButton } from '../../components/button';
import { CoverageCalendar } from '../../components/coverage-calendar/calendar';
import { ErrorState } from '../../components/error-state';
import { Page, Section } from '../../components/page';
import { Banner, EmptyState, Skeleton } from '../../components/surfaces';
import { formatDays } from '../../i18n/format';
import { t } from '../../i18n/i18n';
import { providerTitle, typeName } from '../../i18n/types';
import { useJob } from '../../state/jobs';
import { CameIn } from './came-in';
import { Failures } from './failures';
import { Overview } from './overview';
import { Course, Export, Proof } from './proof';
import { useConnection, useFollowed, type Followed } from './use-result';
import './job.css';

const back = () => ({ href: '/jobs', label: t('job.back') });

function isMissing(error: unknown): boolean {
  // An id that is no UUID is refused as such (400); for the person both mean the same.
  return error instanceof ApiProblem && (error.problem.status === 404 || error.problem.status === 400);
}

export default function JobPage({ id }: { id: string }) {
  const { job, error, reload } = useJob(id);
  if (isMissing(error)) return <Missing />;
  if (job === undefined) {
    return (
      <Page title={t('nav.jobs')} back={back()}>
        {error === null ? <Skeleton lines={[40, 90, 100, 70]} label={t('job.loading')} /> : <ErrorState error={error} retry={reload} />}
      </Page>
    );
  }
  return <KnownJob key={id} job={job} />;
}

function Missing() {
  return (
    <Page title={t('job.missing.title')} lead={t('job.missing.text')} back={back()}>
      <div>
        <LinkButton href="/jobs" variant="primary">
          {t('job.missing.action')}
        </LinkButton>
      </div>
    </Page>
  );
}

function TypeChips({ job }: { job: Job }) {
  return (
    <ul class="chips">
      {job.types.map((type) => (
        <li key={type} class="chip">
          {typeName(type)}
        </li>
      ))}
    </ul>
  );
}

// Back from the provider's page: `connection` or `error` is in the address then.
function Returned({ provider }: { provider: string }) {
  const { query } = useLocation();
  if ('error' in query) {
    return (
      <Banner tone="warning" title={t('job.notReconnected', { provider })} live>
        {t('job.notReconnected.text')}
      </Banner>
    );
  }
  if (!('connection' in query)) return null;
  return (
    <Banner tone="good" title={t('job.reconnected', { provider })} live>
      {t('job.reconnected.text')}
    </Banner>
  );
}

function KnownJob({ job }: { job: Job }) {
  const planned = job.progress.chunks_total > 0;
  const followed = useFollowed(job.id, planned, `${job.phase} ${job.executions.length} ${job.progress.chunks_done}`);
  const { connection, title } = useConnection(job);
  const provider = title ?? providerTitle(job.provider);
  const range = formatDays(job.start, job.end);
  const ended = job.phase === 'ended';
  return (
    <Page
      title={job.kind === 'first_week' ? t('job.titleWeek', { provider }) : t('job.title', { provider, range })}
      back={back()}
      lead={<TypeChips job={job} />}
    >
      {ended && job.outcome !== 'complete' && <Returned provider={provider} />}
      <Overview job={job} provider={provider} connected={connection !== null} />
      <Failures job={job} groups={followed.groups} connection={connection} provider={provider} />
      {(ended || job.phase === 'paused') && followed.coverage && <CameIn job={job} coverage={followed.coverage} provider={provider} />}
      <CoverageSection followed={followed} planned={planned} provider={provider} />
      {ended && (
        <div class="columns columns-top">
          <Proof job={job} />
          <Export job={job} />
        </div>
      )}
      <Course job={job} />
    </Page>
  );
}

function CoverageSection({ followed, planned, provider }: { followed: Followed; planned: boolean; provider: string }) {
  const { coverage, groups, error, reload } = followed;
  return (
    <Section title={t('coverage.title')}>
      {error !== null && <ErrorState error={error} retry={reload} live={false} />}
      {coverage !== null && coverage.types.length > 0 && <CoverageCalendar coverage={coverage} groups={groups} provider={provider} />}
      {coverage === null && error === null && planned && <Skeleton lines={[100, 100, 100, 100]} label={t('coverage.loading')} />}
      {!planned && (coverage === null || coverage.types.length === 0) && (
        <EmptyState icon="clock" title={t('coverage.none.title')}>
          {t('coverage.none.text')}
        </EmptyState>
      )}
    </Section>
  );
}
