// The estimate for what is chosen: asked for a moment after the last change; the call before it is aborted, its figures stay until newer
// ones are here.
import { useEffect, useState } from 'preact/hooks';
import { api, unwrap, type DataType, type Schemas } from '../../api/client';
import type { Days } from './range';

export type Estimate = Schemas['Estimate'];

export interface Estimating {
  estimate: Estimate | null;
  error: unknown;
  // What is shown is of an earlier choice.
  stale: boolean;
  again: () => void;
}

const settleMs = 300;

// Null while the choice makes no sense: then the last estimate stays, dimmed.
export function useEstimate(connection: string, days: Days | null, types: readonly DataType[]): Estimating {
  const [state, setState] = useState<{ estimate: Estimate | null; error: unknown; stale: boolean }>({ estimate: null, error: null, stale: true });
  const [round, setRound] = useState(0);
  const valid = days !== null && types.length > 0;
  useEffect(() => {
    setState((before) => ({ ...before, stale: true, error: null }));
    if (days === null || !valid) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const body = { connection_id: connection, start: days.start, end: days.end, types: [...types] };
      unwrap(api.POST('/v1/estimates', { body, signal: abort.signal })).then(
        (estimate) => setState({ estimate, error: null, stale: false }),
        (error: unknown) => {
          if (!abort.signal.aborted) setState((before) => ({ ...before, error, stale: true }));
        },
      );
    }, settleMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [connection, days?.start, days?.end, types.join(), round]);
  return { ...state, again: () => setRound((before) => before + 1) };
}
