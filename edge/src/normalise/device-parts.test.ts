import { formatObservedValue } from '@meetbrug/protocols/observation';
import { describe, expect, it } from 'vitest';
import { parseEdgeConfig } from '../config/parse-edge-config.ts';
import { planMessage } from '../intake/plan-message.ts';
import { HEAT_SAMPLE, sampleMessage, testConfig } from '../testing/edge-fixture.ts';
import { intakeRules } from '../testing/planned-uplinks.ts';

const DEV_EUI = '24E124136C140001';
const at = { name: 'hal', label: 'Hal', longitude: 3.7, latitude: 51 };
const counter = { devEui: DEV_EUI, profile: 'milesight-vs133', sensor: 'teller', at };

/** Datastreams and values of uplinks of a people counter, in the order in which they come. */
function observed(device: object, ...payloads: readonly string[]): string[] {
  const rules = intakeRules(testConfig({ devices: [device], health: { signal: false } }));
  return payloads.flatMap((hex, index) => {
    const data = Buffer.from(hex, 'hex').toString('base64');
    const time = new Date(Date.UTC(2026, 10, 24, 10, index * 10)).toISOString();
    const message = sampleMessage(HEAT_SAMPLE, { fCnt: index, time, rxInfo: [], data });
    const planned = planMessage(message, rules, () => false);
    if (planned.kind !== 'uplink') expect.fail(planned.kind);
    return planned.uplink.observations.map(
      ({ datastream, value }) => `${datastream.key} ${formatObservedValue(value)}`,
    );
  });
}

describe('a device whose parts measure the same side by side', () => {
  it('gives each part datastreams of its own, as a sensor beside the first', () => {
    expect(observed({ ...counter, intervalSeconds: 600 }, '05cc0b00040008cc0c000300')).toEqual([
      'hal_in.teller.aantal-voetganger.telling-600s 11',
      'hal_out.teller.aantal-voetganger.telling-600s 4',
      'hal_in.teller-line-2.aantal-voetganger.telling-600s 12',
      'hal_out.teller-line-2.aantal-voetganger.telling-600s 3',
    ]);
  });

  it('counts each of its counters by itself', () => {
    const totals = (first: number, second: number) => {
      const payload = Buffer.from('03d20000000006d200000000', 'hex');
      payload.writeUInt32LE(first, 2);
      payload.writeUInt32LE(second, 8);
      return payload.toString('hex');
    };
    const counts = observed({ ...counter, counts: 'from-counter' }, totals(100, 500), totals(103, 507));
    expect(counts.filter((text) => text.includes('telling-uit-tellerstand'))).toEqual([
      'hal_in.teller.aantal-voetganger.telling-uit-tellerstand 3',
      'hal_in.teller-line-2.aantal-voetganger.telling-uit-tellerstand 7',
    ]);
  });

  it('says that its parts are sensors of the same make', () => {
    const { devices } = intakeRules(testConfig({ devices: [{ ...counter, intervalSeconds: 600 }] }));
    const [device] = devices.values();
    expect(device?.channels.get('line3TotalIn')?.datastream.content.sensor).toEqual({
      name: 'teller-line-3',
      manufacturer: 'Milesight',
      model: 'VS133',
    });
  });

  it('takes the names of its parts from other sensors at its place', () => {
    const other = { devEui: '24E124136C140002', profile: 'milesight-em300-th', sensor: 'teller-line-2', at };
    const faults = (devices: object[]) => {
      const parsed = parseEdgeConfig(JSON.stringify({ edge: 'e', organisation: 'o', devices }));
      return parsed.ok ? [] : parsed.fault.faults.map(({ path, detail }) => `${path}: ${detail}`);
    };
    const detail = 'devices[1].sensor: "teller-line-2" at "hal" is devices[0] already: give it another name';
    expect(faults([{ ...counter, intervalSeconds: 600 }, other])).toEqual([detail]);
    expect(faults([other, { ...counter, intervalSeconds: 600 }])).toEqual([detail]);
    expect(faults([{ ...counter, intervalSeconds: 600, sensor: 'a'.repeat(60) }])).toEqual([
      expect.stringMatching(
        /^devices\[0\]\.sensor: "a+-line-2" is no name for an IRI: give the sensor a shorter name$/,
      ),
    ]);
  });
});
