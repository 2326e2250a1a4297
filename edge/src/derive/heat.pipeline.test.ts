import { decimalFromNumber, decimalToNumber, exactDecimal, formatDecimal } from '@meetbrug/protocols/observation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { em300, lht65n, mast, pipeline, type SentUplink } from '../testing/derivation-fixture.ts';
import type { DerivedUplink } from './derivation.ts';
import { utci } from './heat/mod.ts';
import wbgtReference from './heat/samples/estimated-wbgt.json' with { type: 'json' };
import { RECENT_KEPT } from './recent-inputs.ts';

const NOON_MS = Date.UTC(2026, 6, 14, 12);
const MINUTE_MS = 60_000;
const PLACE = { name: 'plein', label: 'Plein', longitude: 3.7174, latitude: 51.0543 };
const EM300 = { devEui: '24E124136C140001', profile: 'milesight-em300-th', sensor: 'em', at: PLACE };
const MAST = {
  devEui: '24E124136C14AAAA',
  profile: 'weather-mast',
  sensor: 'mast',
  at: { ...PLACE, mountingHeightMetres: 10 },
};
const lht = (number: number, probeTemperature: string) => ({
  devEui: `A84041B9B100000${number}`,
  profile: 'dragino-lht65n',
  sensor: `lht-${number}`,
  at: PLACE,
  channels: { probeTemperature },
});

const report = (payload: Uint8Array, observedMs = NOON_MS): SentUplink => ({
  devEui: EM300.devEui,
  payload,
  observedMs,
});

/** Values of the indices by their datastream key. */
function indices({ observations }: DerivedUplink): Record<string, string> {
  return Object.fromEntries(
    observations
      .filter(({ inputs }) => inputs !== undefined)
      .map(({ datastream, value }) => [datastream.key, formatDecimal(value)]),
  );
}

describe('the heat index of one uplink', () => {
  it('is the one that the chart of the National Weather Service prints for 90 degF and 50 %', () => {
    const { observations } = pipeline({ settings: { devices: [EM300] } }).send(report(em300(32.2, 50)));
    const [air, humidity, index] = observations;
    expect(index?.datastream.key).toBe('plein.em.hitte-index.heat-index-nws');
    const celsius = decimalToNumber(index?.value ?? expect.fail());
    expect(Math.abs((celsius * 9) / 5 + 32 - 95)).toBeLessThan(1);
    expect(index).toMatchObject({ beginMs: NOON_MS, resultMs: NOON_MS, quality: { timeSource: 'gateway', flags: [] } });
    expect(index?.inputs).toEqual([
      { datastream: air?.datastream, beginMs: NOON_MS },
      { datastream: humidity?.datastream, beginMs: NOON_MS },
    ]);
    expect(index?.datastream.content).toMatchObject({
      sensor: { name: 'em', model: 'EM300-TH' },
      procedure: {
        name: 'heat-index-nws',
        derivedFrom: ['plein.em.luchttemperatuur.momentaan', 'plein.em.relatieve-luchtvochtigheid.momentaan'],
      },
    });
  });

  it.each([
    ['below the temperatures that it is published for', em300(19.9, 50)],
    ['from an air temperature that is not plausible', em300(45, 20)],
    ['from a humidity that is not plausible', em300(30, 5)],
  ])('is left out %s', (_, payload) => {
    expect(indices(pipeline({ settings: { devices: [EM300] } }).send(report(payload)))).toEqual({});
  });

  it('is left out where it is not asked for', () => {
    const { send } = pipeline({ settings: { devices: [EM300], heat: { indices: ['wbgt', 'utci'] } } });
    expect(indices(send(report(em300(32.2, 50))))).toEqual({});
  });

  it('of stored records takes the humidity of their own time, however many there are', () => {
    const { send } = pipeline({ settings: { devices: [EM300] } });
    const records = Array.from({ length: RECENT_KEPT + 4 }, (_, index) => ({
      seconds: NOON_MS / 1000 - 86_400 + index * 600,
      humidity: 40 + index,
    }));
    send(report(em300(32, 80)));
    const bytes = records.map(({ seconds, humidity }) => {
      const record = Buffer.from('20ce0000000000000000', 'hex');
      record.writeUInt32LE(seconds, 2);
      record.writeInt16LE(320, 6);
      record.writeUInt8(humidity * 2, 8);
      return record;
    });
    const { observations } = send(report(Buffer.concat(bytes), NOON_MS + MINUTE_MS));
    const derived = observations.filter(({ inputs }) => inputs !== undefined);
    expect(derived.map(({ beginMs }) => beginMs)).toEqual(records.map(({ seconds }) => seconds * 1000));
    expect(derived.map(({ inputs }) => inputs?.[1]?.beginMs)).toEqual(records.map(({ seconds }) => seconds * 1000));
  });
});

describe('WBGT from measured inputs', () => {
  const devices = [lht(1, 'natural-wet-bulb-temperature'), lht(2, 'globe-temperature')];
  const settings = { devices, heat: { indices: ['wbgt'] } };
  const wetBulb = (observedMs = NOON_MS): SentUplink => ({
    devEui: 'A84041B9B1000001',
    payload: lht65n(30.05, 50, 24.35),
    observedMs,
    port: 2,
  });
  const globe = (observedMs: number, celsius = 40.15): SentUplink => ({
    devEui: 'A84041B9B1000002',
    payload: lht65n(30, 50, celsius),
    observedMs,
    port: 2,
  });
  const key = 'plein.lht-1.wbgt.wbgt-iso7243';

  it('is 0.7 tnwb + 0.2 tg + 0.1 ta, of two devices at one place: 28.08 at the resolution of the property', () => {
    const { send } = pipeline({ settings });
    expect(indices(send(globe(NOON_MS - MINUTE_MS)))).toEqual({});
    const derived = send(wetBulb());
    expect(indices(derived)).toEqual({ [key]: '28.1' });
    const { inputs, beginMs } = derived.observations.at(-1) ?? expect.fail();
    expect(beginMs).toBe(NOON_MS);
    expect(inputs?.map((input) => [input.datastream.key, input.beginMs])).toEqual([
      ['plein.lht-1.luchttemperatuur.momentaan', NOON_MS],
      ['plein.lht-1.natuurlijke-natteboltemperatuur.momentaan', NOON_MS],
      ['plein.lht-2.zwarteboltemperatuur.momentaan', NOON_MS - MINUTE_MS],
    ]);
  });

  it.each([
    ['as old as configured', 600, 40.15, { [key]: '28.1' }],
    ['older than configured', 601, 40.15, {}],
    ['later than the air temperature', -1, 40.15, {}],
    ['not plausible', 60, 80, {}],
  ])('with a globe temperature that is %s', (_, secondsBefore, celsius, expected) => {
    const { send } = pipeline({ settings });
    send(globe(NOON_MS - secondsBefore * 1000, celsius));
    expect(indices(send(wetBulb()))).toEqual(expected);
  });

  it('takes the newest globe temperature that is not later, whatever came in last', () => {
    const { send } = pipeline({ settings });
    send(globe(NOON_MS - 2 * MINUTE_MS, 40.15));
    send(globe(NOON_MS + MINUTE_MS, 60));
    send(globe(NOON_MS - 5 * MINUTE_MS, 38));
    expect(indices(send(wetBulb()))).toEqual({ [key]: '28.1' });
  });

  it('needs its inputs within the configured distance', () => {
    const north = (metres: number) => ({
      ...settings,
      heat: { indices: ['wbgt'], withinMetres: 150 },
      devices: [
        devices[0],
        { ...devices[1], at: { ...PLACE, name: 'hoek', latitude: PLACE.latitude + metres / 111_195 } },
      ],
    });
    for (const [metres, expected] of [
      [149, { [key]: '28.1' }],
      [151, {}],
    ] as const) {
      const { send } = pipeline({ settings: north(metres) });
      send(globe(NOON_MS));
      expect(indices(send(wetBulb())), `${metres} m`).toEqual(expected);
    }
  });
});

describe('estimated WBGT', () => {
  type Row = [string, number, number, number, number, number, number, number, number, number, number, number];
  const rows = wbgtReference.rows as Row[];
  const devEui = (index: number) => `24E124136C15${index.toString(16).padStart(4, '0').toUpperCase()}`;

  it('is within 0.1 K of the reference implementation, from a mast at each of its 200 points', () => {
    const devices = rows.map(([, latitude, longitude, , , , height], index) => ({
      devEui: devEui(index),
      profile: 'weather-mast',
      at: { name: `punt-${index}`, label: 'Punt', latitude, longitude, mountingHeightMetres: height },
    }));
    const { send } = pipeline({ settings: { devices, heat: { indices: ['wbgt'] } } });
    let compared = 0;
    rows.forEach(([time, , , air, humidity, wind, , radiation, pressure, , , wbgt], index) => {
      const payload = mast({ air, humidity, wind, radiation, pressure });
      const { observations } = send({ devEui: devEui(index), payload, observedMs: Date.parse(time) });
      const derived = observations.filter(({ inputs }) => inputs !== undefined);
      const plausible = air <= 43 && humidity >= 10;
      expect(
        derived.map(({ datastream }) => datastream.content.procedure.name),
        time,
      ).toEqual(plausible ? ['wbgt-liljegren'] : []);
      if (derived[0] === undefined) return;
      // The radiation of the reference has a decimal more than the property's resolution.
      expect(Math.abs(decimalToNumber(derived[0].value) - wbgt), time).toBeLessThan(0.1 + 0.05);
      compared += 1;
    });
    expect(compared).toBeGreaterThan(100);
  });

  it('gives way to the measured one where both can be had', () => {
    const wetBulbLht = lht(1, 'natural-wet-bulb-temperature');
    const settings = { devices: [MAST, wetBulbLht], heat: { indices: ['wbgt'] } };
    const { send } = pipeline({ settings });
    const weather = { air: 30, humidity: 50, wind: 2, radiation: 800, pressure: 1013 };
    const at = (payload: Uint8Array): SentUplink => ({ devEui: MAST.devEui, payload, observedMs: NOON_MS });
    expect(Object.keys(indices(send(at(mast(weather)))))).toEqual(['plein.mast.wbgt.wbgt-liljegren']);
    send({ devEui: wetBulbLht.devEui, payload: lht65n(30, 50, 24), observedMs: NOON_MS, port: 2 });
    expect(indices(send(at(mast({ ...weather, globe: 41 }))))).toEqual({ 'plein.mast.wbgt.wbgt-iso7243': '28' });
  });
});

describe('UTCI and apparent temperature', () => {
  const settings = { devices: [EM300, MAST], heat: { indices: ['utci', 'apparent-temperature'] } };
  const sendMast = (values: Parameters<typeof mast>[0]): SentUplink => ({
    devEui: MAST.devEui,
    payload: mast(values),
    observedMs: NOON_MS - MINUTE_MS,
  });

  it('take wind and globe from the mast at the place, with its height, and name the globe in the procedure', () => {
    const { send } = pipeline({ settings });
    send(sendMast({ wind: 2, globe: 42 }));
    const derived = indices(send(report(em300(30, 50))));
    const read = (number: number) => decimalFromNumber(number) ?? expect.fail();
    const expected = utci(
      {
        airTemperatureCelsius: read(30),
        relativeHumidityPercent: read(50),
        windSpeedMetresPerSecond: read(2),
        windHeightMetres: read(10),
      },
      {
        kind: 'globe',
        globeTemperatureCelsius: read(42),
        globeDiameterMetres: read(0.15),
        globeHeightMetres: read(10),
      },
      exactDecimal(1, 1),
    );
    if (!expected.ok) expect.fail(expected.fault.detail);
    expect(derived).toEqual({
      'plein.em.utci.utci-globe-150mm': formatDecimal(expected.value),
      // 30 + 0.33 e - 0.70 x 2 - 4.00 with e = 0.5 x 6.105 exp(17.27 x 30 / 267.7) = 21.14 hPa
      'plein.em.gevoelstemperatuur.apparent-temperature-steadman': '31.6',
    });
  });

  it('are not derived from a wind of unknown height', () => {
    const { send } = pipeline({ settings: { ...settings, devices: [EM300, { ...MAST, at: PLACE }] } });
    send(sendMast({ wind: 2, globe: 42 }));
    expect(indices(send(report(em300(30, 50))))).toEqual({});
  });
});

describe('identities of heat values', () => {
  it('are the same in whatever order the uplinks come in', () => {
    const uplinks = Array.from({ length: 12 }, (_, index) =>
      report(em300(30 + (index % 3) / 10, 50 + (index % 4)), NOON_MS + index * 10 * MINUTE_MS),
    );
    const statementsOf = (sent: readonly SentUplink[]) => {
      const { send } = pipeline({ settings: { devices: [EM300] } });
      const statements = sent.flatMap((uplink) =>
        send(uplink).observations.map(
          ({ datastream, beginMs, value, inputs }) =>
            `${datastream.key} ${beginMs} ${formatDecimal(value)} ${inputs?.map((input) => input.beginMs) ?? ''}`,
        ),
      );
      return statements.sort();
    };
    const inOrder = statementsOf(uplinks);
    expect(inOrder).toHaveLength(36);
    fc.assert(
      fc.property(fc.shuffledSubarray(uplinks, { minLength: uplinks.length }), (shuffled) => {
        expect(statementsOf(shuffled)).toEqual(inOrder);
      }),
      { seed: 81, numRuns: 50 },
    );
  });
});
