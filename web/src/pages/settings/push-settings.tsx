// Messages on devices: this one, the others, and which kinds.
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../components/button';
import { Switch } from '../../components/controls';
import { ErrorState } from '../../components/error-state';
import { Icon } from '../../components/icon';
import { Badge, Banner, Card, Skeleton } from '../../components/surfaces';
import { api, unwrap } from '../../api/client';
import { formatMoment } from '../../i18n/format';
import { t } from '../../i18n/i18n';
import { disablePush, enablePush, listDevices, lookAtPush, pushCodes, pushState, removeDevice, thisDevice, type PushCode } from '../../state/push';
import { useRemote } from '../../state/remote';

function ThisDevice({ onChanged }: { onChanged: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const act = (what: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    what()
      .then(onChanged, setError)
      .finally(() => setBusy(false));
  };
  const trouble = error === null ? null : <ErrorState error={error} />;
  switch (pushState.value) {
    case 'unknown':
      return <Skeleton lines={[60, 40]} label={t('app.loading')} />;
    case 'not_offered':
      return <p class="soft">{t('push.not_offered')}</p>;
    case 'unsupported':
      return <Banner title={t('push.unsupported')}>{t('push.unsupported_text')}</Banner>;
    case 'denied':
      return (
        <Banner tone="warning" icon="bell" title={t('push.denied')}>
          {t('push.denied_text')}
        </Banner>
      );
    case 'off':
      return (
        <div class="stack">
          <p class="soft">{t('push.off_text')}</p>
          {trouble}
          <div class="row">
            <Button variant="primary" icon="bell" busy={busy} onClick={() => act(enablePush)}>
              {t('push.enable')}
            </Button>
          </div>
        </div>
      );
    case 'on':
      return (
        <div class="stack">
          <p>{t('push.on')}</p>
          {trouble}
          <div class="row">
            <Button busy={busy} onClick={() => act(disablePush)}>
              {t('push.disable')}
            </Button>
          </div>
        </div>
      );
  }
}

function Devices({ round, onChanged }: { round: number; onChanged: () => void }) {
  const devices = useRemote(listDevices, [round]);
  const [removing, setRemoving] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const remove = (id: string) => {
    setRemoving(id);
    setError(null);
    removeDevice(id)
      .then(onChanged, setError)
      .finally(() => setRemoving(null));
  };
  if (devices.error !== null) return <ErrorState error={devices.error} retry={devices.reload} live={false} />;
  if (devices.data === undefined) return <Skeleton lines={[70]} label={t('app.loading')} />;
  if (devices.data.length === 0) return <p class="soft">{t('push.no_devices')}</p>;
  return (
    <>
      {error !== null && <ErrorState error={error} />}
      <ul class="list">
        {devices.data.map((device) => {
          const label = device.label ?? t('push.device.unknown');
          return (
            <li key={device.id} class="list-row">
              <Icon name="device" />
              <span class="grow">
                <span class="list-title">{label}</span>{' '}
                {device.id === thisDevice.value && <Badge tone="accent">{t('push.this_device')}</Badge>}
                <br />
                <span class="soft small numbers">{t('push.added', { time: formatMoment(device.created) })}</span>
              </span>
              <Button variant="quiet" label={t('push.remove_label', { device: label })} busy={removing === device.id} onClick={() => remove(device.id)}>
                {t('push.remove')}
              </Button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

type Kinds = Record<PushCode, boolean>;

async function loadKinds(signal?: AbortSignal): Promise<Kinds> {
  return (await unwrap(api.GET('/v1/notification-settings', { signal }))).push;
}

function KindSwitches() {
  const remote = useRemote(loadKinds, []);
  const [changed, setChanged] = useState<Kinds | null>(null);
  const [error, setError] = useState<unknown>(null);
  const kinds = changed ?? remote.data;
  if (remote.error !== null) return <ErrorState error={remote.error} retry={remote.reload} live={false} />;
  if (kinds === undefined) return <Skeleton lines={[80, 80, 80]} label={t('app.loading')} />;
  const set = (code: PushCode, on: boolean) => {
    const next = { ...kinds, [code]: on };
    setChanged(next);
    setError(null);
    api.PUT('/v1/notification-settings', { body: { push: next } }).catch((reason: unknown) => {
      // As it was: a switch shows what the service does.
      setChanged(kinds);
      setError(reason);
    });
  };
  return (
    <>
      {error !== null && <ErrorState error={error} />}
      <div>
        {pushCodes.map((code) => (
          <Switch key={code} checked={kinds[code]} onChange={(on) => set(code, on)}>
            {t(`push.kind.${code}`)}
          </Switch>
        ))}
      </div>
      <p class="soft small">{t('push.kinds_text')}</p>
    </>
  );
}

export function PushSettings() {
  const [round, setRound] = useState(0);
  const [error, setError] = useState<unknown>(null);
  const changed = () => setRound((before) => before + 1);
  const look = () => {
    setError(null);
    lookAtPush().catch(setError);
  };
  useEffect(look, []);
  if (error !== null) return <ErrorState error={error} retry={look} />;
  return (
    <div class="stack">
      <Card>
        <h3>{t('push.title')}</h3>
        <ThisDevice onChanged={changed} />
      </Card>
      {pushState.value !== 'not_offered' && (
        <>
          <Card>
            <h3>{t('push.devices')}</h3>
            <Devices round={round} onChanged={changed} />
          </Card>
          <Card>
            <h3>{t('push.kinds')}</h3>
            <KindSwitches />
          </Card>
        </>
      )}
    </div>
  );
}
