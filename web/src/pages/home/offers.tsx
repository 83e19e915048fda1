// Services that can still be connected: what each gives, and under which limits.
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Section } from '../../components/page';
import { EmptyState } from '../../components/surfaces';
import type { Connection } from '../../api/client';
import { formatDay } from '../../i18n/format';
import { t } from '../../i18n/i18n';
import { limitWords } from '../../i18n/limits';
import { typeList } from '../../i18n/types';
import type { Provider } from '../../state/connections';
import { TypeChips, useConnect } from './connection-card';

function historyWords(provider: Provider): string {
  const limited = provider.types.filter((type) => type.earliest !== null);
  const latest = limited.map((type) => type.earliest ?? '').sort().at(-1);
  if (latest === undefined) return t('connection.keeps_all');
  return t('connection.keeps_since', { types: typeList(limited.map((type) => type.type)), day: formatDay(latest) });
}

function Offer({ provider, first }: { provider: Provider; first: boolean }) {
  const connect = useConnect(provider.id);
  return (
    <article class="card offer" aria-label={provider.title}>
      <h3 class="connection-title">{provider.title}</h3>
      <div class="stack-tight">
        <p class="soft small">{t('connection.gives')}</p>
        <TypeChips types={provider.types.map((type) => type.type)} />
        <p class="small">{historyWords(provider)}</p>
      </div>
      {provider.limits.length > 0 && (
        <details>
          <summary class="small">{t('connection.limits')}</summary>
          <ul class="stack-tight offer-limits">
            {provider.limits.map((limit, index) => (
              <li key={index} class="soft small">
                {limitWords(limit)}
              </li>
            ))}
          </ul>
        </details>
      )}
      {connect.error !== null && <ErrorState error={connect.error} />}
      <div class="row connection-actions">
        <Button variant={first ? 'primary' : 'secondary'} icon="link" busy={connect.busy} label={t('connection.connect_label', { provider: provider.title })} onClick={connect.go}>
          {t('connection.connect')}
        </Button>
      </div>
    </article>
  );
}

export function Offers({ providers, connections }: { providers: Provider[]; connections: Connection[] }) {
  const open = providers.filter((provider) => !connections.some((connection) => connection.provider === provider.id));
  const first = connections.length === 0;
  if (providers.length === 0) return <EmptyState icon="link" title={t('home.connect_first')}>{t('home.no_providers')}</EmptyState>;
  if (open.length === 0) return null;
  return (
    <Section title={first ? t('home.connect_first') : t('home.connect_more')}>
      {first && <p class="soft home-explain">{t('home.connect_first_text')}</p>}
      <div class="columns">
        {open.map((provider) => (
          <Offer key={provider.id} provider={provider} first={first} />
        ))}
      </div>
    </Section>
  );
}
