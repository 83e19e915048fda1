// The right moment to offer a message at the end: an import is running, and the person has just seen how long it takes. Asked once.
import { useEffect, useState } from 'preact/hooks';
import { announce } from '../components/announce';
import { Button } from '../components/button';
import { Banner } from '../components/surfaces';
import { t } from '../i18n/i18n';
import { runningJobs } from '../state/jobs';
import { enablePush, lookAtPush, pushState } from '../state/push';

const answeredKey = 'coldpath.push.offered';

export function PushOffer() {
  const [answered, setAnswered] = useState(localStorage.getItem(answeredKey) !== null);
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  useEffect(() => {
    // Without knowing how things stand there is no offer.
    if (!answered) lookAtPush().catch(() => {});
  }, [answered]);
  if (done) {
    return (
      <div class="banners">
        <Banner tone="good" title={t('push.offer.done')} live />
      </div>
    );
  }
  const long = runningJobs.value.some((job) => job.kind === 'historical');
  if (answered || pushState.value !== 'off' || !long) return null;
  const answer = () => {
    localStorage.setItem(answeredKey, '1');
    setAnswered(true);
  };
  const accept = async () => {
    setBusy(true);
    try {
      if ((await enablePush()) === 'on') {
        setDone(true);
        announce(t('push.offer.done'));
      }
      answer();
    } catch {
      // The settings say what is wrong; here it would stand in the way.
      answer();
    }
  };
  return (
    <div class="banners">
      <Banner
        icon="bell"
        title={t('push.offer.title')}
        actions={
          <>
            <Button variant="primary" busy={busy} onClick={accept}>
              {t('push.offer.action')}
            </Button>
            <Button variant="quiet" onClick={answer}>
              {t('action.not_now')}
            </Button>
          </>
        }
      >
        {t('push.offer.text')}
      </Banner>
    </div>
  );
}
