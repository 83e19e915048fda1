// The person's own corner: who is signed in, the language, settings, the way out.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon } from '../components/icon';
import { Badge } from '../components/surfaces';
import { LanguageSelect } from '../components/language-select';
import { t } from '../i18n/i18n';
import { session, signOut } from '../session/session';
import { person } from '../state/person';

export function AccountMenu() {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    const escape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      button.current?.focus();
    };
    addEventListener('pointerdown', outside);
    addEventListener('focusin', outside);
    addEventListener('keydown', escape);
    return () => {
      removeEventListener('pointerdown', outside);
      removeEventListener('focusin', outside);
      removeEventListener('keydown', escape);
    };
  }, [open]);
  const name = session.value?.name ?? '';
  return (
    <div class="account" ref={box}>
      <button ref={button} type="button" class="button button-icon" aria-label={t('account.menu')} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
        <Icon name="person" />
      </button>
      <div id={id} class="account-panel" hidden={!open}>
        <div class="row-between">
          <p class="strong account-name">{t('account.signed_in', { name })}</p>
          {person.value && <Badge tone={person.value.pro ? 'accent' : 'neutral'}>{person.value.pro ? t('account.pro') : t('account.free')}</Badge>}
        </div>
        <LanguageSelect />
        <hr class="divider" />
        <a class="account-item" href="/settings" onClick={() => setOpen(false)}>
          <Icon name="settings" size={18} />
          {t('nav.settings')}
        </a>
        <button type="button" class="account-item" onClick={() => void signOut()}>
          <Icon name="leave" size={18} />
          {t('account.sign_out')}
        </button>
      </div>
    </div>
  );
}
