import { parseConfig } from '@meetbrug/cloud/src/config/load-config.ts';
import { type Cloud, startCloud } from '@meetbrug/cloud/src/main.ts';
import { SECRET } from '../../cloud/test-cloud.ts';
import { connectEdge, type TestEdge } from '../../cloud/test-edge.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { walkPages } from '../../walker/walk-pages.ts';
import { DATASTREAMS, type LateMember, memberIri, newestMembers } from './late-members.ts';

export const VIEWS = ['by-page', 'by-time', 'by-location', 'by-property', 'by-datastream', 'latest'] as const;
export type ViewName = (typeof VIEWS)[number];

export interface ClientCloudSettings {
  readonly dataDir: string;
  readonly pageSize: number;
  readonly fanOut: number;
  /** What every view but `latest` keeps; everything without. */
  readonly retentionDays?: number;
  readonly httpPort?: number;
  /** Its own address without. */
  readonly publicBaseUrl?: string;
  /** The clock at the start. */
  readonly startMs: number;
}

/** A cloud with every kind of view and a clock that tests set, and what was delivered to it. */
export interface ClientCloud {
  readonly publicBaseUrl: string;
  readonly httpPort: number;
  viewUrl(view: ViewName): string;
  /** Delivers observations, one commit for each part; the clock goes on by `stepMs` before each. */
  deliver(members: readonly LateMember[], stepMs: number): Promise<void>;
  /** Sets the clock forward without delivering anything. */
  advance(ms: number): void;
  /** Everything delivered so far, with the stamp of its commit. */
  delivered(): readonly { readonly member: LateMember; readonly stampMs: number }[];
  /** IRIs of what a view shows when it is at rest. */
  shown(view: ViewName): ReadonlySet<string>;
  /** Waits until a view shows all of it. */
  settle(view: ViewName): Promise<void>;
  stop(): Promise<void>;
}

const COMMIT_MEMBERS = 500;
const SETTLE_TIMEOUT_MS = 60_000;

export async function startClientCloud(settings: ClientCloudSettings): Promise<ClientCloud> {
  const clock = { nowMs: settings.startMs };
  const cloud = await start(settings, () => clock.nowMs);
  const edge = await connectEdge(cloud.ports.mqtt);
  const delivered: { member: LateMember; stampMs: number }[] = [];
  const viewUrl = (view: ViewName) => `${cloud.publicBaseUrl}/ldes/demo/heat-stress/${view}`;
  const shown = (view: ViewName) => {
    const all = delivered.map(({ member }) => member);
    const members = view === 'latest' ? newestMembers(all) : all;
    return new Set(members.map((member) => memberIri(cloud.publicBaseUrl, member)));
  };
  return {
    publicBaseUrl: cloud.publicBaseUrl,
    httpPort: cloud.ports.http,
    viewUrl,
    async deliver(members, stepMs) {
      for (let from = 0; from < members.length; from += COMMIT_MEMBERS) {
        clock.nowMs += stepMs;
        const part = members.slice(from, from + COMMIT_MEMBERS);
        await commit(edge, part);
        delivered.push(...part.map((member) => ({ member, stampMs: clock.nowMs })));
      }
    },
    advance(ms) {
      clock.nowMs += ms;
    },
    delivered: () => delivered,
    shown,
    async settle(view) {
      const wanted = shown(view);
      const isThere = async () => {
        const { members } = await walkPages({ rootUrl: viewUrl(view) });
        return [...wanted].every((iri) => members.has(iri)) || undefined;
      };
      await waitFor(isThere, SETTLE_TIMEOUT_MS, () => `${view} does not show all ${wanted.size}`);
    },
    async stop() {
      await edge.end();
      await cloud.stop();
    },
  };
}

async function commit(edge: TestEdge, members: readonly LateMember[]): Promise<void> {
  const { refused, describe } = await edge.deliver({
    datastreams: DATASTREAMS.map(({ datastream }) => [datastream, 1] as const),
    descriptions: DATASTREAMS,
    uplinks: members.map(({ sequence, datastream, beginMs, value }) => [
      sequence,
      beginMs + 500,
      [[datastream, beginMs, null, beginMs + 100, value, 2]],
    ]),
  });
  if (refused.length + describe.length > 0)
    throw new Error(`the cloud refuses ${JSON.stringify({ refused, describe })}`);
}

async function start(settings: ClientCloudSettings, nowMs: () => number): Promise<Cloud> {
  const { dataDir, pageSize, fanOut, retentionDays, httpPort = 0 } = settings;
  const { publicBaseUrl = `http://127.0.0.1:${httpPort}` } = settings;
  const retention = retentionDays === undefined ? '' : `, retention: { days: ${retentionDays} }`;
  const keyed = VIEWS.filter((kind) => kind !== 'by-page' && kind !== 'latest');
  const parsed = parseConfig(`
publicBaseUrl: ${publicBaseUrl}
http: { port: ${httpPort} }
mqtt: { port: 0 }
organisations: [{ name: demo, label: Demo, streams: [heat-stress] }]
ldes: { pageSize: ${pageSize}, fanOut: ${fanOut}${retention}, views: [
  ${keyed.map((kind) => `{ kind: ${kind}, pageSize: ${pageSize}, fanOut: ${fanOut}${retention} }`).join(', ')},
  { kind: latest, buckets: 4 } ] }`);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  const silent = () => undefined;
  const logger = { info: silent, warn: silent, fatal: silent };
  const edges = [{ name: 'edge-a', organisation: 'demo', secret: SECRET }];
  const started = await startCloud({ config: parsed.value, edges }, { dataDir, logger, nowMs });
  if (!started.ok) throw new Error(started.fault.detail);
  return started.value;
}
