import { exactDecimal, formatDecimal } from '@meetbrug/protocols/observation';
import type { PropertyKey } from '@meetbrug/protocols/properties';
import { encodeEm300Th, encodeEm500Udl, encodeLdds75, encodeLht65n, encodeVs350 } from './encode-payload.ts';
import type { FleetDevice } from './fleet-device.ts';
import type { DeviceModel } from './fleet-settings.ts';
import { commutersPerHour, heatWave, risingRiverMetres } from './scenario-curves.ts';
import type { SeededRandom } from './seeded-random.ts';

/** One value that must come out of the other end. */
export interface ExpectedObservation {
  readonly property: PropertyKey;
  readonly direction?: 'in' | 'out';
  /** Computed by the edge from the distance, with the heights of the place. */
  readonly derivedFromDistance?: true;
  /** Canonical decimal text in the unit of the property. */
  readonly value: string;
  readonly beginMs: number;
  /** Only for counts over an interval. */
  readonly endMs?: number;
}

/** What a device remembers between two uplinks. */
export interface DeviceMemory {
  totalIn: number;
  totalOut: number;
}

export interface Measurement {
  readonly port: number;
  readonly payload: Uint8Array;
  /** What the vendor's codec in the network server makes of it; null: no codec is configured. */
  readonly codecObject: Readonly<Record<string, number>> | null;
  readonly observations: readonly ExpectedObservation[];
}

type Simulate = (device: FleetDevice, ms: number, random: SeededRandom, memory: DeviceMemory) => Measurement;

const MILESIGHT_PORT = 85;
const DRAGINO_PORT = 2;
const COUNTER_MODULUS = 65_536;
const INTERVAL_COUNT_MAX = 65_535;

/** What the device measures at this instant, as payload bytes and as the observations that they stand for. */
export function simulateMeasurement(
  device: FleetDevice,
  ms: number,
  random: SeededRandom,
  memory: DeviceMemory,
): Measurement {
  return SIMULATE[device.model](device, ms, random, memory);
}

const SIMULATE: Record<DeviceModel, Simulate> = {
  'milesight-em300-th': (device, ms, random) => {
    const { celsius, humidityPercent } = heatWave(ms);
    const temperatureTenths = Math.round((celsius + device.bias) * 10) + random.between(-2, 2);
    const humidityHalves = Math.round(humidityPercent * 2) + random.between(-2, 2);
    const batteryPercent = random.between(90, 100);
    return {
      port: MILESIGHT_PORT,
      payload: encodeEm300Th({ batteryPercent, temperatureTenths, humidityHalves }),
      codecObject: {
        battery: batteryPercent,
        temperature: temperatureTenths / 10,
        humidity: humidityHalves / 2,
      },
      observations: [
        instant('air-temperature', ms, temperatureTenths, 1),
        instant('relative-humidity', ms, humidityHalves * 5, 1),
        instant('battery-level', ms, batteryPercent, 0),
      ],
    };
  },
  'dragino-lht65n': (device, ms, random) => {
    const { celsius, humidityPercent } = heatWave(ms);
    const temperatureHundredths = Math.round((celsius + device.bias) * 100) + random.between(-20, 20);
    const humidityTenths = Math.round(humidityPercent * 10) + random.between(-10, 10);
    const probeHundredths = temperatureHundredths + random.between(50, 150);
    const batteryMv = random.between(2900, 3100);
    return {
      port: DRAGINO_PORT,
      payload: encodeLht65n({ batteryMv, temperatureHundredths, humidityTenths, probeHundredths }),
      codecObject: null,
      observations: [
        instant('air-temperature', ms, temperatureHundredths, 2),
        instant('relative-humidity', ms, humidityTenths, 1),
        instant('probe-temperature', ms, probeHundredths, 2),
        instant('battery-voltage', ms, batteryMv, 3),
      ],
    };
  },
  'milesight-em500-udl': (device, ms, random) => {
    const distanceMm = distanceToWaterMm(device, ms, random);
    const batteryPercent = random.between(90, 100);
    return {
      port: MILESIGHT_PORT,
      payload: encodeEm500Udl({ batteryPercent, distanceMm }),
      codecObject: { battery: batteryPercent, distance: distanceMm },
      observations: [...waterObservations(device, ms, distanceMm), instant('battery-level', ms, batteryPercent, 0)],
    };
  },
  'dragino-ldds75': (device, ms, random) => {
    const distanceMm = distanceToWaterMm(device, ms, random);
    const probeTenths = random.between(160, 190);
    const batteryMv = random.between(3300, 3500);
    return {
      port: DRAGINO_PORT,
      payload: encodeLdds75({ batteryMv, distanceMm, probeTenths }),
      codecObject: null,
      observations: [
        ...waterObservations(device, ms, distanceMm),
        instant('probe-temperature', ms, probeTenths, 1),
        instant('battery-voltage', ms, batteryMv, 3),
      ],
    };
  },
  'milesight-vs350': (device, ms, random, memory) => {
    const seconds = device.intervalSeconds ?? 1;
    const perHour = commutersPerHour(ms);
    const periodIn = countOf((perHour.in * seconds) / 3600, random);
    const periodOut = countOf((perHour.out * seconds) / 3600, random);
    memory.totalIn = (memory.totalIn + periodIn) % COUNTER_MODULUS;
    memory.totalOut = (memory.totalOut + periodOut) % COUNTER_MODULUS;
    const { totalIn, totalOut } = memory;
    const interval = { beginMs: ms - seconds * 1000, endMs: ms };
    return {
      port: MILESIGHT_PORT,
      payload: encodeVs350({ totalIn, totalOut, periodIn, periodOut }),
      codecObject: { total_in: totalIn, total_out: totalOut, period_in: periodIn, period_out: periodOut },
      observations: [
        { property: 'pedestrian-count', direction: 'in', value: String(periodIn), ...interval },
        { property: 'pedestrian-count', direction: 'out', value: String(periodOut), ...interval },
        { property: 'pedestrian-counter', direction: 'in', value: String(totalIn), beginMs: ms },
        { property: 'pedestrian-counter', direction: 'out', value: String(totalOut), beginMs: ms },
      ],
    };
  },
};

function distanceToWaterMm(device: FleetDevice, ms: number, random: SeededRandom): number {
  const heightMm = Math.round((device.place.mountingHeightMetres ?? 4) * 1000);
  return heightMm - Math.round((risingRiverMetres(ms) + device.bias * 0.2) * 1000) + random.between(-3, 3);
}

function waterObservations({ place }: FleetDevice, ms: number, distanceMm: number): ExpectedObservation[] {
  const observations = [instant('water-distance', ms, distanceMm, 3)];
  if (place.mountingHeightMetres === undefined) return observations;
  const levelMm = Math.round(place.mountingHeightMetres * 1000) - distanceMm;
  observations.push({ ...instant('water-level-local', ms, levelMm, 3), derivedFromDistance: true });
  if (place.localZeroTawMetres === undefined) return observations;
  const tawMm = Math.round(place.localZeroTawMetres * 1000) + levelMm;
  observations.push({ ...instant('water-level-taw', ms, tawMm, 3), derivedFromDistance: true });
  return observations;
}

function instant(property: PropertyKey, beginMs: number, mantissa: number, scale: number): ExpectedObservation {
  return { property, value: formatDecimal(exactDecimal(mantissa, scale)), beginMs };
}

/** A whole number whose mean over many calls is `mean`. */
function countOf(mean: number, random: SeededRandom): number {
  return Math.min(INTERVAL_COUNT_MAX, Math.floor(mean * (0.7 + 0.6 * random.unit()) + random.unit()));
}
