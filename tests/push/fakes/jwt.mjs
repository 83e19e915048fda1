// Reads a compact JWS and checks its signature, with Node's own crypto.
import assert from 'node:assert/strict';
import { verify } from 'node:crypto';

export function checkJwt(token, algorithm, publicKey) {
  const parts = token.split('.');
  assert.equal(parts.length, 3, 'a compact JWS has three parts');
  for (const part of parts) assert.match(part, /^[A-Za-z0-9_-]+$/, 'base64url without padding');
  const [header, claims] = parts.slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
  assert.equal(header.alg, algorithm);
  const key = algorithm === 'ES256' ? { key: publicKey, dsaEncoding: 'ieee-p1363' } : publicKey;
  assert.ok(verify('sha256', Buffer.from(parts.slice(0, 2).join('.')), key, Buffer.from(parts[2], 'base64url')),
    'the signature holds');
  return { header, claims };
}

// What a fake answers to: a list of checks that failed stays with it, so that a test sees them whatever the sender made
// of the refusal.
export class Complaints {
  list = [];
  pause_ms = 0;  // between taking a request and answering it
  onTaken = () => {};  // called when one was taken, before the pause

  check(what) {
    try {
      what();
      return undefined;
    } catch (error) {
      this.list.push(error.message);
      return error;
    }
  }

  // Runs `answer` once the pause is over.
  later(answer) {
    this.onTaken();
    setTimeout(answer, this.pause_ms);
  }
}
