// One type over the whole history, or over an import if the address names one (?job=...): then the days that failed are marked too.
import { useLocation } from 'preact-iso';
import { useMemo } from 'preact/hooks';
import { api, unwrap, type DataType } from '../../api/client';
import { LinkButton } from '../../components/button';
import { dayNumber } from '../../components/coverage-calendar/days';
import type { Span } from '../../components/chart/series';
import { ErrorState } from '../../components/error-state';
import { Page } from '../../components/page';
import { EmptyState, Skeleton } from '../../components/surfaces';
import { t } from '../../i18n/i18n';
import { typeName } from '../../i18n/types';
import { useRemote } from '../../state/remote';
import { failedSpans } from '../job/failed-spans';
import { History } from './history';
import { allTypes, useWhole } from './use-whole';

function isType(text: string): text is DataType {
  return (allTypes as readonly string[]).includes(text);
}

export default function TypePage({ type }: { type: string }) {
  const { query } = useLocation();
  const job = query['job'];
  if (!isType(type)) {
    return (
      <Page title={t('data.unknown.title')} back={{ href: '/data', label: t('data.back') }}>
        <div>
          <LinkButton href="/data" variant="primary">
            {t('data.back')}
          </LinkButton>
        </div>
      </Page>
    );
  }
  return job === undefined ? <WholeHistory key={type} type={type} /> : <ImportHistory key={`${type} ${job}`} type={type} job={job} />;
}

function WholeHistory({ type }: { type: DataType }) {
  const { data, error, reload } = useWhole();
  return (
    <Page title={typeName(type)} back={{ href: '/data', label: t('data.back') }}>
      {error !== null && <ErrorState error={error} retry={reload} />}
      {data === undefined && error === null && <Skeleton lines={[30, 100, 100]} label={t('data.loading')} />}
      {data === null && <EmptyState icon="data" title={t('data.none.title')}>{t('data.noDays')}</EmptyState>}
      {data && <History type={type} whole={data.span} failed={none} />}
    </Page>
  );
}

const none: readonly Span[] = [];

function ImportHistory({ type, job: id }: { type: DataType; job: string }) {
  const { data, error, reload } = useRemote(
    async (signal) => {
      const params = { params: { path: { id } }, signal };
      const [job, coverage] = await Promise.all([
        unwrap(api.GET('/v1/historical-syncs/{id}', params)),
        unwrap(api.GET('/v1/historical-syncs/{id}/coverage', params)),
      ]);
      return { job, coverage };
    },
    [id],
  );
  const failed = useMemo(() => {
    const row = data?.coverage.types.find((one) => one.type === type);
    return row === undefined ? none : failedSpans(row.start, row.days);
  }, [data, type]);
  const whole = useMemo(() => data && { from: dayNumber(data.job.start), end: dayNumber(data.job.end) }, [data]);
  return (
    <Page title={typeName(type)} back={{ href: `/jobs/${id}`, label: t('data.openJob') }}>
      {error !== null && <ErrorState error={error} retry={reload} />}
      {data === undefined && error === null && <Skeleton lines={[30, 100, 100]} label={t('data.loading')} />}
      {data && whole && <History type={type} connection={data.job.connection_id} whole={whole} failed={failed} />}
    </Page>
  );
}
