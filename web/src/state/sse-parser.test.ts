import { describe, expect, test } from 'vitest';
import { backoff, toJobEvent } from './event-stream';
import { SseParser, type SseEvent } from './sse-parser';

function parse(...pieces: string[]): SseEvent[] {
  const parser = new SseParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

const stream = 'retry: 2000\n\nid: 7\nevent: chunk\ndata: {"a":1}\n\n: keep-alive\n\nid: 8\nevent: job\ndata: one\ndata: two\n\nevent: end\ndata: {}\n\n';
const events: SseEvent[] = [
  { id: '7', event: 'chunk', data: '{"a":1}' },
  { id: '8', event: 'job', data: 'one\ntwo' },
  { id: null, event: 'end', data: '{}' },
];

describe('server-sent events', () => {
  test('are read from one piece', () => {
    expect(parse(stream)).toEqual(events);
  });

  test('are the same however the text is cut', () => {
    for (let at = 0; at <= stream.length; at += 1) expect(parse(stream.slice(0, at), stream.slice(at))).toEqual(events);
    expect(parse(...stream)).toEqual(events);
  });

  test('may end their lines in any of the three ways', () => {
    expect(parse(stream.replaceAll('\n', '\r\n'))).toEqual(events);
    expect(parse(...stream.replaceAll('\n', '\r\n'))).toEqual(events);
    expect(parse(`${stream.replaceAll('\n', '\r')}:`)).toEqual(events);
  });

  test('are not complete without the empty line', () => {
    expect(parse('data: x\n')).toEqual([]);
    expect(parse('\ufeffdata:x\n\n')).toEqual([{ id: null, event: 'message', data: 'x' }]);
  });

  test('ignore unknown fields, numbers with NUL and events without data', () => {
    expect(parse('id: a\0b\nfoo: bar\nevent: job\n\ndata\n\n')).toEqual([{ id: null, event: 'message', data: '' }]);
  });

  test('say how long to wait', () => {
    const parser = new SseParser();
    parser.push('retry: 5000\nretry: soon\n\n');
    expect(parser.retry).toBe(5000);
  });

  test('do not fill the memory', () => {
    const parser = new SseParser();
    expect(() => {
      for (let i = 0; i < 40; i += 1) parser.push('x'.repeat(1 << 15));
    }).toThrow();
    const lines = new SseParser();
    expect(() => {
      for (let i = 0; i < 40; i += 1) lines.push(`data: ${'x'.repeat(1 << 15)}\n`);
    }).toThrow();
  });
});

describe('job events', () => {
  test('carry their number and data', () => {
    expect(toJobEvent({ id: '12', event: 'chunk', data: '{"status":"failed"}' })).toEqual({ number: 12, type: 'chunk', data: { status: 'failed' } });
    expect(toJobEvent({ id: null, event: 'end', data: '{}' })).toEqual({ number: null, type: 'end', data: {} });
  });

  test('of unknown kinds or broken data are left out', () => {
    expect(toJobEvent({ id: '1', event: 'message', data: '{}' })).toBeNull();
    expect(toJobEvent({ id: '1', event: 'job', data: '{' })).toBeNull();
    expect(toJobEvent({ id: '-1', event: 'job', data: '{}' })?.number).toBeNull();
  });
});

test('the pause before the next try grows and stays bounded', () => {
  expect(backoff(1, 0)).toBe(1000);
  expect(backoff(1, 1)).toBe(2000);
  expect(backoff(3, 0)).toBe(4000);
  expect(backoff(50, 1)).toBe(30_000);
});
