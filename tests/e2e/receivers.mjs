// Those whom the service tells: a fake push service that decrypts (RFC 8291 with Node's own crypto), and a webhook
// receiver. Both listen on loopback and do as they are told.
import { createDecipheriv, createECDH, createHmac, createPublicKey, hkdfSync, randomBytes, timingSafeEqual, verify } from 'node:crypto';
import { createServer } from 'node:http';

async function listen(handler) {
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    handler(request, Buffer.concat(parts), response);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

function close(server) {
  server.closeAllConnections?.();
  return new Promise((done) => server.close(done));
}

export class FakePushService {
  static async start(t) {
    const service = new FakePushService();
    service.devices = new Map();
    service.received = [];
    service.answer = () => 201;
    Object.assign(service, await listen((request, body, response) => service.take(request, body, response)));
    t.after(() => close(service.server));
    return service;
  }

  // What a browser's pushManager.subscribe gives, and what it keeps for itself.
  subscribe(name, applicationServerKey) {
    const keys = createECDH('prime256v1');
    keys.generateKeys();
    const auth = randomBytes(16);
    this.devices.set(name, { keys, auth, applicationServerKey });
    return {
      kind: 'web_push',
      endpoint: `${this.url}/send/${name}`,
      keys: { p256dh: keys.getPublicKey().toString('base64url'), auth: auth.toString('base64url') },
      label: name,
    };
  }

  take(request, body, response) {
    const name = request.url.split('/').pop();
    const device = this.devices.get(name);
    const status = device ? this.answer(name, this.received.length) : 404;
    if (device) {
      this.received.push({
        name, status, headers: request.headers,
        message: JSON.parse(decrypt(body, device)),
        vapid: readVapid(request.headers.authorization, device.applicationServerKey),
      });
    }
    response.writeHead(status).end();
  }

  // What devices show: pushes with the same topic replace each other.
  shown(name) {
    const topics = new Map();
    for (const one of this.received) {
      if (one.name === name && one.status === 201) topics.set(one.headers.topic, one.message);
    }
    return [...topics.values()];
  }
}

// RFC 8188 with the keys of RFC 8291: salt (16), record size (4), length and key id (the sender's public key), record.
function decrypt(body, { keys, auth }) {
  const salt = body.subarray(0, 16);
  const sender = body.subarray(21, 21 + body[20]);
  const shared = keys.computeSecret(sender);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), keys.getPublicKey(), sender]);
  const input = Buffer.from(hkdfSync('sha256', shared, auth, info, 32));
  const key = Buffer.from(hkdfSync('sha256', input, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', input, salt, 'Content-Encoding: nonce\0', 12));
  const record = body.subarray(21 + body[20]);
  const cipher = createDecipheriv('aes-128-gcm', key, nonce);
  cipher.setAuthTag(record.subarray(-16));
  const padded = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
  const end = padded.lastIndexOf(2);  // the delimiter of the last record; only zeros follow
  return padded.subarray(0, end).toString();
}

// The claims of "vapid t=<JWT>, k=<key>", if the key is the one that the device subscribed with and has signed them.
function readVapid(authorization, applicationServerKey) {
  const [, token, key] = authorization.match(/^vapid t=([^,]+), ?k=(.+)$/);
  if (key !== applicationServerKey) throw new Error('signed by another key than the device knows');
  const point = Buffer.from(key, 'base64url');
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const [head, claims, signature] = token.split('.');
  const good = verify('sha256', Buffer.from(`${head}.${claims}`),
                      { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
                      Buffer.from(signature, 'base64url'));
  if (!good) throw new Error('a bad VAPID signature');
  return JSON.parse(Buffer.from(claims, 'base64url'));
}

export function newSecret() {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

export function signWebhook(secret, id, body, at = Date.now()) {
  const timestamp = String(Math.floor(at / 1000));
  const mac = createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${mac}` };
}

export class WebhookReceiver {
  static async start(t, secret) {
    const receiver = new WebhookReceiver();
    receiver.received = [];
    receiver.answer = () => 204;
    Object.assign(receiver, await listen((request, body, response) => {
      const text = body.toString();
      const expected = signWebhook(secret, request.headers['webhook-id'], text, request.headers['webhook-timestamp'] * 1000);
      const given = request.headers['webhook-signature'].split(' ');
      const genuine = given.some((one) => one.length === expected['webhook-signature'].length &&
        timingSafeEqual(Buffer.from(one), Buffer.from(expected['webhook-signature'])));
      const status = genuine ? receiver.answer(receiver.received.length) : 401;
      receiver.received.push({ headers: request.headers, text, genuine, status, event: JSON.parse(text) });
      response.writeHead(status).end();
    }));
    t.after(() => close(receiver.server));
    return receiver;
  }
}
