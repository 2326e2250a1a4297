import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { inviteGateway, revokeGateway } from '@meetbrug/cloud/src/gateways/gateways-command.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';
import { type EnrolmentWish, enrolGateway } from '@meetbrug/edge/src/enrolment/enrol-gateway.ts';
import type { GatewayIdentity } from '@meetbrug/edge/src/enrolment/gateway-identity.ts';
import { openIdentityFiles } from '@meetbrug/edge/src/enrolment/identity-files.ts';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';

export const EDGE_SECRET = 'a-secret-of-a-test-edge';

/** A cloud that gives out certificates, and a folder for what its gateways keep. */
export interface GatewayCloud {
  readonly folder: string;
  readonly dataDir: string;
  /** Every line of its log. */
  readonly log: string[];
  cloud(): Cloud;
  restart(): Promise<void>;
  invite(edge?: string, hours?: number): Promise<string>;
  revoke(edge: string): void;
  /** Enrols an edge into a folder of its own; throws the fault. */
  enrol(edge: string, changes?: Partial<EnrolmentWish>): Promise<GatewayIdentity>;
  wish(code: string, edge: string, changes?: Partial<EnrolmentWish>): EnrolmentWish;
  httpUrl(): string;
  remove(): Promise<void>;
}

export interface GatewayCloudSettings {
  /** YAML of `mqtt:` and `http:` beside their ports. */
  readonly mqtt?: string;
  readonly http?: string;
  readonly gateways?: string;
  readonly nowMs?: () => number;
}

export async function startGatewayCloud(settings: GatewayCloudSettings = {}): Promise<GatewayCloud> {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-gateways-'));
  const dataDir = join(folder, 'cloud');
  mkdirSync(dataDir);
  const nowMs = settings.nowMs ?? Date.now;
  const config = configOf(settings);
  const log: string[] = [];
  const note = (fields: object, message: string) => void log.push(JSON.stringify({ ...fields, message }));
  const logger = { info: note, warn: note, fatal: note };
  const secretEdge = { name: 'edge-secret', organisation: 'demo', secret: EDGE_SECRET };
  const start = async () => {
    const started = await startCloud({ config, edges: [secretEdge] }, { dataDir, logger, nowMs });
    if (!started.ok) throw new Error(started.fault.detail);
    return started.value;
  };
  let cloud = await start();
  const workplace = () => ({ config, dataDir, nowMs: nowMs() });
  const httpUrl = () => `${config.http.tls === undefined ? 'http' : 'https'}://127.0.0.1:${cloud.ports.http}`;
  const fixture: GatewayCloud = {
    folder,
    dataDir,
    log,
    cloud: () => cloud,
    async restart() {
      await cloud.stop();
      cloud = await start();
    },
    async invite(edge = 'edge-a', hours = 24) {
      const invited = await inviteGateway(workplace(), { edge, organisation: 'demo', hours });
      if (!invited.ok) throw new Error(invited.fault.detail);
      return invited.value.code;
    },
    revoke(edge) {
      const revoked = revokeGateway(workplace(), edge);
      if (!revoked.ok) throw new Error(revoked.fault.detail);
    },
    async enrol(edge, changes) {
      const enrolled = await enrolGateway(fixture.wish(await fixture.invite(edge), edge, changes));
      if (!enrolled.ok) throw new Error(enrolled.fault.detail);
      return enrolled.value;
    },
    wish: (code, edge, changes) => ({
      code,
      edge,
      organisation: 'demo',
      enrolUrl: httpUrl(),
      files: openIdentityFiles(join(folder, `identity-${edge}`)),
      nowMs: nowMs(),
      isSynchronised: undefined,
      ...changes,
    }),
    httpUrl,
    async remove() {
      await cloud.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return fixture;
}

function configOf({ mqtt: link = 'tls: {}', http = '', gateways = 'attemptsPerMinute: 1000' }: GatewayCloudSettings) {
  const parsed = parseConfig(`
publicBaseUrl: http://cloud.example
http: { port: 0, ${http} }
mqtt: { port: 0, ${link} }
gateways: { ${gateways} }
organisations: [{ name: demo, label: Demo }, { name: other, label: Other }]`);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return parsed.value;
}

/** What mqtt.js needs to show an identity and to know the cloud. */
export function certificateOptions({ keyPem, certificatePem, authorityPem }: GatewayIdentity): IClientOptions {
  return { key: keyPem, cert: certificatePem, ca: authorityPem };
}

export interface Attempt {
  readonly client: MqttClient;
  /** Whether the login succeeded; false once the connection is gone without. */
  readonly loggedIn: Promise<boolean>;
  readonly closed: Promise<void>;
}

/** One attempt to log in, by any transport. */
export function attempt(url: string, options: IClientOptions): Attempt {
  const client = mqtt.connect(url, { reconnectPeriod: 0, connectTimeout: 10_000, ...options });
  client.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
  const connected = new Promise<boolean>((resolve) => client.once('connect', () => resolve(true)));
  return { client, closed, loggedIn: Promise.race([connected, closed.then(() => false)]) };
}
