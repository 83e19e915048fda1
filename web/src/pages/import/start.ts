// The start of an import, once however often it has to be sent.
import { api, unwrap, type Schemas } from '../../api/client';
import { pendingWish, sendOnce } from '../../state/idempotency';
import { refreshJob } from '../../state/jobs';

type Wish = Schemas['SyncRequest'];

const nameOf = (connection: string) => `start.${connection}`;

export function unansweredStart(connection: string): Wish | null {
  return pendingWish<Wish>(nameOf(connection))?.body ?? null;
}

// The id of the job that the wish started, now or at an earlier try.
export async function startImport(wish: Wish): Promise<string> {
  const accepted = await sendOnce(nameOf(wish.connection_id), wish, (key, body) =>
    unwrap(api.POST('/v1/historical-syncs', { params: { header: { 'Idempotency-Key': key } }, body })),
  );
  // The store hears of it at once; the stream follows.
  refreshJob(accepted.id).catch(() => {});
  return accepted.id;
}
