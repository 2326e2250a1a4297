import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { freePorts } from '../harness/free-port.ts';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { waitFor } from '../harness/wait-for.ts';
import { edgeCounts, edgeMetric, valuesOf } from '../sources/installed-values.ts';
import { replicateOnce } from '../walker/replicate.ts';
import {
  frameOf,
  GATEWAYS,
  pushData,
  SENSOR,
  SENSOR_DEVICE,
  stationMessage,
  temperaturePayload,
  theThingsStackUp,
} from './heat-sensor.ts';
import { UdpForwarder } from './udp-forwarder.ts';

const SAMPLES = join(import.meta.dirname, '../samples');
const TIMEOUT_MS = 90_000;
const TOKEN = 'a-token-of-the-test';

function sampleJson(number: string): Record<string, unknown> {
  const file = readdirSync(SAMPLES).find((name) => name.startsWith(`${number}-`) && !name.includes('expected'));
  return JSON.parse(readFileSync(join(SAMPLES, file ?? ''), 'utf8'));
}

const sampleDatagram = (number: string) => Buffer.from(String(sampleJson(number).datagramHex), 'hex');

describe('gateways at an edge, without a network server', () => {
  let folder: string;
  let installation: Installation;
  let forwarder: UdpForwarder;
  let stationPort = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'meetbrug-lorawan-'));
    const [udpPort = 0, wsPort = 0] = await freePorts(2);
    stationPort = wsPort;
    const sessionsFile = join(folder, 'sessions.json');
    const tokenFile = join(folder, 'token');
    writeFileSync(sessionsFile, JSON.stringify([SENSOR]));
    writeFileSync(tokenFile, TOKEN);
    installation = await createInstallation({
      devices: [SENSOR_DEVICE],
      edgeSettings: () => ({
        lorawan: { sessionsFile, frameCounterGapMax: 200_000 },
        heat: { indices: [] },
        sources: [
          { kind: 'packet-forwarder', name: 'forwarders', port: udpPort, gateways: [...GATEWAYS] },
          { kind: 'basics-station', name: 'stations', port: wsPort, gateways: [GATEWAYS[0]], tokenFile },
        ],
      }),
    });
    await installation.cloud.start();
    await installation.edge.start();
    forwarder = new UdpForwarder(udpPort);
  }, TIMEOUT_MS);
  afterAll(async () => {
    forwarder?.close();
    await installation?.remove();
    rmSync(folder, { recursive: true, force: true });
  }, TIMEOUT_MS);

  const skipped = async (reason: string) => {
    const text = await (await fetch(`${installation.edgeHttpUrl}/metrics`)).text();
    const line = text
      .split('\n')
      .find((one) => one.startsWith('meetbrug_edge_skipped_messages_total{') && one.includes(`reason="${reason}"`));
    return Number(line?.slice(line.lastIndexOf(' ') + 1) ?? 0);
  };

  const committed = (count: number) => edgeCounts(installation, 'meetbrug_edge_uplinks_committed_total', count);
  const duplicates = (count: number) => edgeCounts(installation, 'meetbrug_edge_duplicate_uplinks_total', count);

  it(
    'takes samples 16 to 21 from a UDP forwarder, and counts by reason what is no uplink',
    async () => {
      expect(await forwarder.ask(sampleDatagram('16'))).toBe('021a2b01');
      await committed(1);
      expect(await forwarder.ask(sampleDatagram('17'))).toBe('029f0101');
      await duplicates(1);
      expect(await forwarder.ask(sampleDatagram('18'))).toBe('02000701');
      const { datagrams } = sampleJson('19') as { datagrams: { name: string; hex: string }[] };
      for (const { name, hex } of datagrams) {
        const bytes = Buffer.from(hex, 'hex');
        if (name === 'PULL_DATA') expect(await forwarder.ask(bytes)).toBe('02abcd04');
        else if (name.includes('PUSH_DATA')) expect(await forwarder.ask(bytes)).toBe('01000101');
        else forwarder.send(bytes);
      }
      // Here 21 comes before 20, so that its counter is near the one that was accepted.
      expect(await forwarder.ask(sampleDatagram('21'))).toBe('02333301');
      await edgeCounts(installation, 'meetbrug_edge_quarantined_total', 1);
      // Sample 20 follows a counter of 131056: frames less than a roll-over apart bring the session there.
      for (const [index, counter] of [65_000, 70_000, 131_056].entries()) {
        const time = `2026-08-0${index + 1}T08:00:00Z`;
        forwarder.send(pushData(GATEWAYS[0], frameOf(counter, temperaturePayload(200 + index)), time));
        await committed(index + 2);
      }
      expect(await forwarder.ask(sampleDatagram('20'))).toBe('02222201');
      await committed(5);
      expect([await skipped('radio-crc'), await skipped('runt'), await skipped('unknown-identifier')]).toEqual([
        1, 1, 1,
      ]);
      expect(await skipped('gateway-status')).toBe(2);
    },
    TIMEOUT_MS,
  );

  it(
    'drops what is not from its gateways and what is of no session, and never writes it',
    async () => {
      const strange = frameOf(7, temperaturePayload(123), { devAddr: '01020304' });
      forwarder.send(pushData('FFFFFFFFFFFFFFFF', frameOf(131_090, temperaturePayload(222))));
      forwarder.send(pushData(GATEWAYS[1], strange));
      await waitFor(
        async () => ((await skipped('unknown-gateway')) === 1 && (await skipped('unknown-session')) === 1) || undefined,
        10_000,
        () => 'not counted',
      );
      const files = readdirSync(installation.edgeDataDir, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ name }) => readFileSync(join(installation.edgeDataDir, name)));
      for (const file of files) expect(file.includes(strange.toString('base64'))).toBe(false);
    },
    TIMEOUT_MS,
  );

  it(
    'makes one member of a frame that comes over GWMP and over The Things Stack, in either order',
    async () => {
      const client = await mqtt.connectAsync(installation.edgeMqttUrl);
      const publish = (counter: number, payload: Buffer, time: string) =>
        client.publishAsync('v3/city@ttn/devices/heat-09/up', theThingsStackUp(counter, payload, time), { qos: 1 });
      const [first, second] = [temperaturePayload(301), temperaturePayload(302)];
      const before = await edgeMetric(installation, 'meetbrug_edge_duplicate_uplinks_total');
      forwarder.send(pushData(GATEWAYS[0], frameOf(131_100, first), '2026-09-02T08:00:00Z'));
      await committed(6);
      await publish(131_100, first, '2026-09-02T08:00:00Z');
      await duplicates(before + 1);
      await publish(131_101, second, '2026-09-02T08:10:00Z');
      await committed(7);
      forwarder.send(pushData(GATEWAYS[1], frameOf(131_101, second), '2026-09-02T08:10:00.250Z'));
      await duplicates(before + 2);
      await client.endAsync();
      await edgeCounts(installation, 'meetbrug_edge_uplinks_acknowledged_total', 7);
      const rows = (await valuesOf(installation, 'heat-09'))['air-temperature'] ?? [];
      expect(rows.filter(({ value }) => Number(value) === 30.1 || Number(value) === 30.2)).toHaveLength(2);
      const members = await replicateOnce({ url: installation.viewUrl('heat-stress') });
      const at = (time: string) =>
        [...members.keys()].filter((id) => id.includes(time) && id.includes('luchttemperatuur'));
      expect(at('2026-09-02')).toHaveLength(2);
    },
    TIMEOUT_MS,
  );

  it(
    'knows its frame counters after it was killed: a replayed frame is dropped, a copy is a duplicate',
    async () => {
      await installation.edge.kill();
      await installation.edge.start();
      forwarder.send(pushData(GATEWAYS[1], frameOf(131_101, temperaturePayload(302))));
      await duplicates(1);
      forwarder.send(pushData(GATEWAYS[1], frameOf(131_095, temperaturePayload(250))));
      await edgeCounts(installation, 'meetbrug_edge_dropped_messages_total', 1);
      expect(await edgeMetric(installation, 'meetbrug_edge_uplinks_committed_total')).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'serves a Basics Station that shows its token: where to go, its settings, the time, and its frames',
    async () => {
      const base = `ws://127.0.0.1:${stationPort}`;
      const headers = { authorization: `Bearer ${TOKEN}` };
      const refused = await new Promise<string>((resolve) => {
        new WebSocket(`${base}/router-info`).once('error', ({ message }) => resolve(message));
      });
      expect(refused).toContain('401');
      const [hello, version] = (sampleJson('22') as { frames: { json: Record<string, unknown> }[] }).frames;
      const asking = new Station(`${base}/router-info`, headers);
      const told = await asking.ask(hello?.json ?? {});
      expect(told).toMatchObject({ router: '0016:c001:f153:a14c', uri: `${base}/gateway/0016c001f153a14c` });
      asking.close();
      const station = new Station(String(told.uri), headers);
      expect(await station.ask(version?.json ?? {})).toMatchObject({ msgtype: 'router_config', region: 'EU863' });
      expect(await station.ask({ msgtype: 'timesync', txtime: 12 })).toMatchObject({ msgtype: 'timesync', txtime: 12 });
      // Heard by a forwarder as well.
      const frame = frameOf(131_102, temperaturePayload(260));
      station.send(stationMessage(frame));
      await committed(1);
      forwarder.send(pushData(GATEWAYS[1], frame));
      await duplicates(2);
      station.send((sampleJson('23') as { frames: { json: object }[] }).frames[0]?.json ?? {});
      await waitFor(
        async () => (await skipped('join-request')) === 1 || undefined,
        10_000,
        () => 'no join request',
      );
      station.close();
    },
    TIMEOUT_MS,
  );
});

/** The other side of the LNS protocol. */
class Station {
  readonly #socket: WebSocket;
  readonly #open: Promise<void>;

  constructor(url: string, headers: Record<string, string>) {
    this.#socket = new WebSocket(url, { headers });
    this.#open = new Promise((resolve, reject) => {
      this.#socket.once('open', () => resolve());
      this.#socket.once('error', reject);
    });
  }

  async ask(message: object): Promise<Record<string, unknown>> {
    await this.#open;
    const answer = new Promise<Record<string, unknown>>((resolve) => {
      this.#socket.once('message', (data) => resolve(JSON.parse(String(data))));
    });
    this.send(message);
    return answer;
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  close(): void {
    this.#socket.close();
  }
}
