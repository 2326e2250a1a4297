import { join } from 'node:path';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { LoadedConfig } from '../config/cloud-config.ts';
import { streamNames } from '../config/stream-names.ts';
import type { Access } from './access.ts';
import { type AccessEvents, createAccess } from './create-access.ts';
import { readPolicies } from './decide-access.ts';
import { KEY_STORE_FILE, type KeyStore, openKeyStore } from './key-store.ts';
import type { TokenVerifier } from './verify-token.ts';

export interface AccessSettings {
  readonly loaded: LoadedConfig;
  readonly dataDir: string;
  readonly nowMs: () => number;
  readonly events: AccessEvents;
}

const JWKS_TIMEOUT_MS = 5_000;
const JWKS_COOLDOWN_MS = 30_000;
const JWKS_MAX_AGE_MS = 600_000;

/** Opens the keys of readers, which are made at the first start, and the access to what the configuration closes. */
export function openAccess({ loaded, dataDir, nowMs, events }: AccessSettings): Result<Access, Fault<'keys-unusable'>> {
  const keys = openKeys(dataDir);
  if (!keys.ok) return keys;
  const verifyToken = tokenVerifierOf(loaded, nowMs);
  return ok(
    createAccess({
      policies: readPolicies(loaded.config.access.streams),
      streams: streamNames(loaded.config),
      keys: keys.value,
      ...(verifyToken && { verifyToken }),
      nowMs,
      events,
    }),
  );
}

function openKeys(dataDir: string): Result<KeyStore, Fault<'keys-unusable'>> {
  try {
    return ok(openKeyStore(join(dataDir, KEY_STORE_FILE)));
  } catch (error) {
    return fail('keys-unusable', `--data-dir: ${(error as Error).message}`);
  }
}

/** The library is loaded when the first token comes: most clouds take none. */
function tokenVerifierOf({ config, jwks }: LoadedConfig, nowMs: () => number): TokenVerifier | undefined {
  const { oauth2 } = config.access;
  if (oauth2 === undefined) return undefined;
  const { jwksUrl } = oauth2;
  let verifying: Promise<TokenVerifier> | undefined;
  const load = async () => {
    const [{ createLocalJWKSet, createRemoteJWKSet }, { createTokenVerifier }] = await Promise.all([
      import('jose'),
      import('./verify-token.ts'),
    ]);
    const bounds = {
      timeoutDuration: JWKS_TIMEOUT_MS,
      cooldownDuration: JWKS_COOLDOWN_MS,
      cacheMaxAge: JWKS_MAX_AGE_MS,
    };
    const keys =
      jwksUrl === undefined ? createLocalJWKSet(jwks ?? { keys: [] }) : createRemoteJWKSet(new URL(jwksUrl), bounds);
    return createTokenVerifier(oauth2, keys, nowMs);
  };
  return async (token) => {
    verifying ??= load();
    return (await verifying)(token);
  };
}
