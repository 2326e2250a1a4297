import { generateKeyPairSync } from 'node:crypto';
import type { Authority } from './authority.ts';
import { newSerial } from './serial.ts';

/** What a TLS server of the cloud shows: key and chain in PEM. The key lives in memory only and is new at every start. */
export interface ServerIdentity {
  readonly keyPem: string;
  /** The server's certificate, then the authority's: a gateway that knows only the fingerprint needs both. */
  readonly chainPem: string;
  /** When the next one is due. */
  readonly renewMs: number;
}

const LIFE_MS = 90 * 86_400_000;
/** For gateways whose clock is behind the cloud's. */
const BACKDATED_MS = 3_600_000;

/** @param names host names and IP addresses under which gateways reach this cloud */
export async function createServerIdentity(
  authority: Authority,
  names: readonly string[],
  nowMs: number,
  randomBytes: (count: number) => Uint8Array,
): Promise<ServerIdentity> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = await authority.signServer({
    serial: newSerial(randomBytes(16)),
    names,
    spki: publicKey.export({ format: 'der', type: 'spki' }),
    notBeforeMs: nowMs - BACKDATED_MS,
    notAfterMs: nowMs + LIFE_MS,
  });
  return {
    keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    chainPem: certificate + authority.certificatePem,
    renewMs: nowMs + (LIFE_MS / 3) * 2,
  };
}
