import { exactDecimal, formatDecimal, parseDecimal } from '@meetbrug/protocols/observation';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wbgtIndoors, wbgtOutdoors } from './wbgt.ts';

const read = (text: string) => parseDecimal(text) ?? expect.fail();
const thousandth = exactDecimal(1, 3);

describe('WBGT from measured temperatures', () => {
  it.each([
    ['25', '32', '20', '0.001', '25.9'],
    ['25.1', '45.5', '33.3', '0.001', '30'],
    ['24.35', '40.15', '30.05', '0.001', '28.08'],
    ['24.35', '40.15', '30.05', '0.1', '28.1'],
    ['21.5', '30', '22', '0.5', '23'],
  ])('outdoors, tnwb %s, tg %s, ta %s at resolution %s is exactly %s', (tnwb, tg, ta, resolution, expected) => {
    const inputs = {
      naturalWetBulbCelsius: read(tnwb),
      globeTemperatureCelsius: read(tg),
      airTemperatureCelsius: read(ta),
    };
    expect(wbgtOutdoors(inputs, read(resolution))).toEqual({ ok: true, value: read(expected) });
  });

  it.each([
    ['25', '32', '0.001', '27.1'],
    ['18.5', '20.5', '0.1', '19.1'],
    ['18.5', '21.5', '0.1', '19.4'],
  ])('indoors, tnwb %s, tg %s at resolution %s is exactly %s', (tnwb, tg, resolution, expected) => {
    const inputs = { naturalWetBulbCelsius: read(tnwb), globeTemperatureCelsius: read(tg) };
    expect(wbgtIndoors(inputs, read(resolution))).toEqual({ ok: true, value: read(expected) });
  });

  it('has no binary noise for any tenths of a degree', () => {
    const tenths = (min: number, max: number) => fc.integer({ min: min * 10, max: max * 10 });
    fc.assert(
      fc.property(tenths(5, 40), tenths(20, 120), tenths(10, 60), (tnwb, tg, ta) => {
        const inputs = {
          naturalWetBulbCelsius: exactDecimal(tnwb, 1),
          globeTemperatureCelsius: exactDecimal(tg, 1),
          airTemperatureCelsius: exactDecimal(ta, 1),
        };
        const value = wbgtOutdoors(inputs, thousandth);
        expect(value.ok && formatDecimal(value.value)).toBe(formatDecimal(exactDecimal(7 * tnwb + 2 * tg + ta, 2)));
      }),
      { seed: 21 },
    );
  });

  it.each([
    ['4.9', '30', '20', 'natural-wet-bulb-outside-range'],
    ['25', '120.1', '20', 'globe-temperature-outside-range'],
    ['25', '30', '60.1', 'air-temperature-outside-range'],
  ])('refuses tnwb %s, tg %s, ta %s with %s', (tnwb, tg, ta, code) => {
    const inputs = {
      naturalWetBulbCelsius: read(tnwb),
      globeTemperatureCelsius: read(tg),
      airTemperatureCelsius: read(ta),
    };
    expect(wbgtOutdoors(inputs, thousandth)).toMatchObject({ ok: false, fault: { code } });
  });
});
