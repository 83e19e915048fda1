// What concerns the whole app: no network, a new version.
import { useEffect, useState } from 'preact/hooks';
import { asOf, reachable } from '../api/offline';
import { Button } from '../components/button';
import { Banner } from '../components/surfaces';
import { formatMoment } from '../i18n/format';
import { t } from '../i18n/i18n';
import { updateReady, useUpdate } from '../state/installation';

function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    return () => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    };
  }, []);
  return online;
}

export function Banners() {
  const online = useOnline();
  const away = !online || !reachable.value;
  if (!away && !updateReady.value) return null;
  const since = asOf.value === null ? '' : `${t('offline.as_of', { time: formatMoment(new Date(asOf.value).toISOString()) })} `;
  return (
    <div class="banners">
      {away && (
        <Banner tone="warning" icon="offline" title={online ? t('error.unreachable.title') : t('offline.title')} live>
          {since}
          {t('offline.text')}
        </Banner>
      )}
      {updateReady.value && (
        <Banner title={t('update.title')} live actions={<Button onClick={useUpdate}>{t('update.action')}</Button>} />
      )}
    </div>
  );
}
