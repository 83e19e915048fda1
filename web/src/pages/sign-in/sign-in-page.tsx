// The door: what the app is for, and the way in that this installation offers.
import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../components/button';
import { Field, Switch } from '../../components/controls';
import { ErrorState } from '../../components/error-state';
import { LanguageSelect } from '../../components/language-select';
import { Badge, Banner, Card, Skeleton } from '../../components/surfaces';
import { t } from '../../i18n/i18n';
import type { ClientConfig } from '../../session/config';
import { loadConfig } from '../../session/config';
import { safeReturn } from '../../session/flow';
import { expired, signInForDevelopment } from '../../session/session';
import { Mark } from '../../shell/mark';
import { useRemote } from '../../state/remote';
import './sign-in.css';

function OidcForm({ signIn }: { signIn: ClientConfig['sign_in'] }) {
  const { query } = useLocation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const begin = async () => {
    setBusy(true);
    setError(null);
    try {
      const oidc = await import('../../session/oidc');
      await oidc.beginSignIn(signIn, safeReturn(query['to']), false);
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };
  return (
    <div class="stack">
      {error !== null && (
        <Banner tone="danger" title={t('sign_in.failed')} live>
          {t('sign_in.issuer')}
        </Banner>
      )}
      <Button variant="primary" wide busy={busy} onClick={begin}>
        {t('sign_in.action')}
      </Button>
    </div>
  );
}

function DevelopmentForm() {
  const { query } = useLocation();
  const [user, setUser] = useState(query['user'] ?? '');
  const [pro, setPro] = useState(true);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (user.trim() === '') {
      setFault(t('sign_in.user_fault'));
      return;
    }
    setBusy(true);
    setError(null);
    try {
      await signInForDevelopment(user.trim(), pro);
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };
  return (
    <form class="stack" onSubmit={submit} noValidate>
      <div class="stack-tight">
        <Badge tone="warning" icon="warning">
          {t('sign_in.development')}
        </Badge>
        <p class="soft small">{t('sign_in.development_text')}</p>
      </div>
      {error !== null && <ErrorState error={error} />}
      <Field label={t('sign_in.user')} value={user} onInput={setUser} fault={fault} maxLength={128} required autoComplete="username" />
      <Switch checked={pro} onChange={setPro}>
        <span class="strong">{t('sign_in.pro')}</span>
        <br />
        <span class="soft small">{t('sign_in.pro_text')}</span>
      </Switch>
      <Button variant="primary" type="submit" wide busy={busy}>
        {t('sign_in.action')}
      </Button>
    </form>
  );
}

function Way({ signIn }: { signIn: ClientConfig['sign_in'] }) {
  if (signIn.method === 'development') return <DevelopmentForm />;
  if (signIn.method === 'oidc') return <OidcForm signIn={signIn} />;
  return <Banner tone="warning" title={t('sign_in.none')}>{t('sign_in.none_text')}</Banner>;
}

export default function SignInPage() {
  const config = useRemote(loadConfig, []);
  useEffect(() => {
    document.title = `${t('sign_in.action')} – ${t('app.name')}`;
  });
  return (
    <main id="main" class="door">
      <div class="door-inner">
        <div class="door-words">
          <div class="door-top">
            <span class="brand">
              <Mark size={40} />
              {t('app.name')}
            </span>
            <LanguageSelect bare />
          </div>
          <h1>{t('sign_in.title')}</h1>
          <p class="soft">{t('sign_in.lead')}</p>
        </div>
        {expired.value && (
          <Banner tone="warning" icon="lock" title={t('sign_in.again')} live />
        )}
        <Card>
          {config.data === undefined && config.error === null && <Skeleton lines={[40, 100, 100]} label={t('app.loading')} />}
          {config.error !== null && <ErrorState error={config.error} retry={config.reload} />}
          {config.data !== undefined && <Way signIn={config.data.sign_in} />}
        </Card>
      </div>
    </main>
  );
}
