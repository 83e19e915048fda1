// How a job stands, in the words of its messages, and what can be done with it. Pure.
import type { Job } from '../../api/client';
import type { IconName } from '../../components/icon';
import type { Tone } from '../../components/surfaces';
import type { MessageKey } from '../../i18n/i18n';

export interface Standing {
  title: MessageKey;
  text: MessageKey;
  tone: Tone;
  icon: IconName;
}

type Phase = Exclude<Job['phase'], 'ended'>;

const phases: Record<Phase, Pick<Standing, 'tone' | 'icon'>> = {
  pending: { tone: 'neutral', icon: 'clock' },
  planning: { tone: 'accent', icon: 'imports' },
  fetching: { tone: 'accent', icon: 'imports' },
  waiting_for_quota: { tone: 'warning', icon: 'clock' },
  finishing: { tone: 'accent', icon: 'imports' },
  pausing: { tone: 'neutral', icon: 'pause' },
  paused: { tone: 'neutral', icon: 'pause' },
  cancelling: { tone: 'neutral', icon: 'close' },
};

function outcomeStanding(job: Job): Standing {
  const look = (name: string, tone: Tone, icon: IconName): Standing => ({
    title: `outcome.${name}` as MessageKey,
    text: `outcome.${name}.text` as MessageKey,
    tone,
    icon,
  });
  if (job.status === 'FAILED') return look('failed', 'danger', 'error');
  switch (job.outcome) {
    case 'complete_with_gaps':
      return look('complete_with_gaps', 'warning', 'warning');
    case 'provider_limited':
      return look('provider_limited', 'warning', 'clock');
    case 'needs_reauth':
      return look('needs_reauth', 'warning', 'lock');
    case 'cancelled': {
      const reason = job.stop_reason === 'none' ? 'user' : job.stop_reason;
      return look(`cancelled.${reason}`, reason === 'user' ? 'neutral' : 'warning', reason === 'downgrade' ? 'lock' : 'close');
    }
    default: {
      const standing = look('complete', 'good', 'check');
      return job.kind === 'first_week' ? { ...standing, title: 'outcome.complete.week' } : standing;
    }
  }
}

export function standingOf(job: Job): Standing {
  if (job.phase === 'ended') return outcomeStanding(job);
  return { title: `job.phase.${job.phase}`, text: `job.phase.${job.phase}.text`, ...phases[job.phase] };
}

export interface Abilities {
  pause: boolean;
  resume: boolean;
  cancel: boolean;
}

export function abilitiesOf(job: Job): Abilities {
  const running = ['pending', 'planning', 'fetching', 'waiting_for_quota', 'finishing'].includes(job.phase);
  return {
    pause: running && job.phase !== 'finishing',
    resume: job.phase === 'paused',
    cancel: (running && job.phase !== 'finishing') || job.phase === 'paused' || job.phase === 'pausing',
  };
}

// Seconds between the start and the end, or now.
export function durationOf(job: Job, now: number): number | null {
  if (job.started === null) return null;
  const end = job.ended === null ? now : Date.parse(job.ended);
  return Math.max(0, (end - Date.parse(job.started)) / 1000);
}
