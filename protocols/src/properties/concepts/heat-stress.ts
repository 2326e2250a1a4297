import { exactDecimal } from '../../observation/decimal.ts';
import type { Match, PropertyRow } from '../observed-property.ts';

const tenth = exactDecimal(1, 1);
const one = exactDecimal(1);
const between = (min: number, max: number) => [exactDecimal(min), exactDecimal(max)] as const;

const theme = 'heat-stress';
/** CSOR variables carry no medium, so they are wider than a concept of ours. */
const csor = (variable: string): Match => [
  'broadMatch',
  `https://data.omgeving.vlaanderen.be/id/concept/csor/variabele/${variable}`,
];
const cf = (name: string): Match => ['closeMatch', `http://vocab.nerc.ac.uk/standard_name/${name}/`];

const heatTemperature = { theme, unit: 'Cel', quantityKind: 'Temperature', resolution: tenth } as const;

const perDay = { theme, unit: '{count}', quantityKind: 'Count', resolution: one, range: between(0, 1) } as const;

/** Heat in the city: what is measured, and the indices that are computed from it. */
export const HEAT_STRESS = {
  'air-temperature': {
    ...heatTemperature,
    name: 'luchttemperatuur',
    label: { nl: 'luchttemperatuur', en: 'air temperature' },
    definition: {
      nl: 'Temperatuur van de buitenlucht, afgeschermd van straling.',
      en: 'Temperature of the outdoor air, shielded from radiation.',
    },
    range: between(-40, 60),
    plausible: { range: between(-25, 43), step: { perHour: 12, tolerance: 2 }, stuckAfterHours: 12 },
    matches: [csor('V_785'), cf('air_temperature')],
  },
  'globe-temperature': {
    ...heatTemperature,
    name: 'zwarteboltemperatuur',
    label: { nl: 'zwartebol-temperatuur', en: 'globe temperature' },
    definition: {
      nl: 'Temperatuur in het midden van een zwarte bol, als maat voor de stralingswarmte.',
      en: 'Temperature at the centre of a black globe, as a measure of radiant heat.',
    },
    range: between(-40, 100),
    plausible: { range: between(-25, 75), step: { perHour: 60, tolerance: 10 }, stuckAfterHours: 12 },
  },
  'natural-wet-bulb-temperature': {
    ...heatTemperature,
    name: 'natuurlijke-natteboltemperatuur',
    label: { nl: 'natuurlijke nattebol-temperatuur', en: 'natural wet-bulb temperature' },
    definition: {
      nl: 'Temperatuur van een bevochtigde thermometer in zon en wind, zonder kunstmatige luchtstroom.',
      en: 'Temperature of a wetted thermometer in sun and wind, without a forced air stream.',
    },
    range: between(-40, 60),
  },
  'relative-humidity': {
    name: 'relatieve-luchtvochtigheid',
    theme,
    label: { nl: 'relatieve luchtvochtigheid', en: 'relative humidity' },
    definition: {
      nl: 'Waterdamp in de buitenlucht, als deel van wat de lucht bij die temperatuur kan bevatten.',
      en: 'Water vapour in the outdoor air, as a share of what the air can hold at that temperature.',
    },
    unit: '%',
    quantityKind: 'RelativeHumidity',
    resolution: tenth,
    range: between(0, 100),
    plausible: { range: between(10, 100), step: { perHour: 60, tolerance: 10 }, stuckAfterHours: 24 },
    matches: [csor('V_1915'), cf('relative_humidity')],
  },
  'wind-speed': {
    name: 'windsnelheid',
    theme,
    label: { nl: 'windsnelheid', en: 'wind speed' },
    definition: { nl: 'Snelheid van de wind, zonder richting.', en: 'Speed of the wind, without direction.' },
    unit: 'm/s',
    quantityKind: 'Speed',
    resolution: tenth,
    range: between(0, 75),
    matches: [csor('V_1957'), cf('wind_speed')],
  },
  'wind-direction': {
    name: 'windrichting',
    theme,
    label: { nl: 'windrichting', en: 'wind direction' },
    definition: {
      nl: 'Richting waar de wind vandaan komt, in graden met de klok mee vanaf het noorden.',
      en: 'Direction that the wind comes from, in degrees clockwise from north.',
    },
    unit: 'deg',
    quantityKind: 'Angle',
    resolution: one,
    range: between(0, 360),
    matches: [csor('V_1709'), cf('wind_from_direction')],
  },
  'wind-gust': {
    name: 'windstoot',
    theme,
    label: { nl: 'windstoot', en: 'wind gust' },
    definition: {
      nl: 'Hoogste snelheid van de wind sinds het vorige bericht van de sensor.',
      en: 'Highest speed of the wind since the previous report of the sensor.',
    },
    unit: 'm/s',
    quantityKind: 'Speed',
    resolution: tenth,
    range: between(0, 100),
    matches: [cf('wind_speed_of_gust')],
  },
  'global-radiation': {
    name: 'globale-straling',
    theme,
    label: { nl: 'globale zonnestraling', en: 'global radiation' },
    definition: {
      nl: 'Kortgolvige straling van zon en hemel op een horizontaal vlak.',
      en: 'Short-wave radiation from sun and sky on a horizontal plane.',
    },
    unit: 'W/m2',
    quantityKind: 'Irradiance',
    resolution: one,
    range: between(-20, 1_600),
    matches: [csor('V_1964'), cf('surface_downwelling_shortwave_flux_in_air')],
  },
  illuminance: {
    name: 'verlichtingssterkte',
    theme,
    label: { nl: 'verlichtingssterkte', en: 'illuminance' },
    definition: {
      nl: 'Zichtbaar licht dat op een oppervlak valt, gewogen naar de gevoeligheid van het oog.',
      en: 'Visible light that falls on a surface, weighted by the sensitivity of the eye.',
    },
    unit: 'lx',
    quantityKind: 'Illuminance',
    resolution: one,
    range: between(0, 200_000),
  },
  'uv-index': {
    name: 'uv-index',
    theme,
    label: { nl: 'uv-index', en: 'UV index' },
    definition: {
      nl: 'Sterkte van de ultraviolette zonnestraling, als maat voor het verbranden van de huid.',
      en: 'Strength of the ultraviolet radiation of the sun, as a measure of how it burns the skin.',
    },
    unit: '{index}',
    quantityKind: 'Dimensionless',
    resolution: tenth,
    range: between(0, 20),
    matches: [cf('ultraviolet_index')],
  },
  'station-pressure': {
    name: 'luchtdruk',
    theme,
    label: { nl: 'luchtdruk op stationshoogte', en: 'station pressure' },
    definition: {
      nl: 'Druk van de lucht ter hoogte van het station, niet herleid tot zeeniveau.',
      en: 'Pressure of the air at the height of the station, not reduced to sea level.',
    },
    unit: 'hPa',
    quantityKind: 'Pressure',
    resolution: tenth,
    range: between(850, 1_100),
    matches: [csor('V_1777'), cf('surface_air_pressure')],
  },
  wbgt: {
    ...heatTemperature,
    name: 'wbgt',
    label: { nl: 'WBGT (hittestressindex)', en: 'wet-bulb globe temperature' },
    definition: {
      nl: 'Gewogen temperatuur uit natte bol, zwarte bol en lucht (ISO 7243): hoe zwaar warmte op een mens weegt.',
      en: 'Weighted temperature of wet bulb, globe and air (ISO 7243): how heavily heat bears on a person.',
    },
    range: between(-40, 70),
  },
  utci: {
    ...heatTemperature,
    name: 'utci',
    label: { nl: 'gevoelstemperatuur UTCI', en: 'universal thermal climate index' },
    definition: {
      nl: 'Luchttemperatuur van een referentieomgeving die een mens even zwaar belast.',
      en: 'Air temperature of a reference environment that strains a person equally.',
    },
    range: between(-90, 80),
  },
  'heat-index': {
    ...heatTemperature,
    name: 'hitte-index',
    label: { nl: 'hitte-index', en: 'heat index' },
    definition: {
      nl: 'Gevoelstemperatuur in de schaduw uit temperatuur en vochtigheid (National Weather Service).',
      en: 'Apparent temperature in the shade from temperature and humidity (National Weather Service).',
    },
    range: between(-40, 90),
  },
  'apparent-temperature': {
    ...heatTemperature,
    name: 'gevoelstemperatuur',
    label: { nl: 'gevoelstemperatuur', en: 'apparent temperature' },
    definition: {
      nl: 'Gevoelstemperatuur uit temperatuur, vochtigheid en wind (Steadman 1994).',
      en: 'Apparent temperature from temperature, humidity and wind (Steadman 1994).',
    },
    range: between(-60, 80),
  },
  'heat-day': {
    ...perDay,
    name: 'hittedag',
    label: { nl: 'hittedag', en: 'heat day' },
    definition: {
      nl: 'Of de luchttemperatuur op de kalenderdag de drempel van de procedure haalde: 1 als dat zo is, 0 als dat niet zo is. Opgeteld: het aantal hittedagen.',
      en: 'Whether the air temperature reached the threshold of the procedure on the calendar day: 1 if it did, 0 if not. Added up: the number of heat days.',
    },
  },
  'tropical-night': {
    ...perDay,
    name: 'tropische-nacht',
    label: { nl: 'tropische nacht', en: 'tropical night' },
    definition: {
      nl: 'Of de luchttemperatuur op de kalenderdag nooit onder de drempel van de procedure kwam: 1 als dat zo is, 0 als dat niet zo is. Opgeteld: het aantal tropische nachten.',
      en: 'Whether the air temperature never fell below the threshold of the procedure on the calendar day: 1 if so, 0 if not. Added up: the number of tropical nights.',
    },
  },
} as const satisfies Record<string, PropertyRow>;
