// A push service for one browser (RFC 8030), and what a browser does with what comes from it (RFC 8291, RFC 8188): headless Chromium has
// no push service of its own. What the service under test sends is really decrypted here and handed to the service worker.
import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

export class PushService {
  static async start() {
    const service = new PushService();
    service.received = [];
    service.gone = false;
    service.keys = createECDH('prime256v1');
    service.keys.generateKeys();
    service.secret = randomBytes(16);
    service.server = createServer(async (request, response) => {
      service.received.push({ headers: request.headers, body: await bodyOf(request) });
      response.writeHead(service.gone ? 410 : 201).end();
    });
    await new Promise((done) => service.server.listen(0, '127.0.0.1', done));
    service.endpoint = `http://127.0.0.1:${service.server.address().port}/push/${randomBytes(12).toString('base64url')}`;
    return service;
  }

  // What the page's pushManager is to answer with.
  get subscription() {
    return {
      endpoint: this.endpoint, expirationTime: null,
      keys: { p256dh: this.keys.getPublicKey('base64url'), auth: this.secret.toString('base64url') },
    };
  }

  // The payloads so far, decrypted.
  get messages() {
    return this.received.map(({ headers, body }) => {
      assert.equal(headers['content-encoding'], 'aes128gcm');
      assert.match(headers.authorization, /^vapid t=[\w.-]+, ?k=[\w-]+$/);
      return JSON.parse(this.decrypt(body));
    });
  }

  // One record: salt, record size, key id (the sender's public key), ciphertext.
  decrypt(body) {
    const salt = body.subarray(0, 16);
    const sender = body.subarray(21, 21 + body[20]);
    const sealed = body.subarray(21 + body[20]);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.keys.getPublicKey(), sender]);
    const material = Buffer.from(hkdfSync('sha256', this.keys.computeSecret(sender), this.secret, info, 32));
    const key = Buffer.from(hkdfSync('sha256', material, salt, 'Content-Encoding: aes128gcm\0', 16));
    const nonce = Buffer.from(hkdfSync('sha256', material, salt, 'Content-Encoding: nonce\0', 12));
    const decipher = createDecipheriv('aes-128-gcm', key, nonce);
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    return plain.subarray(0, plain.lastIndexOf(2)).toString('utf8');  // 2 ends the last record, zeros pad it
  }

  async end() {
    this.server.closeAllConnections?.();
    await new Promise((done) => this.server.close(done));
  }
}

// Makes the pages of `context` subscribe there. Only subscribing is played; worker, permission and notifications are the browser's own.
export async function subscribeAt(context, service) {
  await context.addInitScript((made) => {
    const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0)).buffer;
    let current = null;
    class Subscription {
      constructor(options) {
        this.options = options;
      }
      get endpoint() { return made.endpoint; }
      get expirationTime() { return null; }
      getKey(name) { return bytes(made.keys[name]); }
      toJSON() { return made; }
      async unsubscribe() {
        current = null;
        sessionStorage.removeItem('test.subscribed');
        return true;
      }
    }
    if (sessionStorage.getItem('test.subscribed')) current = new Subscription({});
    PushManager.prototype.subscribe = async (options) => {
      sessionStorage.setItem('test.subscribed', '1');
      current = new Subscription(options);
      return current;
    };
    PushManager.prototype.getSubscription = async () => current;
  }, service.subscription);
}

// The browser's side of a delivery, through DevTools.
export class Delivery {
  static async of(person) {
    const delivery = new Delivery();
    delivery.origin = person.url;
    delivery.page = person.page;
    delivery.session = await person.context.newCDPSession(person.page);
    const registered = new Promise((done) => {
      delivery.session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const found = registrations.find((each) => each.scopeURL === `${person.url}/` && !each.isDeleted);
        if (found) done(found.registrationId);
      });
    });
    await delivery.session.send('ServiceWorker.enable');
    delivery.registrationId = await registered;
    return delivery;
  }

  async push(payload) {
    await this.session.send('ServiceWorker.deliverPushMessage', {
      origin: this.origin, registrationId: this.registrationId, data: JSON.stringify(payload),
    });
  }

  shown() {
    return this.page.evaluate(async () => (await (await navigator.serviceWorker.ready).getNotifications())
      .map(({ title, body, tag }) => ({ title, body, tag })));
  }
}

// A click on the only notification: the event that the browser would send. Headless Chromium draws no notification to click at, and an
// event without a click may not raise a window, so raising one is noted in place of done.
export async function clickNotification(worker) {
  return worker.evaluate(async () => {
    const opened = [];
    self.clients.openWindow = async (url) => {
      opened.push(String(url));
      return null;
    };
    WindowClient.prototype.focus = async function focus() {
      return this;
    };
    const [notification] = await self.registration.getNotifications();
    const event = new NotificationEvent('notificationclick', { notification });
    const work = [];
    event.waitUntil = (promise) => work.push(promise);
    self.dispatchEvent(event);
    await Promise.all(work);
    return opened;
  });
}
