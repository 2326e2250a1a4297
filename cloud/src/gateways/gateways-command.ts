import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatInvitationCode } from '@meetbrug/protocols/enrolment';
import { nameSchema } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { CloudConfig } from '../config/cloud-config.ts';
import { CLOUD_SENDER } from '../products/cloud-sender.ts';
import type { GatewaySummary } from './gateway-record.ts';
import { GATEWAY_STORE_FILE, type GatewayStore, openGatewayStore } from './gateway-store.ts';
import { invitationId, invitationKey } from './invitation-key.ts';

/** Where a command works: it may run beside the cloud that it is about. */
export interface GatewayWorkplace {
  readonly config: CloudConfig;
  readonly dataDir: string;
  readonly nowMs: number;
}

export interface InvitationWish {
  readonly edge: string;
  /** May be left out where there is one organisation only. */
  readonly organisation?: string;
  /** Life of the code, at most 24. */
  readonly hours: number;
}

const HOURS_MAX = 24;
const HOUR_MS = 3_600_000;

/** A one-time code for an edge. It is shown here and kept nowhere. The detail of a fault names what to change. */
export async function inviteGateway(
  { config, dataDir, nowMs }: GatewayWorkplace,
  { edge, organisation = onlyOrganisation(config), hours }: InvitationWish,
): Promise<Result<{ readonly code: string; readonly expiresMs: number }, Fault>> {
  const name = nameSchema.safeParse(edge);
  if (!name.success) return fail('bad-name', '--edge: lower-case letters, digits and inner hyphens, at most 64');
  if (edge === CLOUD_SENDER) return fail('bad-name', `--edge: "${CLOUD_SENDER}" is reserved`);
  if (!(hours > 0 && hours <= HOURS_MAX)) return fail('bad-hours', `--hours: more than 0, at most ${HOURS_MAX}`);
  if (config.mqtt.tls === undefined && config.http.tls === undefined) {
    return fail('no-tls', 'this cloud takes no certificates: set mqtt.tls or http.tls in its configuration first');
  }
  const owner = ownerFault(config, edge, organisation);
  if (owner !== undefined) return owner;
  const known = listGateways({ config, dataDir, nowMs });
  if (!known.ok) return known;
  const { loadAuthority } = await import('./authority-file.ts');
  const authority = await loadAuthority(dataDir, nowMs);
  if (!authority.ok) return authority;
  const secret = randomBytes(32);
  const expiresMs = nowMs + hours * HOUR_MS;
  const id = invitationId(invitationKey(secret));
  const invited = withStore(dataDir, (store) =>
    store.invite({ id, edge, organisation: organisation as string, nowMs, expiresMs }),
  );
  if (!invited.ok) return invited;
  const authorityFingerprint = authority.value.fingerprint;
  return ok({ code: formatInvitationCode({ secret: secret.toString('base64url'), authorityFingerprint }), expiresMs });
}

export function listGateways({ dataDir, nowMs }: GatewayWorkplace): Result<GatewaySummary[], Fault> {
  return withStore(dataDir, (store) => ok(store.list(nowMs)));
}

/** Shuts an edge out, with its certificates, its codes and its secret. A running cloud follows within seconds. */
export function revokeGateway({ config, dataDir, nowMs }: GatewayWorkplace, edge: string): Result<undefined, Fault> {
  return withStore(dataDir, (store) => {
    const known = store.list(nowMs).find((gateway) => gateway.edge === edge);
    const organisation = known?.organisation ?? config.edges.find(({ name }) => name === edge)?.organisation;
    if (organisation === undefined) return fail('unknown-gateway', `--edge: there is no gateway "${edge}"`);
    store.revoke(edge, organisation, nowMs);
    return ok(undefined);
  });
}

function withStore<T>(dataDir: string, use: (store: GatewayStore) => Result<T, Fault>): Result<T, Fault> {
  let store: GatewayStore | undefined;
  try {
    mkdirSync(dataDir, { recursive: true });
    store = openGatewayStore(join(dataDir, GATEWAY_STORE_FILE));
    return use(store);
  } catch (error) {
    return fail('gateways-unusable', `--data-dir: ${dataDir}: ${(error as Error).message}`);
  } finally {
    store?.close();
  }
}

function onlyOrganisation({ organisations }: CloudConfig): string | undefined {
  return organisations.length === 1 ? organisations[0]?.name : undefined;
}

function ownerFault(config: CloudConfig, edge: string, organisation: string | undefined) {
  if (organisation === undefined) return fail('no-organisation', '--organisation: say which one owns the data');
  if (!config.organisations.some(({ name }) => name === organisation)) {
    return fail('unknown-organisation', `--organisation: "${organisation}" is not in the configuration`);
  }
  const configured = config.edges.find(({ name }) => name === edge);
  if (configured === undefined || configured.organisation === organisation) return undefined;
  return fail('other-organisation', `--edge: "${edge}" belongs to "${configured.organisation}" in the configuration`);
}
