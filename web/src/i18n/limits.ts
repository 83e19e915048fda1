// What a provider allows, in the reader's words.
import type { Schemas } from '../api/client';
import { formatNumber, formatSpan } from './format';
import { t } from './i18n';

type Limit = Schemas['Limit'];

function windowWords(seconds: number): string {
  if (seconds === 60) return t('window.minute');
  if (seconds === 3_600) return t('window.hour');
  if (seconds === 86_400) return t('window.day');
  return t('window.other', { span: formatSpan(seconds) });
}

export function limitWords(limit: Limit): string {
  const values = { provider: limit.title, calls: formatNumber(limit.calls), window: windowWords(limit.window_seconds) };
  if (limit.scope === 'route' || limit.stream !== null) return t(limit.shared ? 'limit.route_shared' : 'limit.route', values);
  return t(limit.shared ? 'limit.app' : 'limit.user', values);
}
