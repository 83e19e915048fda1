// What the job page reads beside the job itself: coverage, failures, the connection. Coverage and failures follow the job's events.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api, unwrap, type Connection, type Job, type Schemas } from '../../api/client';
import { onJobEvent } from '../../state/jobs';
import { useRemote, type Remote } from '../../state/remote';
import { Refresher } from './refresher';
import type { FailureGroup } from './retry';

export type Coverage = Schemas['Coverage'];

const refreshEveryMs = 1_000;

export interface Followed {
  coverage: Coverage | null;
  groups: readonly FailureGroup[];
  error: unknown;
  reload: () => void;
}

// `version` changes whenever the job has moved on, be it that events came or that the job was just asked for again.
export function useFollowed(id: string, planned: boolean, version: string): Followed {
  const [state, setState] = useState<Omit<Followed, 'reload'>>({ coverage: null, groups: [], error: null });
  const refresher = useRef<Refresher | null>(null);
  useEffect(() => {
    setState({ coverage: null, groups: [], error: null });
    const abort = new AbortController();
    const params = { params: { path: { id } }, signal: abort.signal };
    const load = async () => {
      // Nobody looks; the change of visibility asks again.
      if (document.hidden) return;
      try {
        const coverage = await unwrap(api.GET('/v1/historical-syncs/{id}/coverage', params));
        const failed = coverage.counts.failed > 0;
        const groups = failed ? (await unwrap(api.GET('/v1/historical-syncs/{id}/failures', params))).groups : [];
        setState({ coverage, groups, error: null });
      } catch (error) {
        if (!abort.signal.aborted) setState((before) => ({ ...before, error }));
      }
    };
    const own = new Refresher(load, refreshEveryMs);
    refresher.current = own;
    const request = () => own.request();
    const unsubscribe = onJobEvent(id, request);
    document.addEventListener('visibilitychange', request);
    return () => {
      unsubscribe();
      document.removeEventListener('visibilitychange', request);
      own.stop();
      abort.abort();
    };
  }, [id]);
  useEffect(() => {
    if (planned) refresher.current?.request();
  }, [id, planned, version]);
  return { ...state, reload: () => refresher.current?.request() };
}

// Undefined while it is not known, null if the connection is gone.
export function useConnection(job: Job): { connection: Connection | null | undefined; title: string | null } {
  const remote: Remote<Connection[]> = useRemote(
    async (signal) => (await unwrap(api.GET('/v1/connections', { signal }))).connections,
    [job.connection_id, job.phase],
  );
  if (remote.data === undefined) return { connection: undefined, title: null };
  const connection = remote.data.find((one) => one.id === job.connection_id) ?? null;
  return { connection, title: connection?.title ?? null };
}
