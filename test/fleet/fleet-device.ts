import type { Theme } from '@meetbrug/protocols/properties';
import { DEVICE_MODELS, type DeviceModel, type FleetSettings } from './fleet-settings.ts';

/** Where a simulated device hangs: the `at` of its entry in edge.yaml. */
export interface FleetPlace {
  readonly name: string;
  readonly label: string;
  readonly longitude: number;
  readonly latitude: number;
  readonly samples: { readonly name: string; readonly label: string };
  readonly mountingHeightMetres?: number;
  readonly localZeroTawMetres?: number;
}

export interface FleetDevice {
  /** 16 hex digits, upper case. */
  readonly devEui: string;
  /** 8 hex digits, lower case: the address of the device's only session. */
  readonly devAddr: string;
  readonly model: DeviceModel;
  readonly place: FleetPlace;
  /** Reporting interval of a counter; absent for instantaneous sensors. */
  readonly intervalSeconds?: number;
  /** How far this place is from the city's curve, from -1 to 1. */
  readonly bias: number;
}

interface ModelTraits {
  /** First ten digits of the DevEUI: the vendor's OUI and a code for the model. */
  readonly euiPrefix: string;
  readonly theme: Theme;
  readonly area: string;
}

const TRAITS: Record<DeviceModel, ModelTraits> = {
  'milesight-em300-th': { euiPrefix: '24E124136C', theme: 'heat-stress', area: 'Voorbeeldplein' },
  'dragino-lht65n': { euiPrefix: 'A84041B9B1', theme: 'heat-stress', area: 'Voorbeeldpark' },
  'milesight-em500-udl': { euiPrefix: '24E124713D', theme: 'water-level', area: 'Voorbeeldbeek' },
  'dragino-ldds75': { euiPrefix: 'A84041FFFF', theme: 'water-level', area: 'Voorbeeldvaart' },
  'milesight-vs350': { euiPrefix: '24E124798E', theme: 'mobility', area: 'Voorbeeldstraat' },
};

const PLACE_PREFIX: Partial<Record<Theme, string>> = {
  'heat-stress': 'heat',
  'water-level': 'water',
  mobility: 'mobility',
};

/** Sensors above water hang 4.2 to 4.65 m over the local zero, within the reach of both ultrasonic models at any level. */
const MOUNTING_HEIGHT_MM = { lowest: 4200, step: 50, steps: 10 } as const;

/** The devices of a fleet: the same for the same `devices` and rate, whatever the seed, so that a configuration stays valid. */
export function fleetDevices(settings: FleetSettings): FleetDevice[] {
  const models = modelsInOrder(settings.devices);
  const intervalSeconds =
    settings.countIntervalSeconds ?? Math.max(1, Math.floor(models.length / settings.uplinksPerSecond));
  const seen = new Map<string, number>();
  const nextOf = (name: string) => {
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    return number;
  };
  return models.map((model, index) => {
    const { euiPrefix, theme } = TRAITS[model];
    return {
      devEui: `${euiPrefix}${nextOf(model).toString(16).padStart(6, '0').toUpperCase()}`,
      devAddr: (0x01ab_0000 + index).toString(16).padStart(8, '0'),
      model,
      place: placeOf(model, index, nextOf(theme)),
      ...(theme === 'mobility' ? { intervalSeconds } : {}),
      bias: ((index * 37) % 21) / 10 - 1,
    };
  });
}

function modelsInOrder(devices: FleetSettings['devices']): DeviceModel[] {
  if (typeof devices === 'number') {
    return Array.from({ length: devices }, (_, index) => DEVICE_MODELS[index % DEVICE_MODELS.length] as DeviceModel);
  }
  return DEVICE_MODELS.flatMap((model) => Array.from({ length: devices[model] ?? 0 }, () => model));
}

function placeOf(model: DeviceModel, index: number, number: number): FleetPlace {
  const { area, theme } = TRAITS[model];
  const digits = String(number).padStart(2, '0');
  const heightMm = MOUNTING_HEIGHT_MM.lowest + (index % MOUNTING_HEIGHT_MM.steps) * MOUNTING_HEIGHT_MM.step;
  return {
    name: `meetpunt-${PLACE_PREFIX[theme]}-${digits}`,
    label: `${area} ${digits}`,
    longitude: Number((4.3 + (index % 40) * 0.0025).toFixed(4)),
    latitude: Number((51.02 + (Math.floor(index / 40) % 40) * 0.002).toFixed(4)),
    samples: { name: area.toLowerCase(), label: area },
    ...(theme === 'water-level' ? { mountingHeightMetres: heightMm / 1000, localZeroTawMetres: 5.62 } : {}),
  };
}
