// Server-sent events (WHATWG HTML, 9.2.6) from text that comes in pieces. The browser's own EventSource cannot send a token in a header.
export interface SseEvent {
  id: string | null;
  event: string;
  data: string;
}

// An event that never ends is somebody's mistake or attack; ours have some hundred bytes.
const bufferMax = 1 << 20;

// Where the next line ends at or after `from`, -1 if nowhere yet.
function nextEnd(text: string, from: number): number {
  const ends = /[\r\n]/g;
  ends.lastIndex = from;
  return ends.exec(text)?.index ?? -1;
}

export class SseParser {
  private rest = '';
  private id: string | null = null;
  private event = '';
  private data: string[] = [];
  // Characters in `data`.
  private size = 0;
  private first = true;
  // What the server asks clients to wait before they come back, in milliseconds.
  retry: number | null = null;

  // The events that `piece` completes.
  push(piece: string): SseEvent[] {
    // What was looked through already holds no end of a line, but for a carriage return that may be half of one.
    let from = Math.max(0, this.rest.length - 1);
    let text = this.rest + piece;
    if (this.first && text !== '') {
      this.first = false;
      if (text.startsWith('\ufeff')) text = text.slice(1);
    }
    const events: SseEvent[] = [];
    let at = 0;
    for (;;) {
      const end = nextEnd(text, from);
      if (end < 0) break;
      // A carriage return at the very end may be half of a line's end.
      if (text[end] === '\r' && end + 1 === text.length) break;
      this.line(text.slice(at, end), events);
      at = end + (text[end] === '\r' && text[end + 1] === '\n' ? 2 : 1);
      from = at;
    }
    this.rest = text.slice(at);
    if (this.rest.length + this.size > bufferMax) throw new Error('event too large');
    return events;
  }

  private line(line: string, events: SseEvent[]): void {
    if (line === '') {
      this.dispatch(events);
      return;
    }
    if (line.startsWith(':')) return;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.event = value;
    else if (field === 'data') {
      this.data.push(value);
      this.size += value.length + 1;
    } else if (field === 'id' && !value.includes('\0')) this.id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.retry = Number(value);
  }

  private dispatch(events: SseEvent[]): void {
    if (this.data.length > 0) events.push({ id: this.id, event: this.event === '' ? 'message' : this.event, data: this.data.join('\n') });
    this.event = '';
    this.data = [];
    this.size = 0;
    // Unlike a browser's, ours says of each event whether it has a number of its own: `end` has none.
    this.id = null;
  }
}
