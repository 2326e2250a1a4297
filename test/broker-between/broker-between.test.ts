import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, openAuthority } from '@meetbrug/cloud/src/gateways/authority.ts';
import { createServerIdentity } from '@meetbrug/cloud/src/gateways/server-identity.ts';
import { linkTopic } from '@meetbrug/protocols/delivery';
import mqtt from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { NOTHING_WRONG, summariseComparison } from '../end-to-end/compare-feed.ts';
import { FORETOLD_STREAMS, type Settlement, settleFeeds } from '../end-to-end/settle-feeds.ts';
import { createFleet, type FleetMessage, firstMessages } from '../fleet/create-fleet.ts';
import { publishFleet } from '../fleet/publish-fleet.ts';
import { freePorts } from '../harness/free-port.ts';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { waitFor } from '../harness/wait-for.ts';
import { createMosquitto, hasMosquitto, type Mosquitto } from './mosquitto.ts';

const CLOUD_USER = 'demo-cloud';
const WAIT_MS = 30_000;
const TIMEOUT_MS = 180_000;
const WINDOW_MAX = 20;
const MESSAGES = 200;

interface Site {
  readonly installation: Installation;
  readonly mosquitto: Mosquitto;
  readonly brokerUrl: string;
  /** The password of the edge at the broker, and at the cloud. */
  readonly edgeSecret: string;
}

let folder: string | undefined;
let site: Site | undefined;

afterEach(async () => {
  await site?.installation.remove();
  await site?.mosquitto.kill();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  [site, folder] = [undefined, undefined];
});

const fleet = createFleet({ seed: 41, devices: 20, uplinksPerSecond: 100, duplicatesPercent: 5, lateSecondsMax: 3 });

/** Edge and cloud that know of each other only by what a broker carries. Nothing runs yet. */
async function createSite(scheme: 'mqtt' | 'mqtts'): Promise<Site> {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'meetbrug-between-')));
  const [port = 0] = await freePorts(1);
  const brokerUrl = `${scheme}://127.0.0.1:${port}`;
  const cloudPassword = randomBytes(16).toString('hex');
  const passwordFile = join(folder, 'cloud-password');
  writeFileSync(passwordFile, `${cloudPassword}\n`, { mode: 0o600 });
  const tls = scheme === 'mqtts' ? await createTls(folder) : undefined;
  const caFile = tls === undefined ? {} : { caFile: tls.caFile };
  const installation = await createInstallation({
    fleet,
    streams: FORETOLD_STREAMS,
    brokerBetween: { url: brokerUrl, username: CLOUD_USER, passwordFile, ...caFile },
    edgeSettings: () => ({
      cloud: { url: brokerUrl, secretFile: 'link-secret', ackTimeoutMs: 1_000, reconnectMsMax: 1_000, ...caFile },
    }),
  });
  const edgeSecret = readFileSync(installation.link.secretFile, 'utf8').trim();
  const passwords = { [installation.link.edge]: edgeSecret, [CLOUD_USER]: cloudPassword };
  const mosquitto = createMosquitto({ folder, port, passwords, cloudUser: CLOUD_USER, ...(tls && { tls }) });
  site = { installation, mosquitto, brokerUrl, edgeSecret };
  return site;
}

/** A key and certificate for the broker, of an authority that no machine trusts. */
async function createTls(into: string) {
  const authority = await openAuthority(await createAuthority('01', Date.now()));
  const { keyPem, chainPem } = await createServerIdentity(authority, ['127.0.0.1'], Date.now(), (count) =>
    randomBytes(count),
  );
  const caFile = join(into, 'authority.pem');
  writeFileSync(caFile, authority.certificatePem);
  return { keyPem, certificatePem: chainPem, caFile };
}

async function isConnected({ edgeHttpUrl }: Installation): Promise<boolean> {
  const status = (await (await fetch(edgeHttpUrl)).json()) as { cloud: { connected: boolean } };
  return status.cloud.connected;
}

async function expectDelivered(
  { installation, mosquitto }: Site,
  settlement: Omit<Settlement, 'fleet'>,
): Promise<void> {
  const { comparisons, views } = await settleFeeds(installation, { fleet, ...settlement });
  for (const stream of FORETOLD_STREAMS) {
    const comparison = comparisons.get(stream);
    if (comparison === undefined) throw new Error(`${stream} was not walked`);
    expect([stream, summariseComparison(comparison)], mosquitto.output()).toEqual([stream, NOTHING_WRONG]);
    expect([stream, views.get(stream)?.faults]).toEqual([stream, []]);
  }
}

/** Publishes to the edge; what it acknowledged is owed. */
async function publish({ installation }: Site, messages: Iterable<FleetMessage>, signal?: AbortSignal) {
  const acknowledged: FleetMessage[] = [];
  const sent: FleetMessage[] = [];
  const report = await publishFleet({
    url: installation.edgeMqttUrl,
    clientId: 'fleet',
    messages: recorded(messages, sent),
    pace: signal === undefined ? 'flat-out' : 'as-timed',
    windowMax: WINDOW_MAX,
    onAcknowledged: (message) => acknowledged.push(message),
    ...(signal === undefined ? {} : { signal }),
  });
  expect(report.unacknowledged).toBe(0);
  return { acknowledged, sent };
}

function* recorded(messages: Iterable<FleetMessage>, into: FleetMessage[]): Generator<FleetMessage> {
  for (const message of messages) {
    into.push(message);
    yield message;
  }
}

const PARTS = ['edge', 'broker', 'cloud'] as const;
type Part = (typeof PARTS)[number];

/** Every order of the three. */
const ORDERS = PARTS.flatMap((first) =>
  PARTS.filter((part) => part !== first).map((second): Part[] => [
    first,
    second,
    ...PARTS.filter((part) => part !== first && part !== second),
  ]),
);

describe.skipIf(!hasMosquitto())('a plain broker between edge and cloud', () => {
  const partsOf = ({ installation, mosquitto }: Site) => ({
    edge: installation.edge,
    broker: mosquitto,
    cloud: installation.cloud,
  });

  it.each(['mqtt', 'mqtts'] as const)(
    'carries every uplink into the feed exactly once, over %s',
    async (scheme) => {
      const own = await createSite(scheme);
      await own.mosquitto.start();
      await own.installation.cloud.start();
      await own.installation.edge.start();
      await expectDelivered(own, await publish(own, firstMessages(fleet, Date.now(), MESSAGES)));
      expect(await isConnected(own.installation)).toBe(true);
    },
    TIMEOUT_MS,
  );

  it(
    'may be reached by the edge long before the cloud: nothing is called connected until the cloud answers',
    async () => {
      const own = await createSite('mqtt');
      await own.mosquitto.start();
      await own.installation.edge.start();
      const settlement = await publish(own, firstMessages(fleet, Date.now(), MESSAGES));
      await waitFor(
        () => (own.mosquitto.output().includes(own.installation.link.edge) ? true : undefined),
        WAIT_MS,
        () => `the edge did not come:\n${own.mosquitto.output()}`,
      );
      expect(await isConnected(own.installation)).toBe(false);
      await own.installation.cloud.start();
      await expectDelivered(own, settlement);
      expect(await isConnected(own.installation)).toBe(true);
      // One connection, over all that time.
      expect(own.mosquitto.output().match(/New client connected from \S+ as meetbrug-edge-/g)).toHaveLength(1);
    },
    TIMEOUT_MS,
  );

  it(
    'may be killed and started in any order with edge and cloud, and nothing is lost or doubled',
    async () => {
      const own = await createSite('mqtt');
      const parts = partsOf(own);
      for (const part of PARTS) await parts[part].start();
      const over = new AbortController();
      const publishing = publish(own, fleet.messages(Date.now()), over.signal);
      try {
        for (const [index, killing] of ORDERS.entries()) {
          for (const part of killing) await parts[part].kill();
          for (const part of ORDERS[(index * 5 + 2) % ORDERS.length] ?? PARTS) await parts[part].start();
          await waitFor(
            async () => ((await isConnected(own.installation)) ? true : undefined),
            WAIT_MS,
            () => `not connected after ${killing}:\n${own.installation.edge.output()}\n${own.mosquitto.output()}`,
          );
        }
      } finally {
        over.abort();
      }
      const settlement = await publishing;
      expect(settlement.acknowledged.length).toBeGreaterThan(100);
      await expectDelivered(own, settlement);
    },
    TIMEOUT_MS,
  );

  it(
    'keeps an edge below its own topics',
    async () => {
      const { mosquitto, brokerUrl, installation, edgeSecret } = await createSite('mqtt');
      await mosquitto.start();
      const login = { username: installation.link.edge, password: edgeSecret, reconnectPeriod: 0 };
      const client = await mqtt.connectAsync(brokerUrl, login);
      const heard: string[] = [];
      client.on('message', (topic) => heard.push(topic));
      await client.subscribeAsync('meetbrug/v1/#').catch(() => undefined);
      await client.subscribeAsync(linkTopic(installation.link.edge, 'hello'));
      await client.publishAsync(linkTopic('another-edge', 'hello'), 'x', { qos: 1 });
      await client.publishAsync(linkTopic(installation.link.edge, 'hello'), 'x', { qos: 1 });
      await waitFor(
        () => (heard.length > 0 ? true : undefined),
        WAIT_MS,
        () => 'nothing was heard',
      );
      expect(new Set(heard)).toEqual(new Set([linkTopic(installation.link.edge, 'hello')]));
      await client.endAsync(true);
    },
    TIMEOUT_MS,
  );
});
