// Reads something anew whenever it may have changed, but not more often than it is worth: at most once in `interval`, one request at a time,
// and once more after the last change.
export class Refresher {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running = false;
  private wanted = false;
  private readyAt = 0;
  private stopped = false;

  constructor(
    private readonly load: () => Promise<void>,
    private readonly interval: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  request(): void {
    this.wanted = true;
    if (this.running || this.stopped || this.timer !== undefined) return;
    this.timer = setTimeout(() => void this.run(), Math.max(0, this.readyAt - this.now()));
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    this.timer = undefined;
    this.running = true;
    this.wanted = false;
    const begun = this.now();
    try {
      await this.load();
    } catch {
      // Whoever loads shows the error; the next change tries again.
    }
    const took = this.now() - begun;
    // A slow network, or a service that has better things to do, is left alone most of the time.
    this.readyAt = begun + Math.max(this.interval, 6 * took);
    this.running = false;
    if (this.wanted) this.request();
  }
}
