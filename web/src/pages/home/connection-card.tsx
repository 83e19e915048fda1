// One connected service: how it stands, what is shared, and what can be done with it.
import { useState } from 'preact/hooks';
import { Button, LinkButton } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Badge, Banner } from '../../components/surfaces';
import type { Connection, DataType } from '../../api/client';
import { formatDay } from '../../i18n/format';
import { t } from '../../i18n/i18n';
import { typeName } from '../../i18n/types';
import { connectProvider, missingTypes, type Provider } from '../../state/connections';
import { runningJobs } from '../../state/jobs';
import { DisconnectDialog } from './disconnect-dialog';

export function TypeChips({ types, off = false }: { types: readonly DataType[]; off?: boolean }) {
  return (
    <ul class="chips">
      {types.map((type) => (
        <li key={type} class={off ? 'chip chip-off' : 'chip'}>
          {typeName(type)}
        </li>
      ))}
    </ul>
  );
}

// Leaves for the provider's page; stays busy, since the page is about to go.
export function useConnect(provider: string) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const go = () => {
    setBusy(true);
    setError(null);
    connectProvider(provider).catch((reason: unknown) => {
      setError(reason);
      setBusy(false);
    });
  };
  return { busy, error, go };
}

interface Props {
  connection: Connection;
  provider: Provider | undefined;
  onGone: (title: string) => void;
}

export function ConnectionCard({ connection, provider, onGone }: Props) {
  const [leaving, setLeaving] = useState(false);
  const connect = useConnect(connection.provider);
  const title = connection.title;
  const lapsed = connection.status === 'needs_reauth';
  const missing = missingTypes(connection, provider);
  const running = runningJobs.value.find((job) => job.connection_id === connection.id && job.kind === 'historical');
  return (
    <article class="card connection" aria-label={title}>
      <div class="row-between">
        <h3 class="connection-title">{title}</h3>
        <Badge tone={lapsed ? 'warning' : 'good'} icon={lapsed ? 'warning' : 'check'}>
          {lapsed ? t('connection.needs_reauth') : t('connection.active')}
        </Badge>
      </div>
      {lapsed && (
        <Banner
          tone="warning"
          title={t('connection.reauth_title', { provider: title })}
          actions={
            <Button variant="primary" busy={connect.busy} onClick={connect.go}>
              {t('connection.reauth_action', { provider: title })}
            </Button>
          }
        >
          {t('connection.reauth_text')}
        </Banner>
      )}
      {connect.error !== null && <ErrorState error={connect.error} />}
      <div class="stack-tight">
        <p class="soft small">
          {t('connection.brings')} {t('connection.since', { day: formatDay(connection.created.slice(0, 10)) })}
        </p>
        <TypeChips types={connection.types} />
      </div>
      {missing.length > 0 && !lapsed && (
        <div class="stack-tight">
          <p class="soft small">{t('connection.missing')}</p>
          <TypeChips types={missing} off />
          <p class="soft small">{t('connection.missing_text', { provider: title })}</p>
          <Button variant="quiet" busy={connect.busy} onClick={connect.go}>
            {t('connection.allow_more')}
          </Button>
        </div>
      )}
      <div class="row connection-actions">
        {running ? (
          <LinkButton variant="primary" icon="forward" href={`/jobs/${running.id}`}>
            {t('connection.follow')}
          </LinkButton>
        ) : (
          <LinkButton variant={lapsed ? 'secondary' : 'primary'} icon="imports" href={`/connections/${connection.id}/import`} label={t('connection.import_label', { provider: title })}>
            {t('connection.import')}
          </LinkButton>
        )}
        <Button variant="quiet" label={t('connection.disconnect_label', { provider: title })} onClick={() => setLeaving(true)}>
          {t('connection.disconnect')}
        </Button>
      </div>
      <DisconnectDialog connection={connection} open={leaving} onClose={() => setLeaving(false)} onGone={onGone} />
    </article>
  );
}
