import { describe, expect, it } from 'vitest';
import { em300, mast, pipeline, type SentUplink } from '../testing/derivation-fixture.ts';
import { clockStateByFile } from './clock-state.ts';

const START_MS = Date.UTC(2026, 6, 14, 12);
const MINUTE_MS = 60_000;
const at = { name: 'plein', label: 'Plein', longitude: 3.7174, latitude: 51.0543 };
const EM300 = { devEui: '24E124136C140001', profile: 'milesight-em300-th', at };
const MAST = { devEui: '24E124136C14AAAA', profile: 'weather-mast', at };

const sent = (payload: Uint8Array, minutes = 0, more: Partial<SentUplink> = {}): SentUplink => ({
  devEui: EM300.devEui,
  payload,
  observedMs: START_MS + minutes * MINUTE_MS,
  ...more,
});

/** Flags by property of one uplink's observations; what has none is left out. */
function flags(observations: ReturnType<ReturnType<typeof pipeline>['send']>['observations']) {
  return Object.fromEntries(
    observations
      .filter(({ quality }) => quality.flags.length > 0)
      .map(({ datastream, quality }) => [datastream.property.key, quality.flags]),
  );
}

describe('the quality of what an uplink gives', () => {
  it('flags what the catalogue does not call plausible, and keeps the value', () => {
    const { send } = pipeline({ settings: { devices: [EM300] } });
    const { observations } = send(sent(em300(44, 30)));
    expect(flags(observations)).toEqual({ 'air-temperature': ['outside-plausible-range'] });
    expect(observations[0]?.value).toEqual({ mantissa: 44, scale: 0 });
  });

  it('flags a jump from one uplink to the next', () => {
    const { send } = pipeline({ settings: { devices: [EM300] } });
    send(sent(em300(20, 50)));
    expect(flags(send(sent(em300(30, 50), 10)).observations)).toEqual({ 'air-temperature': ['step-too-large'] });
    expect(flags(send(sent(em300(20.5, 50), 20)).observations)).toEqual({});
  });

  it('is judged by the rules of the device, each in the place of the one of the catalogue', () => {
    const quality = { 'air-temperature': { plausibleRange: { min: -25, max: 50 } } };
    const { send } = pipeline({ settings: { devices: [{ ...EM300, quality }] } });
    expect(flags(send(sent(em300(44, 30))).observations)).toEqual({});
    expect(flags(send(sent(em300(20, 30), 10)).observations)).toEqual({ 'air-temperature': ['step-too-large'] });
  });

  it('judges derived values too, by rules that a device states', () => {
    const quality = { 'heat-index': { plausibleRange: { min: 0, max: 30 } } };
    const { send } = pipeline({ settings: { devices: [{ ...EM300, quality }] } });
    expect(flags(send(sent(em300(32.2, 50))).observations)).toEqual({ 'heat-index': ['outside-plausible-range'] });
  });

  it("judges the tilt that comes with a value in the same uplink, and derives nothing from a leaning sensor's value", () => {
    const quality = { 'air-temperature': { tiltMaxDegrees: 5 } };
    const { send } = pipeline({ settings: { devices: [{ ...MAST, quality }] } });
    const upright = send(sent(mast({ air: 30, humidity: 50, tilt: 5 }), 0, { devEui: MAST.devEui })).observations;
    expect(flags(upright)).toEqual({});
    expect(upright.map(({ datastream }) => datastream.property.key)).toContain('heat-index');
    const leaning = send(sent(mast({ air: 30, humidity: 50, tilt: 6 }), 10, { devEui: MAST.devEui })).observations;
    expect(flags(leaning)).toEqual({ 'air-temperature': ['sensor-tilted'] });
    expect(leaning.map(({ datastream }) => datastream.property.key)).not.toContain('heat-index');
  });

  it.each([
    ['not synchronised and gave the time', false, 'edge', ['clock-unsynchronised']],
    ['not synchronised but did not give the time', false, 'gateway', undefined],
    ['synchronised', true, 'edge', undefined],
    ['unknown', undefined, 'edge', undefined],
  ] as const)('says when the clock of the edge is %s', (_, synchronised, timeSource, expected) => {
    const { send } = pipeline({ settings: { devices: [EM300] }, clockState: () => synchronised });
    const { observations } = send(sent(em300(32.2, 50), 0, { timeSource }));
    expect(flags(observations)['air-temperature']).toEqual(expected);
    expect(flags(observations)['heat-index']).toEqual(expected);
  });
});

describe('the clock state', () => {
  it('is whether a file exists, looked at every ten seconds at most', () => {
    const asked: string[] = [];
    let exists = true;
    const clockState = clockStateByFile('/run/synchronized', (file) => {
      asked.push(file);
      return exists;
    });
    expect(clockState(START_MS)).toBe(true);
    exists = false;
    expect(clockState(START_MS + 9_999)).toBe(true);
    expect(asked).toEqual(['/run/synchronized']);
    expect(clockState(START_MS + 10_000)).toBe(false);
    exists = true;
    expect(clockState(START_MS - 60_000)).toBe(true);
  });
});
