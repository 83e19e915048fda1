// The inbox: what happened to the person's imports, newest first, and what of it is new to them.
import { useEffect, useState } from 'preact/hooks';
import { ErrorState } from '../../components/error-state';
import { Icon, type IconName } from '../../components/icon';
import { Page } from '../../components/page';
import { Badge, Card, EmptyState, Skeleton } from '../../components/surfaces';
import { formatMoment } from '../../i18n/format';
import { t } from '../../i18n/i18n';
import { providerTitle } from '../../i18n/types';
import { inbox, isUnread, loadInbox, lookAtInbox, type InboxEntry } from '../../state/inbox';
import { findJob } from '../../state/jobs';
import { noticeWords } from '../../state/push';
import { useRemote } from '../../state/remote';
import './notifications.css';

const icons: Record<InboxEntry['code'], IconName> = { 'N-04': 'imports', 'N-05': 'check', 'N-06': 'warning' };

function Entry({ entry, fresh }: { entry: InboxEntry; fresh: boolean }) {
  const words = noticeWords(entry.code);
  const provider = findJob(entry.job_id)?.provider;
  return (
    <li>
      <a class="list-row" href={`/jobs/${entry.job_id}`}>
        <span class={`inbox-icon inbox-icon-${entry.code}`}>
          <Icon name={icons[entry.code]} />
        </span>
        <span class="grow">
          <span class="list-title">
            {provider === undefined ? '' : `${providerTitle(provider)}: `}
            {words.title}
          </span>
          <br />
          <span class="soft small">
            {words.text} · <span class="numbers">{formatMoment(entry.time)}</span>
          </span>
        </span>
        {fresh && <Badge tone="accent">{t('inbox.new')}</Badge>}
        <Icon name="forward" size={16} />
      </a>
    </li>
  );
}

export default function NotificationsPage() {
  const remote = useRemote(loadInbox, []);
  const [since, setSince] = useState<string | null>(null);
  const entries = inbox.value;
  useEffect(() => {
    if (entries === null) return;
    const before = lookAtInbox();
    setSince((known) => known ?? before);
  }, [entries]);
  return (
    <Page title={t('inbox.title')} lead={t('inbox.lead')} narrow actions={<a href="/settings">{t('inbox.settings')}</a>}>
      {remote.error !== null && <ErrorState error={remote.error} retry={remote.reload} />}
      {entries === null && remote.error === null && (
        <Card>
          <Skeleton lines={[60, 40, 60, 40]} label={t('app.loading')} />
        </Card>
      )}
      {entries?.length === 0 && (
        <EmptyState icon="bell" title={t('inbox.empty')}>
          {t('inbox.empty_text')}
        </EmptyState>
      )}
      {entries !== null && entries.length > 0 && (
        <Card>
          <ul class="list">
            {entries.map((entry) => (
              <Entry key={`${entry.job_id} ${entry.code} ${entry.time}`} entry={entry} fresh={isUnread(entry, since ?? '')} />
            ))}
          </ul>
        </Card>
      )}
    </Page>
  );
}
