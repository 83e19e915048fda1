// Runs push_probe, the program that drives one push sender, and speaks to it in lines of JSON.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const program = join(resolve(process.env.COLDPATH_BUILD ?? 'build/release'), 'tests/push/push_probe');

export function makeMessage(given = {}) {
  return {
    key: '5f0c1a52-7e1f-4a37-9d2f-9a1d0f0e6a11/N-05', code: 'N-05', title: 'Coldpath',
    text: 'Your historical sync is complete.', job_id: '0190b0a2-0000-7000-8000-000000000001',
    url: 'https://sync.example.com/jobs/0190b0a2-0000-7000-8000-000000000001', life_s: 86400, ...given,
  };
}

export class Probe {
  // Resolves once the sender stands; `ready` holds what it says of itself.
  static async start(t, config) {
    const probe = new Probe();
    probe.process = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    probe.exited = new Promise((done) => probe.process.once('exit', (code) => done(code)));
    probe.lines = createInterface({ input: probe.process.stdout })[Symbol.asyncIterator]();
    t.after(async () => {
      probe.process.stdin.end();
      assert.equal(await probe.exited, 0, 'the probe ends well');
    });
    probe.ready = await probe.#ask(config);
    return probe;
  }

  send(subscription, message = makeMessage(), clock_offset_s = 0) {
    return this.#ask(Probe.push(subscription, message, clock_offset_s));
  }

  // All of them together; the outcomes in their order.
  sendAtOnce(pushes) {
    return this.#ask({ at_once: pushes.map(([subscription, message]) => Probe.push(subscription, message, 0)) });
  }

  static push({ id, kind, address, p256dh, auth }, message, clock_offset_s) {
    return { subscription: { id, kind, address, p256dh, auth }, message, clock_offset_s };
  }

  async #ask(question) {
    this.process.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.lines.next();
    assert.ok(!done, 'the probe answers');
    return JSON.parse(value);
  }
}
