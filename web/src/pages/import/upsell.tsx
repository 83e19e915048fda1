// For those without Pro, in place of the start button: what Pro gives, and where it is to be had.
import { LinkButton } from '../../components/button';
import { Icon } from '../../components/icon';
import { t, type MessageKey } from '../../i18n/i18n';
import { config } from '../../session/config';

const gives: MessageKey[] = ['upsell.history', 'upsell.estimate', 'upsell.retry', 'upsell.export'];

// Only an address of the web: the installation's owner writes it, but a slip must not become a script.
function webAddress(text: string | null | undefined): string | null {
  return text && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text : null;
}

export function Upsell() {
  const address = webAddress(config.value?.entitlements_url);
  return (
    <div class="stack upsell">
      <h2>{t('upsell.title')}</h2>
      <p class="soft">{t('upsell.text')}</p>
      <ul class="stack-tight">
        {gives.map((key) => (
          <li key={key} class="notice">
            <Icon name="check" size={18} />
            <span>{t(key)}</span>
          </li>
        ))}
      </ul>
      {address === null ? (
        <p class="soft small">{t('upsell.nowhere')}</p>
      ) : (
        <LinkButton variant="primary" wide href={address}>
          {t('upsell.action')}
        </LinkButton>
      )}
    </div>
  );
}
