// The running imports, on every screen: in a corner, out of the way, and folded away by whoever does not want to look.
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { Icon } from '../components/icon';
import { ProgressBar } from '../components/surfaces';
import type { Job } from '../api/client';
import { formatMoment, formatNumber, formatPercent, formatSpan } from '../i18n/format';
import { t } from '../i18n/i18n';
import { providerTitle } from '../i18n/types';
import { runningJobs, shareDone } from '../state/jobs';

const foldedKey = 'coldpath.progress.folded';

function headline(job: Job): string {
  return t(job.kind === 'first_week' ? 'progress.first_week' : 'progress.historical', { provider: providerTitle(job.provider) });
}

// What the job is doing, in a few words; empty while it simply fetches and nobody knows how long.
export function stateWords(job: Job): string {
  switch (job.phase) {
    case 'pending':
      return t('progress.pending');
    case 'planning':
      return t('progress.planning');
    case 'finishing':
      return t('progress.finishing');
    case 'pausing':
      return t('progress.pausing');
    case 'paused':
      return t('progress.paused');
    case 'cancelling':
      return t('progress.cancelling');
    default:
      if (job.waiting) return t('progress.waiting', { provider: providerTitle(job.provider), time: formatMoment(job.waiting.until) });
      return job.remaining ? t('progress.left', { span: formatSpan(job.remaining.seconds) }) : '';
  }
}

export function recordsWords(job: Job): string {
  return t('progress.records', { count: job.progress.records, number: formatNumber(job.progress.records) });
}

function DockJob({ job }: { job: Job }) {
  const share = shareDone(job);
  const words = [recordsWords(job), stateWords(job)].filter((part) => part !== '').join(' · ');
  return (
    <li>
      <a class="dock-job" href={`/jobs/${job.id}`} aria-label={`${t('progress.open', { provider: providerTitle(job.provider) })}. ${words}`}>
        <span class="row-between">
          <span class="strong">{headline(job)}</span>
          {share !== null && <span class="numbers strong">{formatPercent(share)}</span>}
        </span>
        <ProgressBar share={share} label={headline(job)} look={job.waiting ? 'waiting' : 'running'} />
        <span class="soft small numbers">{words}</span>
      </a>
    </li>
  );
}

export function ProgressDock() {
  const { path } = useLocation();
  const [folded, setFolded] = useState(localStorage.getItem(foldedKey) === '1');
  // The job's own page says all this at length.
  const running = runningJobs.value.filter((job) => !path.startsWith(`/jobs/${job.id}`));
  if (running.length === 0) return null;
  const fold = () => {
    setFolded(!folded);
    localStorage.setItem(foldedKey, folded ? '0' : '1');
  };
  return (
    <aside class="dock" aria-label={t('progress.label')}>
      <button type="button" class="dock-head" aria-expanded={!folded} aria-label={folded ? t('progress.show') : t('progress.hide')} onClick={fold}>
        <span class="dock-pulse" aria-hidden="true" />
        <span class="grow">{t('progress.count', { count: running.length })}</span>
        <Icon name={folded ? 'up' : 'down'} size={18} />
      </button>
      {!folded && (
        <ul class="dock-jobs">
          {running.map((job) => (
            <DockJob key={job.id} job={job} />
          ))}
        </ul>
      )}
    </aside>
  );
}
