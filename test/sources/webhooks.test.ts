import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { readSample } from '../samples/sample-files.ts';
import { edgeCounts, edgeMetric, valuesOf } from './installed-values.ts';

const SECRET = 'a secret that only the sender knows';
const AS_KEY = '0123456789abcdef0123456789abcdef';
const at = (name: string) => ({ name, label: name, longitude: 4.4, latitude: 51.2 });

const DEVICES = [
  {
    devEui: '24E124798E170011',
    profile: 'milesight-vs350',
    sensor: 'people',
    intervalSeconds: 600,
    at: at('straat-11'),
  },
  { devEui: '20635F0108000E13', profile: 'milesight-em500-udl', sensor: 'water', at: at('beek-13') },
  { devEui: '24E124136C140001', profile: 'milesight-em300-th', sensor: 'heat', at: at('plein-01') },
  { id: 'mast-4', model: 'plain', sensor: 'mast', at: at('mast-04') },
];
const MODELS = {
  plain: {
    manufacturer: 'Voorbeeld',
    model: 'Mast',
    fields: [{ path: 'air.temp', property: 'air-temperature', unit: 'Cel', time: 'at', timeFormat: 's' }],
  },
};

describe('the webhooks of the edge', () => {
  let installation: Installation;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'meetbrug-webhooks-'));
    const file = (name: string, text: string) => {
      writeFileSync(join(folder, name), `${text}\n`, { mode: 0o600 });
      return join(folder, name);
    };
    const secretFile = file('secret', SECRET);
    const sources = [
      { kind: 'webhook', name: 'tts', format: 'the-things-stack', secretFile },
      { kind: 'webhook', name: 'thingpark', format: 'thingpark', asKeyFile: file('as-key', AS_KEY) },
      { kind: 'webhook', name: 'chirpstack', format: 'chirpstack-v4', secretFile, secretHeader: 'X-Secret' },
      { kind: 'webhook', name: 'own', format: 'plain-json', secretFile },
      { kind: 'webhook', name: 'by-field', format: 'plain-json', secretFile, deviceField: 'station.id' },
    ];
    installation = await createInstallation({ devices: DEVICES, edgeSettings: () => ({ sources, models: MODELS }) });
    await installation.cloud.start();
    await installation.edge.start();
  }, 60_000);
  afterAll(async () => {
    await installation.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const bearer = { Authorization: `Bearer ${SECRET}` };
  const post = (path: string, body: unknown, headers: Record<string, string> = bearer) =>
    fetch(`${installation.edgeHttpUrl}/in/${path}`, {
      method: 'POST',
      headers,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const sampleBody = (number: string) =>
    JSON.parse(Buffer.from(readSample(number).messages[0]?.raw.payload ?? []).toString()) as Record<string, unknown>;

  /** The token as ThingPark's documentation describes it, written down once more. */
  function signedQuery(body: Record<string, unknown>, asKey: string, time = new Date().toISOString()): string {
    const uplink = body.DevEUI_uplink as Record<string, unknown>;
    const query = `LrnDevEui=${uplink.DevEUI}&LrnFPort=${uplink.FPort}&LrnInfos=TWA&AS_ID=city&Time=${time}`;
    const signed = `${uplink.CustomerID}${uplink.DevEUI}${uplink.FPort}${uplink.FCntUp}${uplink.payload_hex}`;
    const token = createHash('sha256').update(`${signed}${query}${asKey}`).digest('hex');
    return `${query.replace(time, encodeURIComponent(time))}&Token=${token}`;
  }

  it('takes The Things Stack, any number of times, as one uplink', async () => {
    for (let time = 0; time < 7; time += 1) {
      const answer = await post('tts', sampleBody('11'));
      expect([answer.status, await answer.json()]).toEqual([200, { status: 'taken' }]);
    }
    expect(await edgeMetric(installation, 'meetbrug_edge_duplicate_uplinks_total')).toBe(6);
    await edgeCounts(installation, 'meetbrug_edge_backlog_uplinks', 0);
    const values = await valuesOf(installation, 'people');
    expect(Object.values(values).every((rows) => rows.length === 1)).toBe(true);
  });

  it('takes a message of The Things Stack whose device only the path names', async () => {
    const { uplink_message } = sampleBody('11');
    const before = await edgeMetric(installation, 'meetbrug_edge_duplicate_uplinks_total');
    expect((await post('tts/24E124798E170011', { uplink_message })).status).toBe(200);
    expect(await edgeMetric(installation, 'meetbrug_edge_duplicate_uplinks_total')).toBe(before + 1);
  });

  it('takes ThingPark with a right and fresh token, and nothing else', async () => {
    const body = sampleBody('13');
    const answer = await post(`thingpark?${signedQuery(body, AS_KEY)}`, body, {});
    expect(answer.status).toBe(200);
    const wrong = await post(`thingpark?${signedQuery(body, 'another key')}`, body, {});
    expect(wrong.status).toBe(401);
    const stale = await post(`thingpark?${signedQuery(body, AS_KEY, '2020-01-01T00:00:00Z')}`, body, {});
    expect(stale.status).toBe(401);
    expect((await post('thingpark', body, {})).status).toBe(401);
    await edgeCounts(installation, 'meetbrug_edge_backlog_uplinks', 0);
    const values = await valuesOf(installation, 'water');
    expect(Object.keys(values)).toContain('water-distance');
  });

  it("takes ChirpStack's HTTP integration, whose event stands in the query", async () => {
    const body = sampleBody('01');
    const secret = { 'X-Secret': SECRET };
    expect((await post('chirpstack?event=up', body, secret)).status).toBe(200);
    expect((await post('chirpstack?event=ack', body, secret)).status).toBe(200);
    expect((await post('chirpstack', body, secret)).status).toBe(400);
    expect((await post('chirpstack?event=up', body)).status).toBe(401);
    await edgeCounts(installation, 'meetbrug_edge_backlog_uplinks', 0);
    expect(Object.keys(await valuesOf(installation, 'heat'))).toContain('air-temperature');
  });

  it('takes plain JSON, its device named by the path or by a field', async () => {
    expect((await post('own/mast-4', { air: { temp: 21.5 }, at: 1_783_000_000 })).status).toBe(200);
    const named = { station: { id: 'mast-4' }, air: { temp: 22.5 }, at: 1_783_000_600 };
    expect((await post('by-field', named)).status).toBe(200);
    const answer = await post('by-field', { air: { temp: 23 } });
    expect([answer.status, await answer.json()]).toEqual([400, { error: 'station.id of the body names no device' }]);
    await edgeCounts(installation, 'meetbrug_edge_backlog_uplinks', 0);
    const { 'air-temperature': airTemperature = [] } = await valuesOf(installation, 'mast');
    expect(airTemperature.map(({ value }) => Number(value)).sort()).toEqual([21.5, 22.5]);
  });

  it('puts what it cannot read into quarantine and says that it was taken', async () => {
    const before = await edgeMetric(installation, 'meetbrug_edge_quarantined_total');
    expect((await post('tts', 'no JSON at all')).status).toBe(200);
    expect(await edgeMetric(installation, 'meetbrug_edge_quarantined_total')).toBe(before + 1);
  });

  it('refuses an unknown source, another method and a body that is too large', async () => {
    expect((await post('nobody', {})).status).toBe(404);
    expect((await fetch(`${installation.edgeHttpUrl}/in/tts`)).status).toBe(405);
    const large = await post('tts', 'x'.repeat(70_000));
    expect([large.status, ((await large.json()) as { error: string }).error]).toEqual([
      413,
      expect.stringContaining('broker.packetBytesMax'),
    ]);
  });

  it('stops listening to an address that keeps failing, before it reads a body', async () => {
    const answers = [];
    for (let time = 0; time < 12; time += 1) answers.push((await post('own/mast-4', {}, {})).status);
    expect(answers.at(0)).toBe(401);
    const last = await post('own/mast-4', {}, {});
    expect(last.status).toBe(429);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
