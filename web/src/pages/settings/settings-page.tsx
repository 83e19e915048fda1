// What the person decides about the app: language, messages, and the end of it all.
import { useState } from 'preact/hooks';
import { Button } from '../../components/button';
import { Field } from '../../components/controls';
import { Dialog } from '../../components/dialog';
import { ErrorState } from '../../components/error-state';
import { LanguageSelect } from '../../components/language-select';
import { Page, Section } from '../../components/page';
import { Badge, Card } from '../../components/surfaces';
import { api } from '../../api/client';
import { t } from '../../i18n/i18n';
import { config } from '../../session/config';
import { session, signOut } from '../../session/session';
import { person } from '../../state/person';
import { PushSettings } from './push-settings';

function EraseDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const word = t('settings.erase_word');
  const sure = typed.trim().toLowerCase() === word;
  const erase = async (event: Event) => {
    event.preventDefault();
    if (!sure || busy) return;
    setBusy(true);
    setError(null);
    try {
      await api.DELETE('/v1/me', {});
      await signOut();
    } catch (reason) {
      setError(reason);
      setBusy(false);
    }
  };
  return (
    <Dialog open={open} title={t('settings.erase_title')} onClose={onClose}>
      <form class="stack" onSubmit={erase}>
        <p>{t('settings.erase_text')}</p>
        <p class="strong">{t('settings.erase_warning')}</p>
        <Field label={t('settings.erase_confirm', { word })} value={typed} onInput={setTyped} maxLength={40} />
        {error !== null && <ErrorState error={error} />}
        <div class="dialog-actions">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button variant="danger" type="submit" disabled={!sure} busy={busy}>
            {t(busy ? 'settings.erase_working' : 'settings.erase_action')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Account() {
  const pro = person.value?.pro;
  return (
    <Card>
      <div class="row-between">
        <p class="strong">{t('account.signed_in', { name: session.value?.name ?? '' })}</p>
        {pro !== undefined && <Badge tone={pro ? 'accent' : 'neutral'}>{t(pro ? 'account.pro' : 'account.free')}</Badge>}
      </div>
      {pro !== undefined && <p class="soft">{t(pro ? 'settings.plan_pro' : 'settings.plan_free')}</p>}
      <div class="row">
        <Button icon="leave" onClick={() => void signOut()}>
          {t('account.sign_out')}
        </Button>
      </div>
    </Card>
  );
}

export default function SettingsPage() {
  const [erasing, setErasing] = useState(false);
  return (
    <Page title={t('settings.title')} narrow>
      <Section title={t('settings.account')}>
        <Account />
      </Section>
      <Section title={t('settings.notifications')}>
        <PushSettings />
      </Section>
      <Section title={t('settings.language')}>
        <Card>
          <LanguageSelect />
        </Card>
      </Section>
      <Section title={t('settings.erase')}>
        <Card>
          <p class="soft">{t('settings.erase_text')}</p>
          <div class="row">
            <Button variant="danger" onClick={() => setErasing(true)}>
              {t('settings.erase_action')}
            </Button>
          </div>
        </Card>
      </Section>
      {config.value && <p class="soft small">{t('settings.version', { version: config.value.version })}</p>}
      <EraseDialog open={erasing} onClose={() => setErasing(false)} />
    </Page>
  );
}
