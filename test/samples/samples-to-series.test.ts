import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OBSERVED_PROPERTIES, type PropertyKey } from '@meetbrug/protocols/properties';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { waitFor } from '../harness/wait-for.ts';

const FOLDER = import.meta.dirname;
const UPLINKS = ['01', '02', '03', '06', '09', '10'];
/** Sample and the kind of event that it is counted as. */
const WITHOUT_OBSERVATION = [
  ['04', 'join'],
  ['05', 'status'],
] as const;

/** What the samples' working names are called here: property and, for counts, direction. */
const MEANING: Record<string, readonly [PropertyKey, ('in' | 'out')?]> = {
  airTemperature: ['air-temperature'],
  relativeHumidity: ['relative-humidity'],
  heatIndex: ['heat-index'],
  battery: ['battery-level'],
  batteryVoltage: ['battery-voltage'],
  probeTemperature: ['probe-temperature'],
  distance: ['water-distance'],
  waterLevel: ['water-level-local'],
  waterLevelTAW: ['water-level-taw'],
  peopleTotalIn: ['pedestrian-counter', 'in'],
  peopleTotalOut: ['pedestrian-counter', 'out'],
  peopleIn: ['pedestrian-count', 'in'],
  peopleOut: ['pedestrian-count', 'out'],
};

interface Sample {
  readonly topic: string;
  readonly payload: object;
}

interface Expected {
  readonly devEui: string;
  readonly observedAt: string;
  readonly values: readonly { readonly quantity: string; readonly value: number }[];
}

interface DeviceEntry {
  readonly devEui: string;
  readonly sensor: string;
  readonly at: { readonly name: string };
}

interface SeriesRow {
  readonly begin: string;
  readonly end?: string;
  readonly value: number;
}

async function fetchJson<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

const devices: readonly DeviceEntry[] = parse(readFileSync(join(FOLDER, 'devices.yaml'), 'utf8'));

function readSample<T>(number: string, isExpected: boolean): T {
  const isWanted = (file: string) =>
    file.startsWith(`${number}-`) && file.endsWith('.json') && file.endsWith('.expected.json') === isExpected;
  const name = readdirSync(FOLDER).find(isWanted) ?? expect.fail(number);
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as T;
}

const sampleOf = (number: string) => readSample<Sample>(number, false);
const expectedOf = (number: string) => readSample<Expected>(number, true);

/** All values of one device in the cloud's series, as `property` or `property direction` -> value. */
async function valuesInCloud(installation: Installation, sensor: string): Promise<Record<string, SeriesRow>> {
  const api = `${installation.publicBaseUrl}/api/v1/datastreams`;
  const { datastreams } = await fetchJson<{ datastreams: { key: string }[] }>(`${api}?limit=1000`);
  const own = datastreams.map(({ key }) => key).filter((key) => key.split('.')[1] === sensor);
  const entries = await Promise.all(
    own.map(async (key): Promise<[string, SeriesRow]> => {
      const { observations } = await fetchJson<{ observations: SeriesRow[] }>(`${api}/${key}/observations`);
      const [feature = '', , name = ''] = key.split('.');
      const direction = /_(in|out)$/.exec(feature)?.[1];
      const property = Object.values(OBSERVED_PROPERTIES).find((one) => one.name === name)?.key ?? name;
      expect(observations).toHaveLength(1);
      return [direction === undefined ? property : `${property} ${direction}`, observations[0] as SeriesRow];
    }),
  );
  return Object.fromEntries(entries);
}

describe('the sample uplinks, published to the edge and read from the series of the cloud', () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await createInstallation({ devices });
    await installation.cloud.start();
    await installation.edge.start();
    const client = await mqtt.connectAsync(installation.edgeMqttUrl);
    for (const number of [...UPLINKS, ...WITHOUT_OBSERVATION.map(([sample]) => sample)]) {
      const { topic, payload } = sampleOf(number);
      await client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
    }
    await client.endAsync();
    await waitFor(
      async () => {
        const metrics = await (await fetch(`${installation.edgeHttpUrl}/metrics`)).text();
        return metrics.includes(`meetbrug_edge_uplinks_acknowledged_total ${UPLINKS.length}`) || undefined;
      },
      20_000,
      () => 'the cloud has not acknowledged every sample',
    );
  }, 60_000);
  afterAll(async () => installation.remove());

  it.each(UPLINKS)('gives the expected values, and no others, for sample %s', async (number) => {
    const expected = expectedOf(number);
    const { sensor } = devices.find(({ devEui }) => devEui === expected.devEui) ?? expect.fail(expected.devEui);
    const { rssi, snr, ...values } = await valuesInCloud(installation, sensor);
    expect(Object.fromEntries(Object.entries(values).map(([name, row]) => [name, row.value]))).toEqual(
      Object.fromEntries(
        expected.values.map(({ quantity, value }) => [(MEANING[quantity] ?? expect.fail(quantity)).join(' '), value]),
      ),
    );
    for (const [name, { begin, end }] of Object.entries(values)) {
      const atMs = Date.parse(end ?? begin);
      expect(atMs, name).toBe(Math.floor(Date.parse(expected.observedAt)));
    }
  });

  it.each(WITHOUT_OBSERVATION)('makes no observation of sample %s, a %s', async (number, kind) => {
    const { devEui, observedAt } = expectedOf(number);
    const { sensor } = devices.find((one) => one.devEui === devEui) ?? expect.fail(devEui);
    for (const { begin } of Object.values(await valuesInCloud(installation, sensor))) {
      expect(Date.parse(begin)).not.toBe(Date.parse(observedAt));
    }
    const metrics = await (await fetch(`${installation.edgeHttpUrl}/metrics`)).text();
    expect(metrics).toContain(`meetbrug_edge_events_total{kind="${kind}"} 1`);
  });
});
