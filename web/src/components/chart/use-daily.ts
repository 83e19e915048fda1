// Daily values for a component: what has come so far, and whether more is coming.
import { useEffect, useState } from 'preact/hooks';
import type { DataType } from '../../api/client';
import { loadDaily, loadSamples, type Daily, type Samples } from './load';
import type { Span } from './series';

export interface Loaded<T> {
  data: T | null;
  error: unknown;
  reload: () => void;
}

type Load<T> = (signal: AbortSignal, onPage: (data: T) => void) => Promise<void>;

// `on` false: not yet wanted (not on the screen).
function usePaged<T>(load: Load<T>, inputs: readonly unknown[], on: boolean): Loaded<T> {
  const [state, setState] = useState<{ data: T | null; error: unknown }>({ data: null, error: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!on) return;
    setState({ data: null, error: null });
    const abort = new AbortController();
    load(abort.signal, (data) => {
      if (!abort.signal.aborted) setState({ data, error: null });
    }).catch((error: unknown) => {
      if (!abort.signal.aborted) setState((before) => ({ ...before, error }));
    });
    return () => abort.abort();
  }, [...inputs, on, round]);
  return { ...state, reload: () => setRound((before) => before + 1) };
}

export function useDaily(type: DataType, connection: string | undefined, span: Span, on = true): Loaded<Daily> {
  return usePaged<Daily>((signal, onPage) => loadDaily({ type, connection }, span, signal, onPage), [type, connection, span.from, span.end], on);
}

export function useSamples(type: DataType, connection: string | undefined, span: Span, on: boolean): Loaded<Samples> {
  return usePaged<Samples>((signal, onPage) => loadSamples({ type, connection }, span, signal, onPage), [type, connection, span.from, span.end], on);
}
