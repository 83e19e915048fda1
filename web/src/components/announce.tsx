// Says a short text to those who listen, without moving the focus.
import { signal } from '@preact/signals';

const message = signal('');

export function announce(text: string): void {
  // The same words twice are no change and would not be said again.
  message.value = message.value === text ? `${text}\u00a0` : text;
}

export function AnnounceRegion() {
  return (
    <div class="heard" role="status" aria-live="polite">
      {message.value}
    </div>
  );
}
