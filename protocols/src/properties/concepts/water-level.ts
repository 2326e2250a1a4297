import { exactDecimal } from '../../observation/decimal.ts';
import type { Match, PropertyRow } from '../observed-property.ts';

const tenth = exactDecimal(1, 1);
const thousandth = exactDecimal(1, 3);
const one = exactDecimal(1);
const between = (min: number, max: number) => [exactDecimal(min), exactDecimal(max)] as const;

const theme = 'water-level';
const csor = (variable: string): Match => [
  'broadMatch',
  `https://data.omgeving.vlaanderen.be/id/concept/csor/variabele/${variable}`,
];
const cf = (name: string): Match => ['closeMatch', `http://vocab.nerc.ac.uk/standard_name/${name}/`];
const height = { theme, unit: 'm', quantityKind: 'Length', resolution: thousandth } as const;

/** Water in rivers, ditches, soil and sky. */
export const WATER_LEVEL = {
  'water-distance': {
    ...height,
    name: 'afstand-tot-wateroppervlak',
    label: { nl: 'afstand tot het wateroppervlak', en: 'distance to the water surface' },
    definition: {
      nl: 'Afstand van de sensor tot het wateroppervlak eronder.',
      en: 'Distance from the sensor to the water surface below it.',
    },
    range: between(0, 50),
    plausible: { stuckAfterHours: 72, tiltMaxDegrees: 5 },
  },
  'water-level-local': {
    ...height,
    name: 'waterpeil-lokaal',
    label: { nl: 'waterpeil boven het lokale nulpunt', en: 'water level above the local zero' },
    definition: {
      nl: 'Hoogte van het wateroppervlak boven het nulpunt van de peilschaal ter plaatse.',
      en: "Height of the water surface above the zero of the site's own gauge.",
    },
    range: between(-20, 50),
    plausible: { stuckAfterHours: 72, tiltMaxDegrees: 5 },
  },
  'water-level-taw': {
    ...height,
    name: 'waterpeil-mtaw',
    label: { nl: 'waterpeil in meter TAW', en: 'water level in metres TAW' },
    definition: {
      nl: 'Hoogte van het wateroppervlak ten opzichte van de Tweede Algemene Waterpassing.',
      en: 'Height of the water surface relative to the Belgian vertical datum (Tweede Algemene Waterpassing).',
    },
    range: between(-20, 700),
    plausible: { stuckAfterHours: 72, tiltMaxDegrees: 5 },
    matches: [cf('water_surface_height_above_reference_datum')],
    verticalDatum: 'http://www.opengis.net/def/crs/EPSG/0/5710',
  },
  'water-depth': {
    ...height,
    name: 'waterdiepte',
    label: { nl: 'waterdiepte', en: 'water depth' },
    definition: {
      nl: 'Hoogte van de waterkolom boven de sensor of de bodem.',
      en: 'Height of the water column above the sensor or the bed.',
    },
    range: between(-1, 50),
  },
  'water-pressure': {
    name: 'waterdruk',
    theme,
    label: { nl: 'waterdruk', en: 'water pressure' },
    definition: {
      nl: 'Druk van de waterkolom boven de sensor, zonder de luchtdruk.',
      en: 'Pressure of the water column above the sensor, without that of the air.',
    },
    unit: 'hPa',
    quantityKind: 'Pressure',
    resolution: tenth,
    range: between(-200, 10_000),
  },
  discharge: {
    name: 'debiet',
    theme,
    label: { nl: 'debiet', en: 'discharge' },
    definition: {
      nl: 'Volume water dat per tijd door de dwarsdoorsnede stroomt.',
      en: 'Volume of water that flows through the cross-section per time.',
    },
    unit: 'm3/s',
    quantityKind: 'VolumeFlowRate',
    resolution: thousandth,
    range: between(-10_000, 10_000),
    matches: [
      csor('V_684'),
      ['closeMatch', 'https://data.omgeving.vlaanderen.be/id/concept/csor/parameteraspect/PAS_1838'],
      cf('water_volume_transport_in_river_channel'),
    ],
  },
  'rain-depth': {
    name: 'neerslag',
    theme,
    label: { nl: 'neerslag', en: 'rain depth' },
    definition: {
      nl: 'Hoogte van de neerslag die in het interval viel.',
      en: 'Depth of the precipitation that fell during the interval.',
    },
    unit: 'mm',
    quantityKind: 'Length',
    resolution: exactDecimal(1, 2),
    range: between(0, 500),
    matches: [csor('V_308'), cf('thickness_of_rainfall_amount')],
  },
  'rain-intensity': {
    name: 'neerslagintensiteit',
    theme,
    label: { nl: 'neerslagintensiteit', en: 'rain intensity' },
    definition: { nl: 'Neerslag per tijd.', en: 'Precipitation per time.' },
    unit: 'mm/h',
    quantityKind: 'LinearVelocity',
    resolution: tenth,
    range: between(0, 1_000),
    matches: [csor('V_308'), cf('rainfall_rate')],
  },
  'soil-moisture': {
    name: 'bodemvocht',
    theme,
    label: { nl: 'volumetrisch bodemvocht', en: 'volumetric soil moisture' },
    definition: { nl: 'Volume water per volume bodem.', en: 'Volume of water per volume of soil.' },
    unit: '%',
    quantityKind: 'VolumeFraction',
    resolution: tenth,
    range: between(0, 100),
    matches: [
      ['closeMatch', 'https://data.vlaanderen.be/id/conceptscheme/Kenmerktype/vocht_volumetrisch'],
      cf('volume_fraction_of_condensed_water_in_soil'),
    ],
  },
  'water-temperature': {
    name: 'watertemperatuur',
    theme,
    label: { nl: 'watertemperatuur', en: 'water temperature' },
    definition: { nl: 'Temperatuur van het oppervlaktewater.', en: 'Temperature of the surface water.' },
    unit: 'Cel',
    quantityKind: 'Temperature',
    resolution: tenth,
    range: between(-5, 45),
    plausible: { range: between(-1, 32), step: { perHour: 5, tolerance: 1 }, stuckAfterHours: 48 },
    matches: [['closeMatch', 'https://data.vlaanderen.be/id/conceptscheme/Kenmerktype/temp_water']],
  },
  conductivity: {
    name: 'geleidbaarheid',
    theme,
    label: { nl: 'elektrische geleidbaarheid van water', en: 'electrical conductivity of water' },
    definition: {
      nl: 'Vermogen van het water om stroom te geleiden, als maat voor opgeloste zouten.',
      en: 'Ability of the water to conduct electricity, as a measure of dissolved salts.',
    },
    unit: 'uS/cm',
    quantityKind: 'ElectricConductivity',
    resolution: one,
    range: between(0, 200_000),
  },
  'water-alert-level': {
    name: 'alarmpeil',
    theme,
    label: { nl: 'alarmfase van het waterpeil', en: 'alert level of the water' },
    definition: {
      nl: 'Fase vanaf dit moment: 0 normaal, 1 voorwaarschuwing, 2 alarm, volgens de drempels en de hysterese van de procedure.',
      en: 'Phase from this moment on: 0 normal, 1 pre-alarm, 2 alarm, by the thresholds and the hysteresis of the procedure.',
    },
    unit: '{level}',
    quantityKind: 'Dimensionless',
    resolution: one,
    range: between(0, 2),
  },
} as const satisfies Record<string, PropertyRow>;
