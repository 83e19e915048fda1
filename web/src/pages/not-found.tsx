import { LinkButton } from '../components/button';
import { Page } from '../components/page';
import { EmptyState } from '../components/surfaces';
import { t } from '../i18n/i18n';

export default function NotFound() {
  return (
    <Page title={t('not_found.title')} narrow>
      <EmptyState icon="info" title={t('not_found.title')} action={<LinkButton href="/">{t('action.home')}</LinkButton>}>
        {t('not_found.text')}
      </EmptyState>
    </Page>
  );
}
