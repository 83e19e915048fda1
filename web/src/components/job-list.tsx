// Jobs as rows that lead to their pages.
import type { Job } from '../api/client';
import { formatDays, formatMoment, formatNumber, formatPercent } from '../i18n/format';
import { t, type MessageKey } from '../i18n/i18n';
import { providerTitle } from '../i18n/types';
import { isActive, shareDone } from '../state/jobs';
import { Icon, type IconName } from './icon';
import { Badge, type Tone } from './surfaces';

interface Look {
  tone: Tone;
  icon: IconName;
  text: MessageKey;
}

const outcomes: Record<NonNullable<Job['outcome']>, Look> = {
  complete: { tone: 'good', icon: 'check', text: 'state.complete' },
  complete_with_gaps: { tone: 'warning', icon: 'warning', text: 'state.gaps' },
  provider_limited: { tone: 'warning', icon: 'clock', text: 'state.limited' },
  needs_reauth: { tone: 'warning', icon: 'lock', text: 'state.reauth' },
  cancelled: { tone: 'neutral', icon: 'close', text: 'state.cancelled' },
};

function lookOf(job: Job): Look {
  if (job.status === 'FAILED') return { tone: 'danger', icon: 'error', text: 'state.failed' };
  if (job.outcome !== null && !isActive(job) && job.phase !== 'paused') return outcomes[job.outcome];
  if (job.phase === 'paused') return { tone: 'neutral', icon: 'pause', text: 'state.paused' };
  if (job.waiting) return { tone: 'warning', icon: 'clock', text: 'state.waiting' };
  return { tone: 'accent', icon: 'imports', text: 'state.running' };
}

export function JobBadge({ job }: { job: Job }) {
  const look = lookOf(job);
  const share = isActive(job) ? shareDone(job) : null;
  return (
    <Badge tone={look.tone} icon={look.icon}>
      {t(look.text)}
      {share !== null && <span class="numbers">{formatPercent(share)}</span>}
    </Badge>
  );
}

export function JobList({ jobs }: { jobs: readonly Job[] }) {
  return (
    <ul class="list">
      {jobs.map((job) => (
        <li key={job.id}>
          <a class="list-row job-row" href={`/jobs/${job.id}`}>
            <span class="grow">
              <span class="list-title">
                {providerTitle(job.provider)} · {t(job.kind === 'first_week' ? 'jobs.first_week' : 'jobs.historical')}
              </span>
              <br />
              <span class="soft small numbers">
                {formatDays(job.start, job.end)} · {t('progress.records', { count: job.progress.records, number: formatNumber(job.progress.records) })} ·{' '}
                {t('jobs.started', { time: formatMoment(job.created) })}
              </span>
            </span>
            <JobBadge job={job} />
            <Icon name="forward" size={16} />
          </a>
        </li>
      ))}
    </ul>
  );
}
