// What the installation says about itself: how to sign in, what it can push, where Pro is to be had.
import { signal } from '@preact/signals';
import { api, unwrap, type Schemas } from '../api/client';

export type ClientConfig = Schemas['ClientConfig'];

export const config = signal<ClientConfig | null>(null);

let pending: Promise<ClientConfig> | null = null;

export async function loadConfig(): Promise<ClientConfig> {
  if (config.value !== null) return config.value;
  pending ??= unwrap(api.GET('/v1/client-config')).finally(() => {
    pending = null;
  });
  config.value = await pending;
  return config.value;
}
