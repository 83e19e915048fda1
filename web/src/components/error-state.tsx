// What happened, what to do, and the button to do it.
import { ApiProblem, Unreachable } from '../api/client';
import { t } from '../i18n/i18n';
import { Button } from './button';
import { Banner } from './surfaces';

export interface ErrorWords {
  title: string;
  text: string;
}

export function wordsOf(error: unknown): ErrorWords {
  if (error instanceof Unreachable) return { title: t('error.unreachable.title'), text: t('error.unreachable.text') };
  if (error instanceof ApiProblem) {
    if (error.problem.status === 429) return { title: t('error.limited.title'), text: t('error.limited.text') };
    // What the service says about a refusal is written for people.
    if (error.problem.status < 500) return { title: t('error.refused.title'), text: error.problem.detail };
  }
  return { title: t('error.service.title'), text: t('error.service.text') };
}

export function ErrorState({ error, retry, live = true }: { error: unknown; retry?: () => void; live?: boolean }) {
  const words = wordsOf(error);
  const actions = retry && (
    <Button icon="retry" onClick={retry}>
      {t('action.try_again')}
    </Button>
  );
  return (
    <Banner tone="danger" title={words.title} live={live} actions={actions}>
      {words.text}
    </Banner>
  );
}
