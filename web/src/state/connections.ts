// The person's connections and what could be connected.
import { signal } from '@preact/signals';
import { api, unwrap, type Connection, type DataType, type Schemas } from '../api/client';

export type Provider = Schemas['Provider'];

export const connections = signal<Connection[] | null>(null);
export const providers = signal<Provider[] | null>(null);

export async function loadConnections(signal?: AbortSignal): Promise<Connection[]> {
  const [mine, all] = await Promise.all([
    unwrap(api.GET('/v1/connections', { signal })),
    providers.value ?? unwrap(api.GET('/v1/providers', { signal })).then((answer) => answer.providers),
  ]);
  providers.value = all;
  connections.value = mine.connections;
  return mine.connections;
}

export function forgetConnections(): void {
  connections.value = null;
  providers.value = null;
}

export function findProvider(id: string): Provider | undefined {
  return providers.value?.find((provider) => provider.id === id);
}

// What the provider offers and the person has not allowed.
export function missingTypes(connection: Connection, provider: Provider | undefined): DataType[] {
  return (provider?.types ?? []).map((offer) => offer.type).filter((type) => !connection.types.includes(type));
}

// Leaves for the provider's sign-in page; the way back is `returnTo`, a path of this app, with ?connection= or ?error= added.
export async function connectProvider(provider: string, returnTo = '/connections'): Promise<void> {
  const answer = await unwrap(
    api.POST('/v1/connections/{provider}/authorize', { params: { path: { provider } }, body: { return_url: location.origin + returnTo } }),
  );
  const url = new URL(answer.authorize_url);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error('not a web address');
  location.assign(url);
}

export async function disconnect(id: string, data: 'keep' | 'delete'): Promise<void> {
  await api.DELETE('/v1/connections/{id}', { params: { path: { id }, query: { data } } });
  connections.value = connections.value?.filter((connection) => connection.id !== id) ?? null;
}
