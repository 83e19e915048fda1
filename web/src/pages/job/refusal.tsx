// Why the service did not do what was asked: what belongs to Pro is said as such, everything else as any error.
import { ApiProblem } from '../../api/client';
import { ErrorState } from '../../components/error-state';
import { Banner } from '../../components/surfaces';
import { t } from '../../i18n/i18n';

export function Refusal({ error }: { error: unknown }) {
  if (!(error instanceof ApiProblem) || error.code !== 'upsell') return <ErrorState error={error} />;
  return (
    <Banner tone="warning" icon="lock" title={t('job.pro.title')} live>
      {t('job.pro.text')}
    </Banner>
  );
}
