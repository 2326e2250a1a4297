import { type Decimal, decimalFromNumber, type EpochMs } from '@meetbrug/protocols/observation';
import type { PropertyKey } from '@meetbrug/protocols/properties';
import type { Result } from '@meetbrug/protocols/result';
import type { HeatIndex, HeatSettings } from '../config/heat-config.ts';
import { apparentTemperature, estimatedWbgt, type HeatFault, heatIndex, utci, wbgtOutdoors } from './heat/mod.ts';

/** What is combined with an air temperature. */
export const HEAT_INPUTS = [
  'relative-humidity',
  'wind-speed',
  'globe-temperature',
  'natural-wet-bulb-temperature',
  'global-radiation',
  'station-pressure',
] as const satisfies PropertyKey[];
export type HeatInput = (typeof HEAT_INPUTS)[number];

export function isHeatInput(property: string): property is HeatInput {
  return (HEAT_INPUTS as readonly string[]).includes(property);
}

/** The inputs of one value of an index, each in the unit of its property. */
export interface HeatConditions {
  readonly atMs: EpochMs;
  readonly latitude: number;
  readonly longitude: number;
  readonly airTemperature: Decimal;
  /** Throws for an input that the method does not name. */
  readonly value: (input: HeatInput) => Decimal;
  /** Height above the ground of the sensor of an input, in metres; throws where it is not known. */
  readonly heightMetres: (input: HeatInput) => Decimal;
  readonly resolution: Decimal;
}

/** One way to compute an index. Its name is the procedure of the derived datastream. */
export interface HeatMethod {
  readonly index: HeatIndex;
  readonly name: string;
  readonly label: string;
  readonly inputs: readonly HeatInput[];
  /** Inputs whose height above the ground takes part. */
  readonly inputsWithHeight: readonly HeatInput[];
  /** A fault where the index is not published for such weather. */
  readonly compute: (conditions: HeatConditions) => Result<Decimal, HeatFault>;
}

/** The methods of each index, the preferred one first: WBGT is measured where it can be and estimated where it cannot. */
export function heatMethods({ globeDiameterMetres }: HeatSettings): Readonly<Record<HeatIndex, readonly HeatMethod[]>> {
  return {
    'heat-index': [HEAT_INDEX_NWS],
    'apparent-temperature': [APPARENT_TEMPERATURE_STEADMAN],
    wbgt: [WBGT_ISO_7243, WBGT_LILJEGREN],
    utci: [utciFromGlobe(globeDiameterMetres)],
  };
}

const HEAT_INDEX_NWS: HeatMethod = {
  index: 'heat-index',
  name: 'heat-index-nws',
  label: 'hitte-index volgens het algoritme van de National Weather Service',
  inputs: ['relative-humidity'],
  inputsWithHeight: [],
  compute: ({ airTemperature, value, resolution }) =>
    heatIndex(
      { airTemperatureCelsius: airTemperature, relativeHumidityPercent: value('relative-humidity') },
      resolution,
    ),
};

const APPARENT_TEMPERATURE_STEADMAN: HeatMethod = {
  index: 'apparent-temperature',
  name: 'apparent-temperature-steadman',
  label: 'gevoelstemperatuur volgens Steadman (1994), zonder straling',
  inputs: ['relative-humidity', 'wind-speed'],
  inputsWithHeight: ['wind-speed'],
  compute: (conditions) => apparentTemperature(airOf(conditions), conditions.resolution),
};

const WBGT_ISO_7243: HeatMethod = {
  index: 'wbgt',
  name: 'wbgt-iso7243',
  label: 'WBGT buiten volgens ISO 7243 uit gemeten natte bol, zwarte bol en lucht',
  inputs: ['natural-wet-bulb-temperature', 'globe-temperature'],
  inputsWithHeight: [],
  compute: ({ airTemperature, value, resolution }) =>
    wbgtOutdoors(
      {
        naturalWetBulbCelsius: value('natural-wet-bulb-temperature'),
        globeTemperatureCelsius: value('globe-temperature'),
        airTemperatureCelsius: airTemperature,
      },
      resolution,
    ),
};

const WBGT_LILJEGREN: HeatMethod = {
  index: 'wbgt',
  name: 'wbgt-liljegren',
  label: 'WBGT buiten geschat uit het weer volgens Liljegren e.a. (2008)',
  inputs: ['relative-humidity', 'wind-speed', 'global-radiation', 'station-pressure'],
  inputsWithHeight: ['wind-speed'],
  compute: (conditions) =>
    estimatedWbgt(
      {
        ...airOf(conditions),
        globalRadiationWattsPerSquareMetre: conditions.value('global-radiation'),
        pressureHectopascals: conditions.value('station-pressure'),
      },
      { atMs: conditions.atMs, latitudeDegrees: conditions.latitude, longitudeDegrees: conditions.longitude },
      conditions.resolution,
    ),
};

/** The diameter is part of the name: two globes of different size are two procedures. */
function utciFromGlobe(diameterMetres: number): HeatMethod {
  const millimetres = Math.round(diameterMetres * 1_000);
  const globeDiameterMetres = decimalFromNumber(millimetres / 1_000);
  if (globeDiameterMetres === undefined) throw new RangeError(`${diameterMetres} m is no globe`);
  return {
    index: 'utci',
    name: `utci-globe-${millimetres}mm`,
    label: `UTCI met de stralingstemperatuur uit een zwarte bol van ${millimetres} mm (ISO 7726)`,
    inputs: ['relative-humidity', 'wind-speed', 'globe-temperature'],
    inputsWithHeight: ['wind-speed', 'globe-temperature'],
    compute: (conditions) =>
      utci(
        airOf(conditions),
        {
          kind: 'globe',
          globeTemperatureCelsius: conditions.value('globe-temperature'),
          globeHeightMetres: conditions.heightMetres('globe-temperature'),
          globeDiameterMetres,
        },
        conditions.resolution,
      ),
  };
}

function airOf({ airTemperature, value, heightMetres }: HeatConditions) {
  return {
    airTemperatureCelsius: airTemperature,
    relativeHumidityPercent: value('relative-humidity'),
    windSpeedMetresPerSecond: value('wind-speed'),
    windHeightMetres: heightMetres('wind-speed'),
  };
}
