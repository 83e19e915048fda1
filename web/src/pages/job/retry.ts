// When a retry helps, and the key under which it is asked for. Pure but for the storage that is passed in.
import type { Connection, Job, Schemas } from '../../api/client';

export type FailureGroup = Schemas['FailureList']['groups'][number];

export interface Advice {
  // Parts that a retry would fetch again; null if the job failed as a whole, where nobody has counted them.
  parts: number | null;
  allowed: boolean;
  // What stands in the way.
  blocked: 'sign_in' | 'permission' | 'nothing' | 'gone' | null;
}

// Null: there is nothing to retry. `connection` is null if it was removed, undefined while that is not known.
export function adviceFor(job: Job, groups: readonly FailureGroup[], connection: Connection | null | undefined): Advice | null {
  if (job.phase !== 'ended') return null;
  const whole = job.status === 'FAILED';
  if (!whole && groups.length === 0) return null;
  const parts = whole ? null : groups.reduce((sum, group) => sum + group.chunks, 0);
  const only = (kind: FailureGroup['kind']) => groups.length > 0 && groups.every((group) => group.kind === kind);
  const stopped = (blocked: Advice['blocked']): Advice => ({ parts, allowed: false, blocked });
  if (connection === null) return stopped('gone');
  if (!whole && only('BeyondHistory')) return stopped('nothing');
  // The service refuses to retry what failed for a lost grant before there is a new one; so do we, and say why.
  if (connection?.status === 'needs_reauth') return stopped('sign_in');
  if (!whole && only('Forbidden') && connection !== undefined && connection.missing_scopes.length > 0) return stopped('permission');
  return { parts, allowed: true, blocked: null };
}

export interface KeyStore {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

// One wish is one key: it is kept until the service has answered, so that a lost answer, a reload or an impatient second press asks for the
// same retry and not for another one. A key belongs to the executions that the job had when the wish came up.
export class RetryKey {
  private readonly name: string;

  constructor(
    private readonly store: KeyStore,
    jobId: string,
    executions: number,
    private readonly makeKey: () => string = () => crypto.randomUUID(),
  ) {
    this.name = `coldpath.retry.${jobId}.${executions}`;
  }

  get(): string {
    const known = this.store.getItem(this.name);
    if (known !== null) return known;
    const key = this.makeKey();
    this.store.setItem(this.name, key);
    return key;
  }

  answered(): void {
    this.store.removeItem(this.name);
  }
}
