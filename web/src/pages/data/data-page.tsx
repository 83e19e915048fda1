// All data: a small chart for each type over all connections.
import { SmallChart } from '../../components/chart/small-chart';
import { LinkButton } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Page } from '../../components/page';
import { EmptyState, Skeleton } from '../../components/surfaces';
import { t } from '../../i18n/i18n';
import { useWhole } from './use-whole';

function NoData() {
  const action = (
    <LinkButton href="/" variant="primary">
      {t('data.none.action')}
    </LinkButton>
  );
  return (
    <EmptyState icon="data" title={t('data.none.title')} action={action}>
      {t('data.none.text')}
    </EmptyState>
  );
}

export default function DataPage() {
  const { data, error, reload } = useWhole();
  return (
    <Page title={t('data.title')} lead={t('data.lead')}>
      {error !== null && <ErrorState error={error} retry={reload} />}
      {data === undefined && error === null && <Skeleton lines={[100, 100, 100]} label={t('data.loading')} />}
      {data === null && <NoData />}
      {data && (
        <div class="columns">
          {data.types.map((type) => (
            <SmallChart key={type} type={type} span={data.span} href={`/data/${type}`} />
          ))}
        </div>
      )}
    </Page>
  );
}
