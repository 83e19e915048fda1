// A fake of Apple's push service: HTTP/2 alone, over TLS with a certificate of its own authority, which checks every
// header, claim and signature, and refuses as Apple's documentation says.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { join } from 'node:path';
import { checkJwt, Complaints } from './jwt.mjs';

// An authority, and a certificate of "localhost" that it signed, by the program openssl. Returns the file of the
// authority, which is what a client is told to trust.
export function makeCertificates(folder) {
  const at = (name) => join(folder, name);
  const openssl = (...args) => execFileSync('openssl', args, { stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-days', '2', '-subj', '/CN=Fake authority');
  openssl('req', ...key, '-keyout', at('server.key'), '-out', at('server.csr'), '-subj', '/CN=localhost');
  writeFileSync(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  openssl('x509', '-req', '-in', at('server.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial',
    '-out', at('server.pem'), '-days', '2', '-extfile', at('names'));
  return { ca: at('ca.pem'), key: readFileSync(at('server.key')), cert: readFileSync(at('server.pem')) };
}

export class FakeApns extends Complaints {
  received = [];
  tokens = new Set();
  sessions = 0;
  refusals = [];  // {status, reason} for the next pushes, whatever they hold

  constructor({ keyId, teamId, topic, publicKey, certificates }) {
    super();
    Object.assign(this, { keyId, teamId, topic, publicKey: createPublicKey(publicKey) });
    this.nowShift = 0;  // seconds that this service's clock is ahead of the machine's
    this.server = createSecureServer({ ...certificates, allowHTTP1: false });
    this.open = new Set();
    this.server.on('session', (session) => {
      this.sessions += 1;
      this.open.add(session);
      session.on('error', () => {});
      session.on('close', () => this.open.delete(session));
    });
    this.server.on('stream', (stream, headers) => this.#handle(stream, headers));
  }

  async start() {
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `https://localhost:${this.server.address().port}`;
    return this;
  }

  async end() {
    for (const session of this.open) session.destroy();
    await new Promise((done) => this.server.close(done));
  }

  #handle(stream, headers) {
    const pieces = [];
    stream.on('error', () => {});  // the sender died in the middle
    stream.on('data', (piece) => pieces.push(piece));
    stream.on('end', () => {
      const refusal = this.#judge(headers, Buffer.concat(pieces)) ?? this.refusals.shift();
      this.later(() => {
        if (stream.destroyed) return;
        stream.respond({ ':status': refusal?.status ?? 200, 'apns-id': headers['apns-id'], ...refusal?.headers });
        stream.end(refusal ? JSON.stringify({ reason: refusal.reason }) : '');
      });
    });
  }

  // The refusal that the request deserves.
  #judge(headers, body) {
    if (this.check(() => this.#checkToken(headers.authorization))) return { status: 403, reason: 'InvalidProviderToken' };
    if (this.iat + 3600 < Date.now() / 1000 + this.nowShift) return { status: 403, reason: 'ExpiredProviderToken' };
    if (headers['apns-topic'] !== this.topic) return { status: 400, reason: 'DeviceTokenNotForTopic' };
    const wrong = this.check(() => this.#checkRequest(headers, body));
    return wrong ? { status: 400, reason: 'BadMessageId' } : undefined;
  }

  #checkToken(authorization) {
    assert.match(authorization, /^bearer /);
    const token = authorization.slice('bearer '.length);
    const { header, claims } = checkJwt(token, 'ES256', this.publicKey);
    assert.equal(header.kid, this.keyId);
    assert.deepEqual(Object.keys(claims).sort(), ['iat', 'iss']);
    assert.equal(claims.iss, this.teamId);
    assert.ok(Number.isInteger(claims.iat));
    this.tokens.add(token);
    this.iat = claims.iat;
  }

  #checkRequest(headers, body) {
    assert.equal(headers[':method'], 'POST');
    assert.equal(headers[':scheme'], 'https');
    assert.match(headers[':path'], /^\/3\/device\/[0-9a-f]{64}$/);
    assert.equal(headers['apns-push-type'], 'alert');
    assert.equal(headers['apns-priority'], '10');
    assert.match(headers['apns-expiration'], /^\d{10}$/);
    assert.match(headers['apns-id'], /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.ok(Buffer.byteLength(headers['apns-collapse-id']) <= 64);
    assert.ok(body.length <= 4096, `a body of ${body.length} bytes`);
    const payload = JSON.parse(body.toString('utf8'));
    assert.deepEqual(Object.keys(payload.aps).sort(), ['alert', 'sound', 'thread-id']);
    assert.deepEqual(Object.keys(payload.aps.alert).sort(), ['body', 'title']);
    this.received.push({ device: headers[':path'].slice('/3/device/'.length), headers, payload });
  }
}
