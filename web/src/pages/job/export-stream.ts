// Follows an export page by page (header Link, rel="next") and hands its bytes on as they come.
import { ApiProblem, problemOf, sessionFetch } from '../../api/client';

export interface Sink {
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

export interface ExportProgress {
  records: number;
  bytes: number;
}

const lineEnd = 0x0a;

export function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(lineEnd); at !== -1; at = bytes.indexOf(lineEnd, at + 1)) lines += 1;
  return lines;
}

// The target of rel="next" (RFC 8288). It is a path of the service itself: what leads elsewhere is not followed with the person's token.
export function nextPage(link: string | null, base: string): string | null {
  for (const part of (link ?? '').split(/,(?=\s*<)/)) {
    const found = /^\s*<([^>]*)>\s*;(.*)$/.exec(part);
    if (!found || !/(^|;)\s*rel\s*=\s*"?next"?\s*(;|$)/i.test(found[2]!)) continue;
    const url = new URL(found[1]!, base);
    return url.origin === new URL(base).origin ? url.href : null;
  }
  return null;
}

type Fetch = (request: Request) => Promise<Response>;

export async function exportRecords(
  first: string,
  sink: Sink,
  onProgress: (progress: ExportProgress) => void,
  signal: AbortSignal,
  get: Fetch = sessionFetch,
): Promise<ExportProgress> {
  const progress = { records: 0, bytes: 0 };
  try {
    let page: string | null = first;
    while (page !== null) {
      const response: Response = await get(new Request(page, { signal }));
      if (!response.ok) throw new ApiProblem(await problemOf(response));
      const reader = response.body?.getReader();
      for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
        await sink.write(read.value);
        progress.records += countLines(read.value);
        progress.bytes += read.value.length;
        onProgress({ ...progress });
      }
      page = nextPage(response.headers.get('Link'), page);
    }
    await sink.close();
    return progress;
  } catch (error) {
    // Half a file is worse than none.
    await sink.abort().catch(() => {});
    throw error;
  }
}

interface SavePicker {
  showSaveFilePicker(options: { suggestedName: string; types: { accept: Record<string, string[]> }[] }): Promise<FileSystemFileHandle>;
}

// Straight to a file where the browser can; else the whole is collected and then offered as a download.
export async function openSink(name: string): Promise<Sink> {
  const picker = (globalThis as Partial<SavePicker>).showSaveFilePicker;
  if (picker !== undefined) {
    const handle = await picker.call(globalThis, { suggestedName: name, types: [{ accept: { 'application/x-ndjson': ['.ndjson'] } }] });
    const file = await handle.createWritable();
    return { write: (bytes) => file.write(bytes), close: () => file.close(), abort: () => file.abort() };
  }
  let collected: Uint8Array<ArrayBuffer>[] = [];
  return {
    write: async (bytes) => void collected.push(bytes),
    close: async () => saveAs(name, new Blob(collected, { type: 'application/x-ndjson' })),
    abort: async () => void (collected = []),
  };
}

export function saveAs(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download begins after this task; a minute is ample.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
