// A page that is loaded when it is opened. If that fails (no network, or a version that is gone from the server), a page that says so
// takes its place; preact-iso alone would wait for ever.
import type { ComponentChild, FunctionComponent } from 'preact';
import { lazy } from 'preact-iso';
import { Button } from '../components/button';
import { Page } from '../components/page';
import { Banner } from '../components/surfaces';
import { t } from '../i18n/i18n';

function LoadFailed() {
  const again = (
    <Button icon="retry" onClick={() => location.reload()}>
      {t('error.page.reload')}
    </Button>
  );
  return (
    <Page title={t('error.unreachable.title')} narrow>
      <Banner tone="warning" icon="offline" title={t('error.unreachable.title')} actions={again} live>
        {t('error.unreachable.text')}
      </Banner>
    </Page>
  );
}

export function lazyPage<Props>(load: () => Promise<{ default: (props: Props) => ComponentChild }>): FunctionComponent<Props> {
  return lazy(() =>
    load().then(
      (module): FunctionComponent<Props> => module.default,
      (): FunctionComponent<Props> => LoadFailed,
    ),
  );
}
