// A fake of Firebase Cloud Messaging (HTTP v1) and of Google's token endpoint in one server, which checks every header,
// claim and signature, and refuses in Google's words.
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { createServer } from 'node:http';
import { checkJwt, Complaints } from './jwt.mjs';

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';

// google.rpc.Status with FCM's own detail.
export function fcmError(code, status, errorCode, field) {
  const details = [];
  if (errorCode) details.push({ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode });
  if (field) {
    details.push({ '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ field, description: 'Invalid registration token' }] });
  }
  return { status: code, body: { error: { code, message: 'refused', status, details } } };
}

export class FakeFcm extends Complaints {
  received = [];
  given = [];  // access tokens, the last is the one that holds
  refusals = [];  // answers for the next pushes, whatever they hold
  tokenRefusals = [];

  constructor({ project, email, keyId, publicKey }) {
    super();
    Object.assign(this, { project, email, keyId, publicKey: createPublicKey(publicKey) });
    this.nowShift = 0;
    this.server = createServer((request, response) => {
      const pieces = [];
      request.on('data', (piece) => pieces.push(piece));
      request.on('end', () => {
        const { status, body, headers } = this.#answer(request, Buffer.concat(pieces).toString('utf8'));
        this.later(() => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body)));
      });
    });
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

  #answer(request, body) {
    if (request.url === '/token') return this.tokenRefusals.shift() ?? this.#giveToken(request, body);
    return this.#take(request, body);
  }

  #giveToken({ method, headers }, body) {
    const wrong = this.check(() => {
      assert.equal(method, 'POST');
      assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
      const form = new URLSearchParams(body);
      assert.equal(form.get('grant_type'), 'urn:ietf:params:oauth:grant-type:jwt-bearer');
      const { header, claims } = checkJwt(form.get('assertion'), 'RS256', this.publicKey);
      assert.equal(header.typ, 'JWT');
      assert.equal(header.kid, this.keyId);
      const now = Date.now() / 1000 + this.nowShift;
      assert.deepEqual({ ...claims, iat: 0, exp: 0 },
        { iss: this.email, scope: SCOPE, aud: `${this.url}/token`, iat: 0, exp: 0 });
      assert.ok(Math.abs(claims.iat - now) < 60, `iat ${claims.iat}`);
      assert.equal(claims.exp - claims.iat, 3600);
    });
    if (wrong) return { status: 400, body: { error: 'invalid_grant', error_description: wrong.message } };
    this.given.push(`ya29.fake-${this.given.length + 1}`);
    return { status: 200, body: { access_token: this.given.at(-1), expires_in: 3599, token_type: 'Bearer' } };
  }

  #take({ method, url, headers }, body) {
    if (headers.authorization !== `Bearer ${this.given.at(-1)}`) return fcmError(401, 'UNAUTHENTICATED');
    const wrong = this.check(() => {
      assert.equal(method, 'POST');
      assert.equal(url, `/v1/projects/${this.project}/messages:send`);
      assert.match(headers['content-type'], /^application\/json/);
      this.#checkMessage(JSON.parse(body));
    });
    if (wrong) return fcmError(400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT');
    const refusal = this.refusals.shift();
    if (refusal) return refusal;
    this.received.push(JSON.parse(body).message);
    return { status: 200, body: { name: `projects/${this.project}/messages/${this.received.length}` } };
  }

  #checkMessage(json) {
    assert.deepEqual(Object.keys(json), ['message']);
    const { message } = json;
    assert.deepEqual(Object.keys(message).sort(), ['android', 'apns', 'data', 'notification', 'token', 'webpush']);
    assert.deepEqual(Object.keys(message.notification).sort(), ['body', 'title']);
    for (const [name, value] of Object.entries(message.data)) {
      assert.equal(typeof value, 'string', `data.${name}`);
      assert.ok(!/^(from|message_type|google|gcm)/.test(name), `data.${name} is reserved`);
    }
    assert.deepEqual(Object.keys(message.android).sort(), ['collapse_key', 'notification', 'priority', 'ttl']);
    assert.match(message.android.ttl, /^\d+s$/);
    assert.ok(['NORMAL', 'HIGH'].includes(message.android.priority));
    assert.equal(message.android.notification.tag, message.android.collapse_key);
    for (const [name, value] of Object.entries(message.apns.headers)) assert.equal(typeof value, 'string', name);
    assert.ok(Buffer.byteLength(message.apns.headers['apns-collapse-id']) <= 64);
    assert.match(message.webpush.headers.Topic, /^[A-Za-z0-9_-]{1,32}$/);
    assert.match(message.webpush.headers.TTL, /^\d+$/);
    if (message.webpush.fcm_options) assert.match(message.webpush.fcm_options.link, /^https:\/\//);
    assert.ok(Buffer.byteLength(JSON.stringify(message.data)) <= 4096);
  }
}
