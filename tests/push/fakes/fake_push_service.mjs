// A fake push service for browsers (RFC 8030): takes the subscriptions that a test makes as a browser would, checks
// every field and claim of what is pushed (RFC 8292), and decrypts it as a browser does (RFC 8291, RFC 8188), with
// Node's own crypto.
import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { checkJwt, Complaints } from './jwt.mjs';

// The raw point of browsers' applicationServerKey as a key object.
function publicKeyOf(point) {
  assert.equal(point.length, 65);
  assert.equal(point[0], 4);
  return createPublicKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') },
  });
}

function hkdf(salt, input, info, bytes) {
  return Buffer.from(hkdfSync('sha256', input, salt, info, bytes));
}

export function decrypt(body, receiver, auth) {
  const salt = body.subarray(0, 16);
  assert.equal(body.readUInt32BE(16), 4096, 'the record size');
  const idBytes = body[20];
  assert.equal(idBytes, 65, 'the key id is the sender\'s public key');
  const sender = body.subarray(21, 21 + idBytes);
  const sealed = body.subarray(21 + idBytes);
  const input = hkdf(auth, receiver.computeSecret(sender),
    Buffer.concat([Buffer.from('WebPush: info\0'), receiver.getPublicKey(), sender]), 32);
  const cipher = createDecipheriv('aes-128-gcm', hkdf(salt, input, 'Content-Encoding: aes128gcm\0', 16),
    hkdf(salt, input, 'Content-Encoding: nonce\0', 12));
  cipher.setAuthTag(sealed.subarray(sealed.length - 16));
  const plain = Buffer.concat([cipher.update(sealed.subarray(0, sealed.length - 16)), cipher.final()]);
  let end = plain.length - 1;
  while (end >= 0 && plain[end] === 0) --end;
  assert.equal(plain[end], 2, 'the delimiter of the last record');
  return { text: plain.subarray(0, end).toString('utf8'), padded: plain.length - 1 };
}

export class FakePushService extends Complaints {
  subscriptions = new Map();
  tokens = new Set();
  answer = { status: 201, headers: {} };

  constructor(contact) {
    super();
    this.contact = contact;
    this.server = createServer((request, response) => this.#handle(request, response));
  }

  async start() {
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  async end() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  // As pushManager.subscribe: keys of the browser, bound to the application server's key.
  subscribe(applicationServerKey) {
    const receiver = createECDH('prime256v1');
    receiver.generateKeys();
    const id = randomBytes(16).toString('hex');
    const kept = { receiver, auth: randomBytes(16), applicationServerKey, messages: [] };
    this.subscriptions.set(id, kept);
    return {
      id, kind: 'web_push', address: `${this.url}/push/${id}`,
      p256dh: receiver.getPublicKey('base64url'), auth: kept.auth.toString('base64url'), kept,
    };
  }

  #handle(request, response) {
    const pieces = [];
    request.on('data', (piece) => pieces.push(piece));
    request.on('end', () => {
      const kept = this.subscriptions.get(request.url.replace('/push/', ''));
      if (kept === undefined) return response.writeHead(410).end();
      const wrong = this.check(() => this.#take(kept, request, Buffer.concat(pieces)));
      if (wrong) return response.writeHead(400).end(wrong.message);
      this.later(() => response.writeHead(this.answer.status, this.answer.headers).end());
    });
  }

  #take(kept, { method, headers }, body) {
    assert.equal(method, 'POST');
    assert.match(headers.ttl, /^\d+$/);
    assert.ok(Number(headers.ttl) > 0 && Number(headers.ttl) <= 28 * 86400, `TTL ${headers.ttl}`);
    assert.ok(['very-low', 'low', 'normal', 'high'].includes(headers.urgency), `Urgency ${headers.urgency}`);
    assert.match(headers.topic, /^[A-Za-z0-9_-]{1,32}$/);
    assert.equal(headers['content-encoding'], 'aes128gcm');
    assert.equal(headers['content-type'], 'application/octet-stream');
    assert.equal(Number(headers['content-length']), body.length);
    assert.ok(body.length <= 4096, `a body of ${body.length} bytes`);
    const found = headers.authorization.match(/^vapid t=([^,]+), k=([A-Za-z0-9_-]+)$/);
    assert.ok(found, 'the form of Authorization');
    assert.equal(found[2], kept.applicationServerKey, 'the key that the subscription is bound to');
    const { header, claims } = checkJwt(found[1], 'ES256', publicKeyOf(Buffer.from(found[2], 'base64url')));
    assert.equal(header.typ, 'JWT');
    assert.equal(claims.aud, this.url, 'the origin of the endpoint');
    assert.equal(claims.sub, this.contact);
    const left = claims.exp - Date.now() / 1000;
    assert.ok(left > 0 && left <= 24 * 3600, `exp is in ${left} s`);
    this.tokens.add(found[1]);
    const { text, padded } = decrypt(body, kept.receiver, kept.auth);
    kept.messages.push({ topic: headers.topic, ttl: Number(headers.ttl), padded, json: JSON.parse(text), body, headers });
  }
}
