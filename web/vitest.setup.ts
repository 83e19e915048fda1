// What browsers have and Node 18 does not show without a flag.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto as Crypto;
