// Where the issuer sends the browser back to. Takes the answer out of the address and goes on to where the person was.
import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { LinkButton } from '../../components/button';
import { Banner, Card, Skeleton } from '../../components/surfaces';
import { t } from '../../i18n/i18n';
import { loadConfig } from '../../session/config';
import type { SignInFailed } from '../../session/oidc';
import { beginSession, lost } from '../../session/session';
import './sign-in.css';

type Reason = SignInFailed['reason'];

export default function CallbackPage() {
  const { route } = useLocation();
  const [failure, setFailure] = useState<Reason | null>(null);
  useEffect(() => {
    const finish = async () => {
      const address = new URL(location.href);
      // A code is a secret for some seconds: it does not stay in the history.
      history.replaceState(null, '', '/sign-in/callback');
      const { finishSignIn, SignInFailed } = await import('../../session/oidc');
      try {
        const { sign_in } = await loadConfig();
        const { session, returnTo } = await finishSignIn(sign_in, address);
        await beginSession(session);
        route(returnTo, true);
      } catch (error) {
        const reason = error instanceof SignInFailed ? error.reason : 'issuer';
        if (error instanceof SignInFailed && reason === 'interaction') {
          // Asked without showing anything, the issuer wants to show something: the person signs in, and is back where they were.
          lost();
          route(error.returnTo, true);
        } else {
          setFailure(reason);
        }
      }
    };
    void finish();
  }, []);
  return (
    <main id="main" class="door">
      <div class="door-inner">
        <h1>{failure === null ? t('sign_in.working') : t('sign_in.failed')}</h1>
        {failure === null ? (
          <Card>
            <Skeleton lines={[50, 80]} label={t('sign_in.working')} />
          </Card>
        ) : (
          <Banner tone="danger" title={t('sign_in.failed')} live actions={<LinkButton href="/">{t('action.try_again')}</LinkButton>}>
            {t(failure === 'denied' ? 'sign_in.denied' : failure === 'expired' ? 'sign_in.expired' : 'sign_in.issuer')}
          </Banner>
        )}
      </div>
    </main>
  );
}
