import { describe, expect, it } from 'vitest';
import { encodeEm300Th, encodeEm500Udl, encodeLdds75, encodeLht65n, encodeVs350 } from './encode-payload.ts';

const SAMPLES = [
  {
    name: 'EM300-TH of sample 01: 92 %, 31.3 °C, 39 %',
    bytes: encodeEm300Th({ batteryPercent: 92, temperatureTenths: 313, humidityHalves: 78 }),
    hex: '01755c0367390104684e',
  },
  {
    name: 'EM500-UDL of sample 02: 100 %, 1.25 m',
    bytes: encodeEm500Udl({ batteryPercent: 100, distanceMm: 1250 }),
    hex: '0175640382e204',
  },
  {
    name: 'VS350 of sample 03: totals 1842 and 1790, period 14 and 9',
    bytes: encodeVs350({ totalIn: 1842, totalOut: 1790, periodIn: 14, periodOut: 9 }),
    hex: '04cc3207fe0605cc0e000900',
  },
  {
    name: 'LHT65N of sample 06: 3.05 V, 33.18 °C, 41.2 %, probe 34.06 °C',
    bytes: encodeLht65n({
      batteryMv: 3050,
      temperatureHundredths: 3318,
      humidityTenths: 412,
      probeHundredths: 3406,
    }),
    hex: 'cbea0cf6019c010d4e7fff',
  },
  {
    name: 'LDDS75 of sample 10: 3.41 V, 1.432 m, probe 17.3 °C',
    bytes: encodeLdds75({ batteryMv: 3410, distanceMm: 1432, probeTenths: 173 }),
    hex: '0d5205980000ad01',
  },
  {
    name: 'EM300-TH below zero: -4.0 °C in two-complement',
    bytes: encodeEm300Th({ batteryPercent: 1, temperatureTenths: -40, humidityHalves: 200 }),
    hex: '0175010367d8ff0468c8',
  },
  {
    name: 'LHT65N below zero: -12.34 °C, probe -0.01 °C',
    bytes: encodeLht65n({
      batteryMv: 2800,
      temperatureHundredths: -1234,
      humidityTenths: 999,
      probeHundredths: -1,
    }),
    hex: 'caf0fb2e03e701ffff7fff',
  },
] as const;

describe('the payload encoders', () => {
  it.each(SAMPLES)('write the bytes of the $name', ({ bytes, hex }) => {
    expect(Buffer.from(bytes).toString('hex')).toBe(hex);
  });
});
