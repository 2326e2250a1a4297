import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority, openAuthority } from '../../cloud/src/gateways/authority.ts';
import { createServerIdentity } from '../../cloud/src/gateways/server-identity.ts';
import { freePorts } from '../harness/free-port.ts';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { edgeCounts, valuesOf } from './installed-values.ts';
import { UpstreamMosquitto } from './upstream-mosquitto.ts';
import { startWebSocketBroker } from './web-socket-broker.ts';

const DEV_EUI = '24E124136C140001';
const DEVICES = [
  {
    devEui: DEV_EUI,
    profile: 'milesight-em300-th',
    sensor: 'heat',
    at: { name: 'plein-01', label: 'Plein', longitude: 4.4, latitude: 51.2 },
  },
  {
    id: 'tuin',
    model: 'garden',
    sensor: 'garden',
    at: { name: 'tuin-01', label: 'Tuin', longitude: 4.41, latitude: 51.21 },
  },
];
const MODELS = {
  garden: {
    manufacturer: 'Voorbeeld',
    model: 'Tuin',
    fields: [{ path: 'temp', property: 'air-temperature', unit: 'Cel', time: 'at', timeFormat: 's' }],
  },
};
const FIRST_S = 1_783_000_000;
const UPLINKS = 300;

/** Tenths of a degree as the device sends them, and the frame around it. */
function chirpstackUp(counter: number): string {
  const payload = Buffer.from([0x03, 0x67, counter & 255, counter >> 8]);
  const time = new Date((FIRST_S + counter * 600) * 1_000).toISOString();
  const deviceInfo = { tenantId: 't', applicationId: 'a', devEui: DEV_EUI.toLowerCase() };
  return JSON.stringify({
    time,
    deviceInfo,
    devAddr: '00112233',
    fCnt: counter,
    fPort: 85,
    data: payload.toString('base64'),
  });
}

describe('an upstream broker, Mosquitto', () => {
  let folder: string;
  let broker: UpstreamMosquitto | undefined;
  let installation: Installation | undefined;
  let publisher: MqttClient | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'meetbrug-upstream-'));
  });
  afterEach(async () => {
    await publisher?.endAsync(true);
    await installation?.remove();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A key and certificate for the broker, of an authority that no machine trusts. */
  async function createTls() {
    const authority = await openAuthority(await createAuthority('01', Date.now()));
    const { keyPem, chainPem } = await createServerIdentity(authority, ['127.0.0.1'], Date.now(), (count) =>
      randomBytes(count),
    );
    const caFile = join(folder, 'authority.pem');
    writeFileSync(caFile, authority.certificatePem);
    return { tls: { keyPem, certificatePem: chainPem }, caFile, ca: authority.certificatePem };
  }

  async function install(url: string, settings: object = {}) {
    const source = {
      name: 'city',
      url,
      topics: ['application/+/device/+/event/up', { filter: 'sensors/{device}/data', format: 'plain-json' }],
      ...settings,
    };
    const created = await createInstallation({
      devices: DEVICES,
      edgeSettings: () => ({ sources: [source], models: MODELS, heat: { indices: [] }, health: { signal: false } }),
    });
    installation = created;
    await created.cloud.start();
    await created.edge.start();
    return created;
  }

  it('loses nothing and brings nothing twice while edge and broker are stopped and started under load', async () => {
    const [port = 0] = await freePorts(1);
    broker = new UpstreamMosquitto({ folder: join(folder, 'broker'), port });
    await broker.start();
    const site = await install(`mqtt://127.0.0.1:${port}`);
    // Until it has subscribed for the first time, the broker keeps nothing for it.
    await edgeCounts(site, 'meetbrug_edge_source_connected', 1);
    publisher = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
      clientId: 'server',
      clean: false,
      reconnectPeriod: 200,
    });
    const published: Promise<unknown>[] = [];
    for (let counter = 0; counter < UPLINKS; counter += 1) {
      const topic = `application/a/device/${DEV_EUI.toLowerCase()}/event/up`;
      published.push(publisher.publishAsync(topic, chirpstackUp(counter), { qos: 1 }));
      await new Promise((resolve) => setImmediate(resolve));
      if (counter === 100) await site.edge.kill();
      if (counter === 200) {
        await site.edge.start();
        await broker.stop();
        await broker.start();
      }
    }
    await Promise.all(published);
    await edgeCounts(site, 'meetbrug_edge_backlog_uplinks', 0);
    const tenths = async () => {
      const rows = (await valuesOf(site, 'heat'))['air-temperature'] ?? [];
      return rows.map(({ value }) => Math.round(Number(value) * 10)).sort((a, b) => a - b);
    };
    await expect.poll(tenths, { timeout: 30_000 }).toEqual(Array.from({ length: UPLINKS }, (_, counter) => counter));
  }, 120_000);

  async function takesOneValue(url: string, tls: { readonly caFile: string; readonly ca: string }): Promise<void> {
    const site = await install(url, { caFile: tls.caFile });
    const client = await mqtt.connectAsync(url, { ca: tls.ca });
    publisher = client;
    await edgeCounts(site, 'meetbrug_edge_source_connected', 1);
    await client.publishAsync('sensors/tuin/data', JSON.stringify({ temp: 18.5, at: FIRST_S }), { qos: 1 });
    await edgeCounts(site, 'meetbrug_edge_uplinks_acknowledged_total', 1);
    const { 'air-temperature': rows = [] } = await valuesOf(site, 'garden');
    expect(rows.map(({ value }) => Number(value))).toEqual([18.5]);
  }

  it('is reached over TLS, judged by an authority of its own', async () => {
    const [port = 0] = await freePorts(1);
    const authority = await createTls();
    broker = new UpstreamMosquitto({ folder: join(folder, 'broker'), port, tls: authority.tls });
    await broker.start();
    await takesOneValue(`mqtts://127.0.0.1:${port}`, authority);
  }, 60_000);

  it('is reached over a WebSocket and TLS', async () => {
    const authority = await createTls();
    const webSocket = await startWebSocketBroker(authority.tls);
    try {
      await takesOneValue(`wss://127.0.0.1:${webSocket.port}`, authority);
    } finally {
      await installation?.edge.stop();
      await publisher?.endAsync(true);
      await webSocket.stop();
    }
  }, 60_000);
});
