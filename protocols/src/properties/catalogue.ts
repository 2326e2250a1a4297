import { type Decimal, exactDecimal } from '../observation/decimal.ts';
import type { ObservedProperty, Text, Theme, UnitCode } from './observed-property.ts';

const QUDT_UNITS: Record<UnitCode, string> = {
  Cel: 'http://qudt.org/vocab/unit/DEG_C',
  '%': 'http://qudt.org/vocab/unit/PERCENT',
  m: 'http://qudt.org/vocab/unit/M',
  cm: 'http://qudt.org/vocab/unit/CentiM',
  mm: 'http://qudt.org/vocab/unit/MilliM',
  V: 'http://qudt.org/vocab/unit/V',
  mV: 'http://qudt.org/vocab/unit/MilliV',
  dB: 'http://qudt.org/vocab/unit/DeciB',
  'dB[mW]': 'http://qudt.org/vocab/unit/DeciB_M',
  '{count}': 'http://qudt.org/vocab/unit/NUM',
};

interface Row {
  readonly name: string;
  readonly theme: Theme;
  readonly label: Text;
  readonly definition: Text;
  readonly unit: UnitCode;
  readonly resolution: Decimal;
  readonly range: readonly [Decimal, Decimal];
  readonly vehicleType?: string;
}

const tenth = exactDecimal(1, 1);
const thousandth = exactDecimal(1, 3);
const one = exactDecimal(1);
const between = (min: number, max: number) => [exactDecimal(min), exactDecimal(max)] as const;
const pedestrian = 'https://data.vlaanderen.be/id/concept/VkmVoertuigType/voetganger';

/** The catalogue as reviewed data. A key or a name, once published, never changes its meaning. */
const ROWS = {
  'air-temperature': {
    name: 'luchttemperatuur',
    theme: 'heat-stress',
    label: { nl: 'luchttemperatuur', en: 'air temperature' },
    definition: {
      nl: 'Temperatuur van de buitenlucht, afgeschermd van straling.',
      en: 'Temperature of the outdoor air, shielded from radiation.',
    },
    unit: 'Cel',
    resolution: tenth,
    range: between(-40, 60),
  },
  'globe-temperature': {
    name: 'zwarteboltemperatuur',
    theme: 'heat-stress',
    label: { nl: 'zwartebol-temperatuur', en: 'globe temperature' },
    definition: {
      nl: 'Temperatuur in het midden van een zwarte bol, als maat voor de stralingswarmte.',
      en: 'Temperature at the centre of a black globe, as a measure of radiant heat.',
    },
    unit: 'Cel',
    resolution: tenth,
    range: between(-40, 100),
  },
  'relative-humidity': {
    name: 'relatieve-luchtvochtigheid',
    theme: 'heat-stress',
    label: { nl: 'relatieve luchtvochtigheid', en: 'relative humidity' },
    definition: {
      nl: 'Waterdamp in de buitenlucht, als deel van wat de lucht bij die temperatuur kan bevatten.',
      en: 'Water vapour in the outdoor air, as a share of what the air can hold at that temperature.',
    },
    unit: '%',
    resolution: tenth,
    range: between(0, 100),
  },
  'water-distance': {
    name: 'afstand-tot-wateroppervlak',
    theme: 'water-level',
    label: { nl: 'afstand tot het wateroppervlak', en: 'distance to the water surface' },
    definition: {
      nl: 'Afstand van de sensor tot het wateroppervlak eronder.',
      en: 'Distance from the sensor to the water surface below it.',
    },
    unit: 'm',
    resolution: thousandth,
    range: between(0, 50),
  },
  'water-level-local': {
    name: 'waterpeil-lokaal',
    theme: 'water-level',
    label: { nl: 'waterpeil boven het lokale nulpunt', en: 'water level above the local zero' },
    definition: {
      nl: 'Hoogte van het wateroppervlak boven het nulpunt van de peilschaal ter plaatse.',
      en: "Height of the water surface above the zero of the site's own gauge.",
    },
    unit: 'm',
    resolution: thousandth,
    range: between(-20, 50),
  },
  'water-level-taw': {
    name: 'waterpeil-mtaw',
    theme: 'water-level',
    label: { nl: 'waterpeil in meter TAW', en: 'water level in metres TAW' },
    definition: {
      nl: 'Hoogte van het wateroppervlak ten opzichte van de Tweede Algemene Waterpassing.',
      en: 'Height of the water surface relative to the Belgian vertical datum (Tweede Algemene Waterpassing).',
    },
    unit: 'm',
    resolution: thousandth,
    range: between(-20, 700),
  },
  'water-temperature': {
    name: 'watertemperatuur',
    theme: 'water-level',
    label: { nl: 'watertemperatuur', en: 'water temperature' },
    definition: { nl: 'Temperatuur van het oppervlaktewater.', en: 'Temperature of the surface water.' },
    unit: 'Cel',
    resolution: tenth,
    range: between(-5, 45),
  },
  'pedestrian-count': {
    name: 'aantal-voetganger',
    theme: 'mobility',
    label: { nl: 'aantal voetgangers', en: 'number of pedestrians' },
    definition: {
      nl: 'Aantal voetgangers dat in het interval in de genoemde richting voorbijkwam.',
      en: 'Number of pedestrians that passed in the named direction during the interval.',
    },
    unit: '{count}',
    resolution: one,
    range: between(0, 65_535),
    vehicleType: pedestrian,
  },
  'pedestrian-counter': {
    name: 'tellerstand-voetganger',
    theme: 'device-status',
    label: { nl: 'tellerstand voetgangers', en: 'pedestrian counter reading' },
    definition: {
      nl: 'Stand van de teller in het toestel; begint opnieuw na een reset of na het maximum.',
      en: 'Reading of the counter inside the device; starts again after a reset or its maximum.',
    },
    unit: '{count}',
    resolution: one,
    range: between(0, 4_294_967_295),
  },
  'probe-temperature': {
    name: 'sondetemperatuur',
    theme: 'device-status',
    label: { nl: 'temperatuur van een externe sonde', en: 'temperature of an external probe' },
    definition: {
      nl: 'Temperatuur van een sonde waarvan het medium niet is opgegeven.',
      en: 'Temperature of a probe whose medium has not been stated.',
    },
    unit: 'Cel',
    resolution: tenth,
    range: between(-60, 150),
  },
  'battery-level': {
    name: 'batterijniveau',
    theme: 'device-status',
    label: { nl: 'batterijniveau', en: 'battery level' },
    definition: { nl: 'Resterende lading volgens het toestel.', en: 'Remaining charge as the device reports it.' },
    unit: '%',
    resolution: one,
    range: between(0, 100),
  },
  'battery-voltage': {
    name: 'batterijspanning',
    theme: 'device-status',
    label: { nl: 'batterijspanning', en: 'battery voltage' },
    definition: { nl: 'Spanning van de batterij.', en: 'Voltage of the battery.' },
    unit: 'V',
    resolution: thousandth,
    range: between(0, 60),
  },
  rssi: {
    name: 'ontvangststerkte',
    theme: 'device-status',
    label: { nl: 'ontvangststerkte (RSSI)', en: 'received signal strength (RSSI)' },
    definition: {
      nl: 'Sterkte van het signaal bij de gateway die het toestel het best hoorde.',
      en: 'Strength of the signal at the gateway that heard the device best.',
    },
    unit: 'dB[mW]',
    resolution: one,
    range: between(-200, 20),
  },
  snr: {
    name: 'signaal-ruisverhouding',
    theme: 'device-status',
    label: { nl: 'signaal-ruisverhouding', en: 'signal-to-noise ratio' },
    definition: {
      nl: 'Signaal-ruisverhouding bij de gateway die het toestel het best hoorde.',
      en: 'Signal-to-noise ratio at the gateway that heard the device best.',
    },
    unit: 'dB',
    resolution: tenth,
    range: between(-50, 50),
  },
} as const satisfies Record<string, Row>;

export type PropertyKey = keyof typeof ROWS;

function toProperty(key: PropertyKey): ObservedProperty {
  const row: Row = ROWS[key];
  const traffic = row.vehicleType !== undefined;
  return {
    key,
    name: row.name,
    path: traffic
      ? `verkeerskenmerk/aantal/${row.vehicleType?.split('/').at(-1)}`
      : `concept/geobserveerd-kenmerk/${row.name}`,
    label: row.label,
    definition: row.definition,
    theme: row.theme,
    kind: row.unit === '{count}' ? 'count' : 'quantity',
    unit: row.unit,
    qudtUnit: QUDT_UNITS[row.unit],
    resolution: row.resolution,
    range: { min: row.range[0], max: row.range[1] },
    ...(row.vehicleType === undefined ? {} : { vehicleType: row.vehicleType }),
  };
}

export const PROPERTY_KEYS = Object.keys(ROWS) as PropertyKey[];

export const OBSERVED_PROPERTIES = Object.fromEntries(PROPERTY_KEYS.map((key) => [key, toProperty(key)])) as Readonly<
  Record<PropertyKey, ObservedProperty>
>;

export function isProperty(key: string): key is PropertyKey {
  return Object.hasOwn(ROWS, key);
}
