import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { GatewayAccess } from '../ingest/admit-login.ts';
import { createEnrolment, type Enrolment } from './enrolment.ts';
import { GATEWAY_STORE_FILE, openGatewayStore } from './gateway-store.ts';
import { planLogin } from './plan-enrolment.ts';
import { type ServerTls, startServerTls } from './server-tls.ts';

export interface GatewaySettings {
  readonly dataDir: string;
  readonly nowMs: () => number;
  readonly certificateDays: number;
  readonly renewalGraceDays: number;
  /** Names of each TLS server to be; none when the cloud speaks no TLS. */
  readonly serverNames: readonly string[];
}

/** Everything that a running cloud does with its gateways' identities. */
export interface Gateways {
  readonly access: GatewayAccess;
  /** Present when the cloud speaks TLS: without it no certificate could be shown. */
  readonly certified: { readonly enrolment: Enrolment; readonly tls: ServerTls } | undefined;
  stop(): void;
}

const DAY_MS = 86_400_000;

/** Opens the records, and the authority when there is TLS to be spoken. Both are made at the first start. */
export async function openGateways(
  settings: GatewaySettings,
): Promise<Result<Gateways, Fault<'gateways-unusable' | 'authority-unusable'>>> {
  const { dataDir, nowMs, serverNames } = settings;
  const store = openStore(join(dataDir, GATEWAY_STORE_FILE));
  if (!store.ok) return store;
  const certified = serverNames.length === 0 ? ok(undefined) : await openCertified(settings, store.value);
  if (!certified.ok) {
    store.value.close();
    return certified;
  }
  return ok({
    access: {
      certificate(serial) {
        const login = planLogin(store.value.certificate(serial), nowMs());
        return login.ok ? ok({ name: login.value.edge, organisation: login.value.organisation }) : login;
      },
      isRevoked: (edge) => store.value.isRevoked(edge),
    },
    certified: certified.value,
    stop() {
      certified.value?.tls.stop();
      store.value.close();
    },
  });
}

type Store = ReturnType<typeof openGatewayStore>;

/** The authority's library costs some 18 MB, so it is loaded only where certificates are in use. */
async function openCertified(settings: GatewaySettings, store: Store) {
  const { loadAuthority } = await import('./authority-file.ts');
  const authority = await loadAuthority(settings.dataDir, settings.nowMs());
  if (!authority.ok) return authority;
  const environment = { nowMs: settings.nowMs, randomBytes };
  const enrolment = createEnrolment({
    ...environment,
    authority: authority.value,
    store,
    certificateMs: settings.certificateDays * DAY_MS,
    graceMs: settings.renewalGraceDays * DAY_MS,
  });
  const tls = await startServerTls(authority.value, [...new Set(settings.serverNames)], environment);
  return ok({ enrolment, tls });
}

function openStore(file: string): Result<Store, Fault<'gateways-unusable'>> {
  try {
    return ok(openGatewayStore(file));
  } catch (error) {
    return fail('gateways-unusable', `--data-dir: ${(error as Error).message}`);
  }
}
