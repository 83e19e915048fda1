// Checks a manifest in the browser: the person does not have to believe the service. Pure.

export interface Verdict {
  adds: boolean;
  requested: number;
  complete: number;
  empty: number;
  failed: number;
  beyond: number;
  none: number;
  files: number;
  records: number;
}

const parts = ['complete', 'empty', 'failed', 'beyond_provider_history', 'not_attempted'] as const;
const letters = ['c', 'e', 'f', 'b', 'n'];

type Plain = Record<string, unknown>;

function plain(value: unknown): Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {};
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

// NaN, which stands for what is missing, equals nothing: a manifest with holes does not add up.
function sumsUp(counts: Plain): boolean {
  return parts.reduce((sum, part) => sum + count(counts[part]), 0) === count(counts['requested']);
}

function typeHolds(type: Plain): boolean {
  const counts = plain(type['counts']);
  const days = type['days'];
  if (typeof days !== 'string' || !sumsUp(counts)) return false;
  const seen = new Map<string, number>();
  for (const letter of days) seen.set(letter, (seen.get(letter) ?? 0) + 1);
  return days.length === count(counts['requested']) && parts.every((part, i) => (seen.get(letters[i]!) ?? 0) === count(counts[part]));
}

function listedFiles(chunks: readonly unknown[]): { files: number; records: number; named: boolean } {
  let files = 0;
  let records = 0;
  let named = true;
  for (const chunk of chunks) {
    for (const result of list(plain(chunk)['results'])) {
      const { sha256, records: held } = plain(result);
      if (count(held) > 0 || (typeof sha256 === 'string' && sha256 !== '')) {
        files += 1;
        named &&= typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
      }
      records += count(held);
    }
  }
  return { files, records, named };
}

export function checkManifest(manifest: { content: unknown }): Verdict {
  const content = plain(manifest.content);
  const coverage = plain(content['coverage']);
  const types = Object.values(plain(content['types'])).map(plain);
  const { files, records, named } = listedFiles(list(content['chunks']));
  const typesSum = types.reduce((sum, type) => sum + count(plain(type['counts'])['requested']), 0);
  const adds = sumsUp(coverage) && types.every(typeHolds) && typesSum === count(coverage['requested']) && named && records === count(content['records']);
  return {
    adds,
    requested: count(coverage['requested']) || 0,
    complete: count(coverage['complete']) || 0,
    empty: count(coverage['empty']) || 0,
    failed: count(coverage['failed']) || 0,
    beyond: count(coverage['beyond_provider_history']) || 0,
    none: count(coverage['not_attempted']) || 0,
    files,
    records: records || 0,
  };
}
