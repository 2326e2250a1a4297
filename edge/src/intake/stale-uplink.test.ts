import { WIRE_FORMATS } from '@meetbrug/protocols/uplinks';
import { describe, expect, it } from 'vitest';
import { HEAT_SAMPLE, RECEIVED_MS, sampleMessage, testConfig } from '../testing/edge-fixture.ts';
import { intakeRules } from '../testing/planned-uplinks.ts';
import { planMessage } from './plan-message.ts';
import { isStale } from './stale-uplink.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;
const observed = (daysAgo: number) => RECEIVED_MS - daysAgo * DAY_MS;

/** What becomes of an uplink of the heat sensor whose server says that it was received so many days ago. */
function plan(daysAgo: number, payload: string, settings: object = { quarantine: { staleAfterDays: DAYS } }) {
  const time = new Date(observed(daysAgo)).toISOString();
  const data = Buffer.from(payload, 'hex').toString('base64');
  const message = sampleMessage(HEAT_SAMPLE, { time, rxInfo: [], data });
  return planMessage(message, intakeRules(testConfig({ ...settings })), () => false);
}

describe('an uplink whose time lies far back', () => {
  it.each([
    ['just within the bound', DAYS, false],
    ['beyond it', DAYS + 0.001, true],
    ['in the future', -400, false],
  ])('is stale only beyond the bound: %s', (_, daysAgo, expected) => {
    expect(isStale({ format: 'chirpstack-v4', observedMs: observed(daysAgo) }, RECEIVED_MS, DAYS)).toBe(expected);
  });

  it('is history in the formats whose messages can be that as a whole', () => {
    const stale = WIRE_FORMATS.filter((format) => isStale({ format, observedMs: 0 }, RECEIVED_MS, DAYS));
    expect(stale).toEqual([
      'chirpstack-v4',
      'the-things-stack',
      'chirpstack-v3',
      'thingpark',
      'lorawan',
      'zigbee2mqtt',
      'tasmota',
    ]);
  });

  it('goes to quarantine with its raw form, so that it can be run again under another bound', () => {
    const planned = plan(31, '0367ea00');
    if (planned.kind !== 'quarantine') expect.fail(planned.kind);
    const { reason, payload, topic, receivedMs } = planned.record;
    expect(reason).toBe('stale-message');
    const again = planMessage({ topic, payload, receivedMs }, intakeRules(), () => false);
    expect(again).toMatchObject({ kind: 'uplink', uplink: { observations: [{ beginMs: observed(31) }] } });
  });

  it('by default is taken as late data after years, and not after more than ten', () => {
    expect(plan(3_600, '0367ea00', {}).kind).toBe('uplink');
    expect(plan(3_700, '0367ea00', {})).toMatchObject({ kind: 'quarantine', record: { reason: 'stale-message' } });
  });

  it('is not meant by the entries of a history, which keep their times however old they are', () => {
    // 20ce: unix seconds, temperature, humidity.
    const entry = Buffer.alloc(10);
    entry.writeUInt16BE(0x20_ce, 0);
    entry.writeUInt32LE(observed(400) / 1_000, 2);
    entry.writeInt16LE(234, 6);
    entry.writeUInt8(120, 8);
    const planned = plan(0, entry.toString('hex'));
    if (planned.kind !== 'uplink') expect.fail(planned.kind);
    const temperature = planned.uplink.observations.find(
      ({ datastream }) => datastream.property.key === 'air-temperature',
    );
    expect(temperature?.beginMs).toBe(observed(400));
  });
});
