// How the import stands: in words, as a bar, in figures.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Job } from '../../api/client';
import { LinkButton } from '../../components/button';
import { Icon } from '../../components/icon';
import { Card, ProgressBar } from '../../components/surfaces';
import { formatMoment, formatNumber, formatPercent, formatSpan } from '../../i18n/format';
import { t } from '../../i18n/i18n';
import { shareDone } from '../../state/jobs';
import { JobActions } from './actions';
import { durationOf, standingOf } from './status';

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function TimeLeft({ job }: { job: Job }) {
  const left = job.remaining;
  if (left === null) return null;
  if (left.seconds_high < 60) return <Fact name={t('job.fact.left')}>{t('job.fact.leftSoon')}</Fact>;
  const span = formatSpan(left.seconds);
  const [low, high] = [formatSpan(left.seconds_low), formatSpan(left.seconds_high)];
  return <Fact name={t('job.fact.left')}>{low === high ? span : t('job.fact.leftRange', { span, low, high })}</Fact>;
}

// The time of day moves on while the page is open.
function useNow(everyMs: number, on: boolean): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [on, everyMs]);
  return now;
}

// Against the plan. Pages and repetitions may make it more than was planned.
function calls(job: Job): string {
  const values = { calls: formatNumber(job.progress.provider_calls), planned: formatNumber(job.planned_calls) };
  if (job.planned_calls === 0) return values.calls;
  return t(job.progress.provider_calls <= job.planned_calls ? 'job.fact.callsOf' : 'job.fact.callsOver', values);
}

function Facts({ job, provider }: { job: Job; provider: string }) {
  const { progress } = job;
  const now = useNow(5_000, job.phase !== 'ended' && job.phase !== 'paused');
  const took = durationOf(job, now);
  return (
    <dl class="facts">
      <TimeLeft job={job} />
      <Fact name={t('job.fact.records')}>{formatNumber(progress.records)}</Fact>
      {progress.chunks_total > 0 && (
        <Fact name={t('job.fact.parts')}>
          {t('job.fact.partsOf', { done: formatNumber(progress.chunks_done), total: formatNumber(progress.chunks_total) })}
        </Fact>
      )}
      <Fact name={t('job.fact.calls', { provider })}>
        {calls(job)}
      </Fact>
      {job.started !== null && <Fact name={t('job.fact.started')}>{formatMoment(job.started)}</Fact>}
      {job.ended !== null && <Fact name={t('job.fact.ended')}>{formatMoment(job.ended)}</Fact>}
      {job.phase === 'ended' && took !== null && <Fact name={t('job.fact.took')}>{formatSpan(took)}</Fact>}
    </dl>
  );
}

// A retry begins with everything counted as done that the last execution had tried: that is not the end yet.
function shareOf(job: Job): number | null {
  const share = shareDone(job);
  return share === null || job.phase === 'ended' ? share : Math.min(share, 0.99);
}

export function Overview({ job, provider, connected }: { job: Job; provider: string; connected: boolean }) {
  const standing = standingOf(job);
  const share = shareOf(job);
  const look = job.phase === 'waiting_for_quota' ? 'waiting' : job.phase === 'paused' ? 'paused' : 'running';
  return (
    <Card label={t('job.status')}>
      <div class={`standing standing-${standing.tone}`}>
        <span class="standing-icon">
          <Icon name={standing.icon} size={24} />
        </span>
        <div class="grow">
          <h2>{t(standing.title, { provider })}</h2>
          <p class="soft">
            {t(standing.text, { provider })}
            {job.waiting !== null && ` ${t('job.waitsUntil', { time: formatMoment(job.waiting.until) })}`}
          </p>
          {job.failure !== null && <p class="small soft">{job.failure}</p>}
        </div>
        {share !== null && job.phase !== 'ended' && <span class="percent numbers">{formatPercent(share)}</span>}
      </div>
      {job.phase !== 'ended' && <ProgressBar share={share} label={t('job.progress')} look={look} />}
      <Facts job={job} provider={provider} />
      <JobActions job={job} provider={provider} />
      {job.outcome === 'cancelled' && connected && (
        <div>
          <LinkButton href={`/connections/${job.connection_id}/import`} icon="imports">
            {t('outcome.newImport')}
          </LinkButton>
        </div>
      )}
      <Milestones job={job} provider={provider} />
    </Card>
  );
}

// Those who listen hear each change of state and every tenth of the way, not each of thousands of parts.
function Milestones({ job, provider }: { job: Job; provider: string }) {
  const share = shareOf(job);
  const tenth = share === null ? 0 : Math.floor(share * 10) / 10;
  const state = t(standingOf(job).title, { provider });
  return (
    <p class="heard" role="status">
      {job.phase === 'ended' ? state : t('job.announce', { state, percent: formatPercent(tenth) })}
    </p>
  );
}
