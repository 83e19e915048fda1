// The proof (manifest), the export, and the course of the import.
import { useRef, useState } from 'preact/hooks';
import { api, ApiProblem, unwrap, type Job, type Schemas } from '../../api/client';
import { Button } from '../../components/button';
import { ErrorState } from '../../components/error-state';
import { Section } from '../../components/page';
import { Banner, Card, Skeleton } from '../../components/surfaces';
import { formatMoment, formatNumber } from '../../i18n/format';
import { t, type MessageKey } from '../../i18n/i18n';
import { useRemote } from '../../state/remote';
import { exportRecords, openSink, saveAs, type ExportProgress } from './export-stream';
import { formatBytes } from './bytes';
import { checkManifest, type Verdict } from './manifest';

function fileName(job: Job, kind: string, ending: string): string {
  return `coldpath-${job.provider}-${job.start}-${kind}.${ending}`;
}

function VerdictText({ verdict }: { verdict: Verdict }) {
  const days = {
    days: verdict.requested,
    complete: formatNumber(verdict.complete),
    empty: formatNumber(verdict.empty),
    failed: formatNumber(verdict.failed),
    beyond: formatNumber(verdict.beyond),
    none: formatNumber(verdict.none),
  };
  return (
    <>
      <Banner tone={verdict.adds ? 'good' : 'danger'} title={t(verdict.adds ? 'proof.adds' : 'proof.wrong')}>
        {verdict.adds ? t('proof.adds.text', days) : t('proof.wrong.text')}
      </Banner>
      <p class="soft">{t('proof.files', { files: verdict.files })}</p>
    </>
  );
}

export function Proof({ job }: { job: Job }) {
  const remote = useRemote(
    (signal) => unwrap(api.GET('/v1/historical-syncs/{id}/manifest', { params: { path: { id: job.id } }, signal })),
    [job.id, job.executions.length, job.phase],
  );
  const download = (manifest: Schemas['Manifest']) => {
    saveAs(fileName(job, 'manifest', 'json'), new Blob([JSON.stringify(manifest, null, 2)], { type: 'application/json' }));
  };
  const manifest = remote.data;
  const unwritten = remote.error instanceof ApiProblem && remote.error.code === 'manifest-not-found';
  return (
    <Section title={t('proof.title')}>
      <Card>
        {unwritten && <p class="soft">{t('proof.unwritten')}</p>}
        {manifest === undefined && remote.error !== null && !unwritten && <ErrorState error={remote.error} retry={remote.reload} live={false} />}
        {manifest === undefined && remote.error === null && <Skeleton label={t('proof.loading')} />}
        {manifest !== undefined && (
          <>
            <VerdictText verdict={checkManifest(manifest)} />
            <div>
              <Button icon="download" onClick={() => download(manifest)}>
                {t('proof.download')}
              </Button>
            </div>
          </>
        )}
      </Card>
    </Section>
  );
}

type ExportState =
  | { step: 'idle' }
  | { step: 'running'; progress: ExportProgress }
  | { step: 'done'; progress: ExportProgress }
  | { step: 'cancelled' }
  | { step: 'failed'; error: unknown };

function useExport(job: Job) {
  const [state, setState] = useState<ExportState>({ step: 'idle' });
  const abort = useRef<AbortController | null>(null);
  const run = async () => {
    const own = new AbortController();
    abort.current = own;
    try {
      const sink = await openSink(fileName(job, 'records', 'ndjson'));
      const first = new URL(`/v1/historical-syncs/${job.id}/export`, location.href).href;
      let shown = 0;
      const onProgress = (progress: ExportProgress) => {
        // Thousands of pieces a second need not all be drawn.
        if (performance.now() - shown < 200) return;
        shown = performance.now();
        setState({ step: 'running', progress });
      };
      setState({ step: 'running', progress: { records: 0, bytes: 0 } });
      setState({ step: 'done', progress: await exportRecords(first, sink, onProgress, own.signal) });
    } catch (error) {
      // The person closed the picker, or pressed "cancel": no error.
      const wished = own.signal.aborted || (error instanceof DOMException && error.name === 'AbortError');
      setState(wished ? { step: 'cancelled' } : { step: 'failed', error });
    }
  };
  return { state, run, cancel: () => abort.current?.abort() };
}

function exportText(key: MessageKey, progress: ExportProgress): string {
  return t(key, { records: progress.records, size: formatBytes(progress.bytes) });
}

export function Export({ job }: { job: Job }) {
  const { state, run, cancel } = useExport(job);
  const running = state.step === 'running';
  return (
    <Section title={t('export.title')}>
      <Card>
        <p class="soft">{t('export.text')}</p>
        <div class="row">
          <Button icon="download" busy={running} onClick={() => void run()}>
            {t('export.action')}
          </Button>
          {running && (
            <Button variant="quiet" onClick={cancel}>
              {t('export.cancel')}
            </Button>
          )}
        </div>
        <p class={state.step === 'idle' ? 'heard' : 'numbers'} role="status">
          {state.step === 'running' && exportText('export.running', state.progress)}
          {state.step === 'done' && exportText('export.done', state.progress)}
          {state.step === 'cancelled' && t('export.cancelled')}
        </p>
        {state.step === 'failed' && <ErrorState error={state.error} retry={() => void run()} />}
      </Card>
    </Section>
  );
}

export function Course({ job }: { job: Job }) {
  return (
    <Section title={t('history.title')}>
      <ol class="course numbers">
        {job.executions.map((execution) => (
          <li key={execution.name}>
            <span>{execution.kind === 'start' ? t('history.start') : t(`history.${execution.kind}`, { number: execution.number })}</span>
            <span class="soft">{execution.launched === null ? t('history.notLaunched') : formatMoment(execution.launched)}</span>
          </li>
        ))}
        {job.ended !== null && (
          <li>
            <span>{t('history.ended')}</span>
            <span class="soft">{formatMoment(job.ended)}</span>
          </li>
        )}
      </ol>
    </Section>
  );
}
