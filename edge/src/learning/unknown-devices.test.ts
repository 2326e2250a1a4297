import { join } from 'node:path';
import { parseDeviceId, type RawMessage } from '@meetbrug/protocols/uplinks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { edgeConfigSchema } from '../config/edge-config.ts';
import { planMessage } from '../intake/plan-message.ts';
import { OUTBOX_FILE } from '../outbox/open-outbox.ts';
import type { Outbox } from '../outbox/outbox.ts';
import {
  HEAT_SAMPLE,
  MOBILITY_SAMPLE,
  openTestOutbox,
  RECEIVED_MS,
  sampleMessage,
  temporaryDirectory,
  testConfig,
} from '../testing/edge-fixture.ts';
import { intakeRules } from '../testing/planned-uplinks.ts';
import { deviceSnippet, discoverDevice } from './device-snippet.ts';
import { discoverDevices, discoveredLines } from './discover-command.ts';

const HEAT = '24E124136C140001';
const HOUR_MS = 3_600_000;

let directory: ReturnType<typeof temporaryDirectory>;
let outbox: Outbox;
beforeEach(() => {
  directory = temporaryDirectory();
  outbox = openTestOutbox(directory.path, { unknownDevicesMax: 3 }).outbox;
});
afterEach(() => {
  outbox.close();
  directory.remove();
});

const rules = intakeRules(testConfig({ devices: [] }));

function take(sample: string, changes: Record<string, unknown>, receivedMs = RECEIVED_MS): void {
  takeMessage({ ...sampleMessage(sample, changes), receivedMs });
}

/** The heat sensor's uplink as another device sends it. */
function takeFrom(devEui: string, receivedMs: number): void {
  const message = sampleMessage(HEAT_SAMPLE, { deviceInfo: { devEui } });
  const topic = message.topic.replace(new RegExp(HEAT, 'i'), devEui.toLowerCase());
  takeMessage({ ...message, topic, receivedMs });
}

function takeMessage(message: RawMessage): void {
  const planned = planMessage(message, rules, () => false);
  if (planned.kind !== 'quarantine') throw new Error(`planned as ${planned.kind}`);
  outbox.commit((writer) => writer.addQuarantine(planned.record));
}

const eui = (number: number) => number.toString(16).padStart(16, '0').toUpperCase();
const devices = () => outbox.unknownDevices(10).map(({ device }) => device);

describe('devices that send and are not configured', () => {
  it('are remembered with how often and when they were seen and their last payload, also after a restart', () => {
    take(HEAT_SAMPLE, { fCnt: 1 }, RECEIVED_MS);
    take(HEAT_SAMPLE, { fCnt: 2, data: Buffer.from('0367ea00', 'hex').toString('base64') }, RECEIVED_MS + HOUR_MS);
    outbox.close();
    outbox = openTestOutbox(directory.path, { unknownDevicesMax: 3 }).outbox;
    const [device] = outbox.unknownDevices(10);
    expect(device).toMatchObject({ device: HEAT, uplinkCount: 2, firstMs: RECEIVED_MS, lastMs: RECEIVED_MS + HOUR_MS });
    expect(Buffer.from(device?.payload ?? []).toString('hex')).toBe('0367ea00');
  });

  it('make room, the one that was not seen for longest first', () => {
    for (const number of [1, 2, 3]) takeFrom(eui(number), RECEIVED_MS + number);
    takeFrom(eui(1), RECEIVED_MS + 4);
    takeFrom(eui(4), RECEIVED_MS + 5);
    expect(devices()).toEqual([eui(4), eui(1), eui(3)]);
  });

  it('keep the payload no longer than bytes that nobody has cleared', () => {
    take(HEAT_SAMPLE, {});
    outbox.prune(RECEIVED_MS + 24 * HOUR_MS - 1);
    expect(outbox.unknownDevices(1)[0]?.payload.byteLength).toBeGreaterThan(0);
    outbox.prune(RECEIVED_MS + 24 * HOUR_MS);
    expect(outbox.unknownDevices(1)[0]).toMatchObject({ device: HEAT, payload: Buffer.alloc(0) });
  });

  it('are forgotten when they are configured', () => {
    take(HEAT_SAMPLE, {});
    take(MOBILITY_SAMPLE, {});
    outbox.forgetUnknownDevices((device) => device === HEAT);
    expect(devices()).toEqual(['24E124798E170003']);
  });

  it('become entries of edge.yaml that a check refuses until a person says where the device hangs', () => {
    take(HEAT_SAMPLE, {});
    const discovered = discoverDevices(join(directory.path, OUTBOX_FILE));
    if (!discovered.ok) expect.fail(discovered.fault.detail);
    const entries = parse(discoveredLines(discovered.value, false).join('\n')) as { devices: { at: object }[] };
    expect(entries.devices).toMatchObject([{ devEui: HEAT, profile: 'milesight-em300-th' }]);
    const config = (at: object) =>
      edgeConfigSchema.safeParse({ edge: 'e', organisation: 'o', devices: [{ ...entries.devices[0], at }] });
    expect(config(entries.devices[0]?.at ?? {}).success).toBe(false);
    expect(config({ name: 'plein', label: 'Plein', longitude: 3.7, latitude: 51 }).success).toBe(true);
  });

  it('that no profile fits stay a comment, and what they sent is not guessed at', () => {
    const device = parseDeviceId('sensors/attic') ?? expect.fail('no device id');
    const seen = { device, uplinkCount: 1, firstMs: RECEIVED_MS, lastMs: RECEIVED_MS };
    const object = { ...seen, format: 'plain-json', port: undefined, payload: Buffer.alloc(0) } as const;
    const snippet = deviceSnippet([discoverDevice(object)]);
    expect(parse(snippet)).toEqual({ devices: null });
    expect(snippet).toContain('# - id: "sensors/attic"');
  });
});
