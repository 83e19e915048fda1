// What the chosen import would be: time with its range, what limits it, how much, and what it cannot bring.
import { useEffect } from 'preact/hooks';
import { announce } from '../../components/announce';
import { ErrorState } from '../../components/error-state';
import { Icon } from '../../components/icon';
import { Skeleton } from '../../components/surfaces';
import type { Schemas } from '../../api/client';
import { formatDays, formatNumber, formatSpan } from '../../i18n/format';
import { t } from '../../i18n/i18n';
import { limitWords } from '../../i18n/limits';
import { typeList } from '../../i18n/types';
import { countDays, type Days } from './range';
import type { Estimate, Estimating } from './use-estimate';

type Notice = Schemas['Notice'];

function noticeWords(notice: Notice, provider: string): string {
  const types = typeList(notice.types);
  const days = notice.start !== null && notice.end !== null ? formatDays(notice.start, notice.end) : '';
  switch (notice.kind) {
    case 'beyond_history':
      return t('import.notice.beyond_history', { provider, types, days });
    case 'not_granted':
      return t('import.notice.not_granted', { provider, types });
    case 'provisional':
      return t('import.notice.provisional', { provider, types, days });
    case 'needs_reauth':
      return t('import.notice.needs_reauth', { provider });
  }
}

function Notices({ notices, provider }: { notices: Notice[]; provider: string }) {
  if (notices.length === 0) return null;
  return (
    <div class="stack-tight">
      <h3>{t('import.notices')}</h3>
      <ul class="stack-tight">
        {notices.map((notice, index) => (
          <li key={index} class="notice small">
            <Icon name={notice.kind === 'provisional' ? 'info' : 'warning'} size={18} />
            <span>{noticeWords(notice, provider)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Figures({ estimate, days, provider }: { estimate: Estimate; days: Days | null; provider: string }) {
  const low = formatSpan(estimate.seconds_low);
  const high = formatSpan(estimate.seconds_high);
  return (
    <>
      <div>
        <p class="estimate-time numbers">{t('import.estimate.about', { span: formatSpan(estimate.seconds) })}</p>
        {low !== high && <p class="soft numbers">{t('import.estimate.between', { low, high })}</p>}
      </div>
      <dl class="facts">
        {days !== null && (
          <div>
            <dt>{t('import.estimate.days')}</dt>
            <dd>{formatNumber(countDays(days))}</dd>
          </div>
        )}
        <div>
          <dt>{t('import.estimate.records')}</dt>
          <dd>{formatNumber(estimate.records)}</dd>
        </div>
        <div>
          <dt>{t('import.estimate.calls', { provider })}</dt>
          <dd>{formatNumber(estimate.calls)}</dd>
        </div>
      </dl>
      <div>
        <p class="soft small">{t('import.estimate.limited')}</p>
        <p>{estimate.limit === null ? t('import.estimate.latency', { provider }) : limitWords(estimate.limit)}</p>
      </div>
    </>
  );
}

export function EstimatePanel({ estimating, days, provider }: { estimating: Estimating; days: Days | null; provider: string }) {
  const { estimate, error, stale, again } = estimating;
  useEffect(() => {
    if (estimate !== null && !stale) announce(t('import.estimate.said', { span: formatSpan(estimate.seconds) }));
  }, [estimate, stale]);
  return (
    <>
      <h2>{t('import.estimate')}</h2>
      {error !== null && <ErrorState error={error} retry={again} />}
      {estimate === null && error === null && <Skeleton lines={[60, 40, 90, 70]} label={t('import.estimate.working')} />}
      {estimate !== null && (
        <div class={stale ? 'stack estimate-stale' : 'stack'} aria-busy={stale}>
          <Figures estimate={estimate} days={days} provider={provider} />
          <Notices notices={estimate.notices} provider={provider} />
        </div>
      )}
    </>
  );
}
