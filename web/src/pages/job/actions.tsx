// Pause, go on, stop.
import { useState } from 'preact/hooks';
import { api, unwrap, type Job } from '../../api/client';
import { announce } from '../../components/announce';
import { Button } from '../../components/button';
import { Dialog } from '../../components/dialog';
import { t } from '../../i18n/i18n';
import { refreshJob } from '../../state/jobs';
import { focusTitle } from './focus';
import { Refusal } from './refusal';
import { abilitiesOf, standingOf } from './status';

type Action = 'pause' | 'resume' | 'cancel';

async function ask(id: string, action: Action): Promise<void> {
  const params = { params: { path: { id } }, body: {} };
  if (action === 'pause') await unwrap(api.POST('/v1/historical-syncs/{id}/pause', params));
  else if (action === 'resume') await unwrap(api.POST('/v1/historical-syncs/{id}/resume', params));
  else await unwrap(api.POST('/v1/historical-syncs/{id}/cancel', params));
}

export function JobActions({ job, provider }: { job: Job; provider: string }) {
  const [busy, setBusy] = useState<Action | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [asking, setAsking] = useState(false);
  const abilities = abilitiesOf(job);
  const act = async (action: Action) => {
    setBusy(action);
    setError(null);
    try {
      await ask(job.id, action);
      announce(t(standingOf(await refreshJob(job.id)).title, { provider }));
      setAsking(false);
      focusTitle();
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(null);
      setAsking(false);
    }
  };
  if (!abilities.pause && !abilities.resume && !abilities.cancel && error === null) return null;
  return (
    <div class="stack-tight">
      <div class="row">
        {abilities.resume && (
          <Button variant="primary" icon="play" busy={busy === 'resume'} onClick={() => void act('resume')}>
            {t('job.resume')}
          </Button>
        )}
        {abilities.pause && (
          <Button icon="pause" busy={busy === 'pause'} onClick={() => void act('pause')}>
            {t('job.pause')}
          </Button>
        )}
        {abilities.cancel && (
          <Button variant="quiet" onClick={() => setAsking(true)}>
            {t('job.cancel')}
          </Button>
        )}
      </div>
      {error !== null && <Refusal error={error} />}
      <CancelDialog job={job} open={asking && abilities.cancel} busy={busy === 'cancel'} onClose={() => setAsking(false)} onCancel={() => void act('cancel')} />
    </div>
  );
}

interface CancelProps {
  job: Job;
  open: boolean;
  busy: boolean;
  onClose: () => void;
  onCancel: () => void;
}

function CancelDialog({ job, open, busy, onClose, onCancel }: CancelProps) {
  return (
    <Dialog
      open={open}
      title={t('job.cancel.title')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('job.cancel.keep')}</Button>
          <Button variant="danger" busy={busy} onClick={onCancel}>
            {t('job.cancel')}
          </Button>
        </>
      }
    >
      <p>{t('job.cancel.stays', { records: job.progress.records })}</p>
      <p class="soft">{t('job.cancel.final')}</p>
    </Dialog>
  );
}
