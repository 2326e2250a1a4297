import { exactDecimal } from '../../observation/decimal.ts';
import type { PropertyRow, RoadUser } from '../observed-property.ts';

const one = exactDecimal(1);
const between = (min: number, max: number) => [exactDecimal(min), exactDecimal(max)] as const;
const theme = 'mobility' as const;
const COUNT_TYPE = 'https://data.vlaanderen.be/id/concept/VkmVerkeersKenmerkType/aantal';

const roadUser = (
  name: string,
  nl: string,
  en: string,
  vehicleType: RoadUser['vehicleType'],
  isNarrower = false,
): RoadUser => ({ name, label: { nl, en }, vehicleType, isNarrower });

/** The four classes of VkmVoertuigType, and ours below them. */
const PEDESTRIAN = roadUser('voetganger', 'voetgangers', 'pedestrians', 'voetganger');
const BICYCLE = roadUser('fiets', 'fietsen', 'bicycles', 'fiets');
const CAR = roadUser('auto', "auto's", 'cars', 'auto');
const HEAVY = roadUser('vrachtwagen', 'zware voertuigen', 'heavy vehicles', 'vrachtwagen');
const BUS = roadUser('bus', 'bussen', 'buses', 'vrachtwagen', true);
const VAN = roadUser('bestelwagen', 'bestelwagens', 'vans', 'auto', true);
const MOTORCYCLE = roadUser('motorfiets', 'motorfietsen', 'motorcycles', 'auto', true);
const CARGO_BIKE = roadUser('bakfiets', 'bakfietsen', 'cargo bikes', 'fiets', true);
const E_SCOOTER = roadUser('e-step', 'elektrische steps', 'e-scooters', 'fiets', true);

const count = (road: RoadUser) => ({
  name: `aantal-${road.name}`,
  theme,
  label: { nl: `aantal ${road.label.nl}`, en: `number of ${road.label.en}` },
  definition: {
    nl: `Aantal ${road.label.nl} dat in het interval in de genoemde richting voorbijkwam.`,
    en: `Number of ${road.label.en} that passed in the named direction during the interval.`,
  },
  unit: '{count}' as const,
  quantityKind: 'Count',
  resolution: one,
  range: between(0, 65_535),
  matches: [['broadMatch', COUNT_TYPE]] as const,
  traffic: { type: 'aantal' as const, roadUser: road },
});

const speed = {
  theme,
  unit: 'km/h',
  quantityKind: 'Speed',
  resolution: exactDecimal(1, 1),
  range: between(0, 300),
} as const;
const spaces = { theme, unit: '{count}', quantityKind: 'Count', resolution: one, range: between(0, 100_000) } as const;

/** Who passes, how fast, and what is free. */
export const MOBILITY = {
  'pedestrian-count': { ...count(PEDESTRIAN), plausible: { uptimeMinShare: 0.5 } },
  'bicycle-count': count(BICYCLE),
  'car-count': count(CAR),
  'heavy-vehicle-count': count(HEAVY),
  'bus-count': count(BUS),
  'van-count': count(VAN),
  'motorcycle-count': count(MOTORCYCLE),
  'cargo-bike-count': count(CARGO_BIKE),
  'e-scooter-count': count(E_SCOOTER),
  'v85-speed': {
    ...speed,
    name: 'v85-snelheid',
    label: { nl: 'V85-snelheid', en: '85th percentile speed' },
    definition: {
      nl: "Snelheid die 85 % van de auto's in het interval niet overschreed.",
      en: 'Speed that 85 % of the cars did not exceed during the interval.',
    },
    matches: [['broadMatch', 'https://data.vlaanderen.be/id/concept/VkmVerkeersKenmerkType/V85']],
    traffic: { type: 'V85', roadUser: CAR },
  },
  'mean-speed': {
    ...speed,
    name: 'gemiddelde-snelheid',
    label: { nl: 'tijdsgemiddelde snelheid', en: 'time-mean speed' },
    definition: {
      nl: "Gemiddelde van de snelheden van de auto's die in het interval voorbijkwamen.",
      en: 'Mean of the speeds of the cars that passed during the interval.',
    },
    matches: [['broadMatch', 'https://data.vlaanderen.be/id/concept/VkmVerkeersKenmerkType/tijdsgemiddelde_snelheid']],
    traffic: { type: 'tijdsgemiddelde_snelheid', roadUser: CAR },
  },
  occupancy: {
    name: 'bezettingsgraad',
    theme,
    label: { nl: 'bezettingsgraad', en: 'occupancy' },
    definition: { nl: 'Deel van de plaatsen dat bezet is.', en: 'Share of the spaces that is taken.' },
    unit: '%',
    quantityKind: 'DimensionlessRatio',
    resolution: exactDecimal(1, 1),
    range: between(0, 200),
  },
  'free-spaces': {
    ...spaces,
    name: 'vrije-plaatsen',
    label: { nl: 'aantal vrije plaatsen', en: 'free spaces' },
    definition: { nl: 'Aantal parkeerplaatsen dat vrij is.', en: 'Number of parking spaces that are free.' },
  },
  'people-present': {
    name: 'aantal-aanwezigen',
    theme,
    label: { nl: 'aantal aanwezigen', en: 'people present' },
    definition: {
      nl: 'Aantal personen dat op dat moment in het gezichtsveld van de sensor is.',
      en: 'Number of persons that are in the field of view of the sensor at that moment.',
    },
    unit: '{count}',
    quantityKind: 'Count',
    resolution: one,
    range: between(0, 10_000),
  },
  'wifi-devices': {
    name: 'aantal-wifi-toestellen',
    theme,
    label: { nl: 'aantal wifi-toestellen', en: 'Wi-Fi devices' },
    definition: {
      nl: 'Aantal verschillende toestellen waarvan in het interval wifi-signalen zijn opgevangen.',
      en: 'Number of different devices whose Wi-Fi signals were heard during the interval.',
    },
    unit: '{count}',
    quantityKind: 'Count',
    resolution: one,
    range: between(0, 65_535),
  },
  'bluetooth-devices': {
    name: 'aantal-bluetooth-toestellen',
    theme,
    label: { nl: 'aantal bluetooth-toestellen', en: 'Bluetooth devices' },
    definition: {
      nl: 'Aantal verschillende toestellen waarvan in het interval bluetooth-signalen zijn opgevangen.',
      en: 'Number of different devices whose Bluetooth signals were heard during the interval.',
    },
    unit: '{count}',
    quantityKind: 'Count',
    resolution: one,
    range: between(0, 65_535),
  },
  'available-bikes': {
    ...spaces,
    name: 'beschikbare-fietsen',
    label: { nl: 'aantal beschikbare fietsen', en: 'available bikes' },
    definition: {
      nl: 'Aantal deelfietsen dat ter plaatse klaarstaat.',
      en: 'Number of shared bikes that stand ready at the place.',
    },
  },
  'peak-hour': {
    name: 'drukste-uur',
    theme,
    label: { nl: 'drukste uur van de dag', en: 'peak hour of the day' },
    definition: {
      nl: 'Klokuur (0 tot 23, plaatselijke tijd) waarin op de kalenderdag het meeste voorbijkwam; het vroegste bij gelijke aantallen.',
      en: 'Hour of the clock (0 to 23, local time) in which most passed on the calendar day; the earliest of equals.',
    },
    unit: 'h',
    quantityKind: 'Time',
    resolution: one,
    range: between(0, 23),
  },
  'peak-hour-count': {
    name: 'aantal-in-drukste-uur',
    theme,
    label: { nl: 'aantal in het drukste uur', en: 'number in the peak hour' },
    definition: {
      nl: 'Aantal dat in het drukste uur van de kalenderdag voorbijkwam, in alle richtingen samen.',
      en: 'Number that passed in the peak hour of the calendar day, in all directions together.',
    },
    unit: '{count}',
    quantityKind: 'Count',
    resolution: one,
    range: between(0, 100_000_000),
  },
} as const satisfies Record<string, PropertyRow>;
