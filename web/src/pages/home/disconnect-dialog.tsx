// Disconnecting, with what it means for the data spelled out before the choice.
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../components/button';
import { Choice } from '../../components/controls';
import { Dialog } from '../../components/dialog';
import { ErrorState } from '../../components/error-state';
import type { Connection } from '../../api/client';
import { t } from '../../i18n/i18n';
import { disconnect } from '../../state/connections';
import { loadJobs } from '../../state/job-feed';
import { forgetJobs } from '../../state/jobs';

interface Props {
  connection: Connection;
  open: boolean;
  onClose: () => void;
  onGone: (title: string) => void;
}

export function DisconnectDialog({ connection, open, onClose, onGone }: Props) {
  const [data, setData] = useState<'keep' | 'delete'>('keep');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const provider = connection.title;
  useEffect(() => {
    setData('keep');
    setError(null);
  }, [open]);
  const go = async () => {
    setBusy(true);
    setError(null);
    try {
      await disconnect(connection.id, data);
      onClose();
      onGone(provider);
      // Its jobs have stopped, or are gone.
      if (data === 'delete') forgetJobs();
      loadJobs().catch(() => {});
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };
  const actions = (
    <>
      <Button onClick={onClose}>{t('action.cancel')}</Button>
      <Button variant="danger" busy={busy} onClick={go}>
        {t(data === 'delete' ? 'disconnect.action_delete' : 'disconnect.action_keep')}
      </Button>
    </>
  );
  return (
    <Dialog open={open} title={t('disconnect.title', { provider })} onClose={onClose} actions={actions}>
      <p>{t('disconnect.text')}</p>
      <fieldset class="stack-tight">
        <legend class="strong">{t('disconnect.question')}</legend>
        <Choice type="radio" name={`data-${connection.id}`} boxed checked={data === 'keep'} onChange={() => setData('keep')}>
          <span class="strong">{t('disconnect.keep')}</span>
          <br />
          <span class="soft small">{t('disconnect.keep_text')}</span>
        </Choice>
        <Choice type="radio" name={`data-${connection.id}`} boxed checked={data === 'delete'} onChange={() => setData('delete')}>
          <span class="strong">{t('disconnect.delete')}</span>
          <br />
          <span class="soft small">{t('disconnect.delete_text', { provider })}</span>
        </Choice>
      </fieldset>
      {error !== null && <ErrorState error={error} />}
    </Dialog>
  );
}
