// One tab reads the streams for all: browsers allow six connections to a host over HTTP/1.1, and each tab would take some for good.
// The tab that is looked at takes the lead from the others; when it closes, another follows.
const lockName = 'coldpath.lead';

// Calls `lead` whenever this tab takes the lead, with a signal that ends it. Ends for good when `signal` does.
export function takeTurns(lead: (signal: AbortSignal) => void, signal: AbortSignal): void {
  if (!navigator.locks) {
    // No secure context, so no locks and no channel either: each tab is on its own.
    lead(signal);
    return;
  }
  let leading = false;
  const hold = (steal: boolean) => {
    const turn = new AbortController();
    const wait = steal ? { steal: true } : { signal };
    navigator.locks
      .request(lockName, wait, () => {
        if (signal.aborted) return;
        leading = true;
        lead(turn.signal);
        return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      })
      .catch(() => {
        // Taken by another tab, or given up while waiting.
      })
      .finally(() => {
        turn.abort();
        if (!leading) return;
        leading = false;
        if (!signal.aborted) hold(false);
      });
  };
  const seen = () => {
    if (document.visibilityState === 'visible' && !leading && !signal.aborted) hold(true);
  };
  document.addEventListener('visibilitychange', seen);
  signal.addEventListener('abort', () => document.removeEventListener('visibilitychange', seen));
  hold(false);
  seen();
}
