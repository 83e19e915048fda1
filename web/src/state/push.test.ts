import { describe, expect, test } from 'vitest';
import { deviceLabel, keyBytes } from './push';

test('a key is read from base64url', () => {
  expect([...keyBytes('-_8B')]).toEqual([251, 255, 1]);
  expect(keyBytes('BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4')).toHaveLength(65);
});

describe('a device', () => {
  // Without messages, a message is its key: what is told apart here is whether the machine was recognised.
  test.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'push.device.web'],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1', 'push.device.web'],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0', 'push.device.web'],
    ['curl/8', 'push.device.unknown'],
    ['', 'push.device.unknown'],
  ])('%s is %s', (agent, label) => {
    expect(deviceLabel(agent)).toBe(label);
  });
});
