// All imports, newest first; older pages on request.
import { useState } from 'preact/hooks';
import { Button, LinkButton } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { JobList } from '../../components/job-list';
import { Page } from '../../components/page';
import { Card, EmptyState, Skeleton } from '../../components/surfaces';
import { api, unwrap } from '../../api/client';
import { t } from '../../i18n/i18n';
import { jobs, putJobs } from '../../state/jobs';
import { useRemote } from '../../state/remote';

const pageSize = 50;

async function read(cursor: string | null, signal?: AbortSignal): Promise<string | null> {
  const query = cursor === null ? { limit: pageSize } : { limit: pageSize, cursor };
  const page = await unwrap(api.GET('/v1/historical-syncs', { params: { query }, signal }));
  putJobs(page.jobs);
  return page.next_cursor;
}

function Older({ first }: { first: string }) {
  const [cursor, setCursor] = useState<string | null>(first);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (cursor === null) return null;
  const more = () => {
    setBusy(true);
    setError(null);
    read(cursor)
      .then(setCursor, setError)
      .finally(() => setBusy(false));
  };
  return (
    <div class="stack">
      {error !== null && <ErrorState error={error} />}
      <Button busy={busy} onClick={more}>
        {t('jobs.more')}
      </Button>
    </div>
  );
}

export default function JobsPage() {
  const first = useRemote((signal) => read(null, signal), []);
  const list = jobs.value;
  const connect = (
    <LinkButton variant="primary" icon="link" href="/">
      {t('jobs.empty_action')}
    </LinkButton>
  );
  return (
    <Page title={t('jobs.title')} lead={t('jobs.lead')}>
      {first.error !== null && <ErrorState error={first.error} retry={first.reload} />}
      {list.length === 0 && first.data === undefined && first.error === null && (
        <Card>
          <Skeleton lines={[70, 50, 70, 50]} label={t('app.loading')} />
        </Card>
      )}
      {list.length === 0 && first.data !== undefined && (
        <EmptyState icon="imports" title={t('jobs.empty')} action={connect}>
          {t('jobs.empty_text')}
        </EmptyState>
      )}
      {list.length > 0 && (
        <Card>
          <JobList jobs={list} />
        </Card>
      )}
      {first.data && <Older key={first.data} first={first.data} />}
    </Page>
  );
}
