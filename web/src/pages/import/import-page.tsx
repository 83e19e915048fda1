// Import history: how far back, what, what it would take, and the start.
import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { Button, LinkButton } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Page } from '../../components/page';
import { Banner, Card, EmptyState, Skeleton } from '../../components/surfaces';
import { ApiProblem, type Connection, type DataType } from '../../api/client';
import { t } from '../../i18n/i18n';
import { connectProvider, connections, findProvider, loadConnections, type Provider } from '../../state/connections';
import { isUnanswered } from '../../state/idempotency';
import { runningJobs } from '../../state/jobs';
import { loadPerson, person } from '../../state/person';
import { useRemote } from '../../state/remote';
import { EstimatePanel } from './estimate-panel';
import { RangeFields, TypeFields } from './fields';
import { daysOf, earliestOf, type Choice, type Days, type Fault } from './range';
import { startImport, unansweredStart } from './start';
import { Upsell } from './upsell';
import { useEstimate } from './use-estimate';
import './import.css';

function Running({ connection }: { connection: Connection }) {
  const job = runningJobs.value.find((one) => one.connection_id === connection.id && one.kind === 'historical');
  if (job === undefined) return null;
  return (
    <Banner
      tone="info"
      title={t('import.running.title', { provider: connection.title })}
      actions={<LinkButton href={`/jobs/${job.id}`}>{t('import.running.link')}</LinkButton>}
    >
      {t('import.running.text')}
    </Banner>
  );
}

interface StartProps {
  connection: Connection;
  days: Days | null;
  types: DataType[];
}

// The start button and what can become of pressing it.
function useStart({ connection, days, types }: StartProps) {
  const { route } = useLocation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [upsell, setUpsell] = useState(false);
  const [waiting, setWaiting] = useState(() => unansweredStart(connection.id));
  const send = async (wish: Parameters<typeof startImport>[0]) => {
    setBusy(true);
    setError(null);
    try {
      route(`/jobs/${await startImport(wish)}`);
    } catch (reason) {
      setBusy(false);
      setWaiting(unansweredStart(connection.id));
      if (reason instanceof ApiProblem && reason.code === 'upsell') {
        setUpsell(true);
        loadPerson().catch(() => {});
      } else if (!isUnanswered(reason) || unansweredStart(connection.id) === null) {
        setError(reason);
      }
    }
  };
  const start = () => {
    if (days !== null && types.length > 0) void send({ connection_id: connection.id, start: days.start, end: days.end, types });
  };
  const again = () => {
    if (waiting !== null) void send(waiting);
  };
  return { busy, error, upsell, waiting: waiting !== null, start, again };
}

function Start(props: StartProps) {
  const { connection, days, types } = props;
  const starting = useStart(props);
  const [leaving, setLeaving] = useState(false);
  if (person.value?.pro === false || starting.upsell) return <Upsell />;
  if (connection.status === 'needs_reauth') {
    const go = () => {
      setLeaving(true);
      connectProvider(connection.provider, `/connections/${connection.id}/import`).catch(() => setLeaving(false));
    };
    return (
      <Button variant="primary" wide busy={leaving} onClick={go}>
        {t('import.reauth', { provider: connection.title })}
      </Button>
    );
  }
  return (
    <div class="stack">
      {starting.waiting && !starting.busy && (
        <Banner
          tone="warning"
          title={t('import.unanswered.title')}
          live
          actions={
            <Button icon="retry" onClick={starting.again}>
              {t('action.try_again')}
            </Button>
          }
        >
          {t('import.unanswered.text')}
        </Banner>
      )}
      {starting.error !== null && <ErrorState error={starting.error} />}
      <Button variant="primary" icon="imports" wide busy={starting.busy} disabled={days === null || types.length === 0} onClick={starting.start}>
        {t(starting.busy ? 'import.starting' : 'import.start')}
      </Button>
      <p class="soft small">{t('import.estimate.background')}</p>
    </div>
  );
}

function Form({ connection, provider }: { connection: Connection; provider: Provider }) {
  const open = provider.types.map((offer) => offer.type).filter((type) => connection.types.includes(type));
  const [choice, setChoice] = useState<Choice>({ preset: 'year', first: '', last: '' });
  const [types, setTypes] = useState<DataType[]>(open);
  const chosen = daysOf(choice, new Date(), earliestOf(provider, types));
  const fault: Fault | null = typeof chosen === 'string' ? chosen : null;
  const days = typeof chosen === 'string' ? null : chosen;
  const estimating = useEstimate(connection.id, days, types);
  return (
    <div class="import">
      <div class="stack-loose">
        <Card>
          <RangeFields provider={provider} types={types} choice={choice} fault={fault} onChange={setChoice} />
        </Card>
        <Card>
          <TypeFields provider={provider} granted={connection.types} chosen={types} onChange={setTypes} />
        </Card>
      </div>
      <div class="import-side">
        <Card>
          <EstimatePanel estimating={estimating} days={days} provider={provider.title} />
          <hr class="divider" />
          <Start connection={connection} days={days} types={types} />
        </Card>
      </div>
    </div>
  );
}

export default function ImportPage({ id }: { id: string }) {
  const remote = useRemote(loadConnections, []);
  useEffect(() => {
    // Whether the person has Pro may have changed since the app was opened.
    loadPerson().catch(() => {});
  }, []);
  const connection = connections.value?.find((one) => one.id === id);
  const provider = connection && findProvider(connection.provider);
  const back = { href: '/', label: t('nav.home') };
  if (connection === undefined || provider === undefined) {
    const unknown = remote.data !== undefined && !remote.loading;
    return (
      <Page title={unknown ? t('import.unknown.title') : t('connection.import')} back={back}>
        {remote.error !== null && <ErrorState error={remote.error} retry={remote.reload} />}
        {unknown && (
          <EmptyState icon="link" title={t('import.unknown.title')} action={<LinkButton href="/">{t('action.home')}</LinkButton>}>
            {t('import.unknown.text')}
          </EmptyState>
        )}
        {!unknown && remote.error === null && (
          <Card>
            <Skeleton lines={[30, 90, 90, 60]} label={t('app.loading')} />
          </Card>
        )}
      </Page>
    );
  }
  return (
    <Page title={t('import.title', { provider: connection.title })} lead={t('import.lead')} back={back}>
      <Running connection={connection} />
      <Form key={connection.id} connection={connection} provider={provider} />
    </Page>
  );
}
