// Something that is loaded: the value, or why there is none, and a way to try again. What was there stays visible while newer comes.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export interface Remote<T> {
  data: T | undefined;
  error: unknown;
  loading: boolean;
  reload: () => void;
}

// `load` is called again whenever one of `inputs` changes; the former call is aborted then, and when the component leaves.
export function useRemote<T>(load: (signal: AbortSignal) => Promise<T>, inputs: readonly unknown[]): Remote<T> {
  const [state, setState] = useState<{ data: T | undefined; error: unknown; loading: boolean }>({ data: undefined, error: null, loading: true });
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const abort = new AbortController();
    setState((before) => ({ ...before, loading: true }));
    latest.current(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setState({ data, error: null, loading: false });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setState((before) => ({ data: before.data, error, loading: false }));
      },
    );
    return () => abort.abort();
  }, [...inputs, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  return { ...state, reload };
}
