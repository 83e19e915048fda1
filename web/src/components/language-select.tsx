import { useId } from 'preact/hooks';
import { keepWords } from '../state/push';
import { chooseLanguage, language, languages, t, type Language } from '../i18n/i18n';

async function choose(wanted: Language): Promise<void> {
  await chooseLanguage(wanted);
  await keepWords();
}

// Each language is named in itself, for those who understand no other.
export function LanguageSelect({ bare = false }: { bare?: boolean }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id} class={bare ? 'heard' : undefined}>{t('account.language')}</label>
      <select id={id} class="select" value={language.value} onChange={(event) => void choose(event.currentTarget.value as Language)}>
        {Object.entries(languages).map(([tag, title]) => (
          <option key={tag} value={tag} lang={tag}>
            {title}
          </option>
        ))}
      </select>
    </div>
  );
}
