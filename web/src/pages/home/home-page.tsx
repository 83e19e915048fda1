// The overview: connected services, the first week filling in, what else can be connected, the newest imports.
import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { announce } from '../../components/announce';
import { ErrorState } from '../../components/error-state';
import { Page, Section } from '../../components/page';
import { Banner, Card, Skeleton } from '../../components/surfaces';
import { JobList } from '../../components/job-list';
import { t, type MessageKey } from '../../i18n/i18n';
import { connections, findProvider, loadConnections, providers } from '../../state/connections';
import { jobs, jobsFailed, jobsLoaded } from '../../state/jobs';
import { useRemote } from '../../state/remote';
import { ConnectionCard } from './connection-card';
import { FirstWeek } from './first-week';
import { Offers } from './offers';
import './home.css';

const failures: Record<string, MessageKey> = {
  'connection-denied': 'connect_failed.denied',
  'unknown-state': 'connect_failed.state',
  'provider-refused': 'connect_failed.refused',
  'provider-unreachable': 'connect_failed.unreachable',
};

// What the provider's page sent the browser back with. It is read once: a reload is no second arrival.
function useArrival(): { connection: string | null; error: string | null; close: () => void } {
  const { query, path, route } = useLocation();
  const [arrival, setArrival] = useState({ connection: query['connection'] ?? null, error: query['error'] ?? null });
  useEffect(() => {
    if (query['connection'] === undefined && query['error'] === undefined) return;
    setArrival({ connection: query['connection'] ?? null, error: query['error'] ?? null });
    route(path, true);
  }, [query['connection'], query['error']]);
  return { ...arrival, close: () => setArrival({ connection: null, error: null }) };
}

function Arrival({ connection, error }: { connection: string | null; error: string | null }) {
  const mine = connections.value?.find((one) => one.id === connection);
  if (error !== null) {
    return (
      <Banner tone="warning" title={t('connect_failed.title')} live>
        {t(failures[error] ?? 'connect_failed.other')}
      </Banner>
    );
  }
  if (mine === undefined) return null;
  return (
    <Banner tone="good" title={t('connected.title', { provider: mine.title })} live>
      {t('connected.text')}
    </Banner>
  );
}

function Connections({ arrived }: { arrived: string | null }) {
  const list = connections.value;
  const remote = useRemote(loadConnections, []);
  const [gone, setGone] = useState<string | null>(null);
  const left = (provider: string) => {
    setGone(provider);
    announce(t('disconnect.done', { provider }));
  };
  // The first week stands above the cards, so they wait for the jobs rather than make way afterwards.
  if (list === null || (!jobsLoaded.value && !jobsFailed.value)) {
    if (list === null && remote.error !== null) return <ErrorState error={remote.error} retry={remote.reload} />;
    return (
      <div class="columns">
        <Card>
          <Skeleton lines={[40, 90, 70, 30]} label={t('app.loading')} />
        </Card>
        <Card>
          <Skeleton lines={[40, 90, 70, 30]} />
        </Card>
      </div>
    );
  }
  return (
    <>
      {gone !== null && <Banner tone="good" title={t('disconnect.done', { provider: gone })} />}
      {list.map((connection) => (
        <FirstWeek key={connection.id} connection={connection} arrived={arrived === connection.id} />
      ))}
      {list.length > 0 && (
        <Section title={t('home.connections')}>
          <div class="columns">
            {list.map((connection) => (
              <ConnectionCard key={connection.id} connection={connection} provider={findProvider(connection.provider)} onGone={left} />
            ))}
          </div>
        </Section>
      )}
      <Offers providers={providers.value ?? []} connections={list} />
    </>
  );
}

export default function HomePage() {
  const arrival = useArrival();
  const newest = jobs.value.slice(0, 4);
  return (
    <Page title={t('home.title')} lead={t('home.lead')}>
      <Arrival connection={arrival.connection} error={arrival.error} />
      <Connections arrived={arrival.connection} />
      {jobsLoaded.value && connections.value !== null && newest.length > 0 && (
        <Section title={t('home.recent')} actions={<a href="/jobs">{t('home.all_jobs')}</a>}>
          <Card>
            <JobList jobs={newest} />
          </Card>
        </Section>
      )}
    </Page>
  );
}
