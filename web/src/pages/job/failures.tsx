// What failed, grouped by cause in plain words, and the one button that retries just that.
import { useMemo, useState } from 'preact/hooks';
import { api, ApiProblem, unwrap, type Connection, type Job } from '../../api/client';
import { announce } from '../../components/announce';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Section } from '../../components/page';
import { Badge, Card } from '../../components/surfaces';
import { formatDays } from '../../i18n/format';
import { t } from '../../i18n/i18n';
import { typeName } from '../../i18n/types';
import { refreshJob } from '../../state/jobs';
import { focusTitle } from './focus';
import { Refusal } from './refusal';
import { adviceFor, RetryKey, type Advice, type FailureGroup } from './retry';

const rangesShown = 4;

function Ranges({ ranges }: { ranges: FailureGroup['types'][number]['ranges'] }) {
  const rest = ranges.length - rangesShown;
  return (
    <>
      {ranges
        .slice(0, rangesShown)
        .map((range) => formatDays(range.start, range.end))
        .join('; ')}
      {rest > 0 && (
        <details class="inline-details">
          <summary>{t('failures.more', { count: rest })}</summary>
          {ranges
            .slice(rangesShown)
            .map((range) => formatDays(range.start, range.end))
            .join('; ')}
        </details>
      )}
    </>
  );
}

function Cause({ group, provider }: { group: FailureGroup; provider: string }) {
  return (
    <Card>
      <div class="row-between">
        <h3>{t(`failure.${group.kind}.title`, { provider })}</h3>
        <Badge tone="danger" icon="error">
          {t('failures.parts', { count: group.chunks })}
        </Badge>
      </div>
      <p>{t(`failure.${group.kind}.text`, { provider })}</p>
      <dl class="failed-types">
        {group.types.map((type) => (
          <div key={type.type}>
            <dt>{typeName(type.type)}</dt>
            <dd class="numbers">
              <Ranges ranges={type.ranges} />
            </dd>
          </div>
        ))}
      </dl>
      <details class="as-table">
        <summary>{t('failures.detail')}</summary>
        <p class="small soft">
          {group.message} {group.help}
        </p>
      </details>
    </Card>
  );
}

function useRetry(job: Job) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const key = useMemo(() => new RetryKey(localStorage, job.id, job.executions.length), [job.id, job.executions.length]);
  const retry = async () => {
    setBusy(true);
    setError(null);
    try {
      const header = { 'Idempotency-Key': key.get() };
      await unwrap(api.POST('/v1/historical-syncs/{id}/retry', { params: { path: { id: job.id }, header }, body: {} }));
      key.answered();
      announce(t('retry.started'));
      await refreshJob(job.id);
      focusTitle();
    } catch (reason) {
      // A refusal is an answer. Server errors are not: the retry may have begun all the same.
      if (reason instanceof ApiProblem && reason.problem.status < 500 && reason.problem.status !== 429) key.answered();
      setError(reason);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, retry };
}

async function goToProvider(job: Job): Promise<void> {
  const back = new URL(`/jobs/${job.id}`, location.href).href;
  const answer = await unwrap(api.POST('/v1/connections/{provider}/authorize', { params: { path: { provider: job.provider } }, body: { return_url: back } }));
  location.assign(answer.authorize_url);
}

function GrantButton({ job, provider, permission }: { job: Job; provider: string; permission: boolean }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const go = () => {
    setBusy(true);
    setError(null);
    goToProvider(job).catch((reason: unknown) => {
      setBusy(false);
      setError(reason);
    });
  };
  return (
    <>
      <Button variant="primary" icon="link" busy={busy} onClick={go}>
        {t(permission ? 'retry.permission' : 'retry.signIn', { provider })}
      </Button>
      {error !== null && <ErrorState error={error} />}
    </>
  );
}

function RetryPanel({ job, advice, provider }: { job: Job; advice: Advice; provider: string }) {
  const { busy, error, retry } = useRetry(job);
  const grant = advice.blocked === 'sign_in' || advice.blocked === 'permission';
  return (
    <div class="stack-tight">
      <div class="row">
        {grant && <GrantButton job={job} provider={provider} permission={advice.blocked === 'permission'} />}
        <Button variant={grant ? 'secondary' : 'primary'} icon="retry" busy={busy} disabled={!advice.allowed} describedBy="retry-note" onClick={() => void retry()}>
          {advice.parts === null ? t('retry.whole') : t('retry.action', { count: advice.parts })}
        </Button>
      </div>
      <p id="retry-note" class="small soft">
        {advice.blocked === null ? t('retry.only') : t(`retry.blocked.${advice.blocked}`, { provider })}
      </p>
      {error !== null && <Refusal error={error} />}
    </div>
  );
}

interface FailuresProps {
  job: Job;
  groups: readonly FailureGroup[];
  connection: Connection | null | undefined;
  provider: string;
}

export function Failures({ job, groups, connection, provider }: FailuresProps) {
  const advice = adviceFor(job, groups, connection);
  if (groups.length === 0 && advice === null) return null;
  return (
    <Section title={t(job.phase === 'ended' ? 'failures.title' : 'failures.titleSoFar')}>
      {advice && <RetryPanel job={job} advice={advice} provider={provider} />}
      <div class="columns columns-top">
        {groups.map((group) => (
          <Cause key={group.kind} group={group} provider={provider} />
        ))}
      </div>
    </Section>
  );
}
