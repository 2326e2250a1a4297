import { type DatastreamDescription, datastreamKey } from '@meetbrug/protocols/observation';
import type { DescribedEntity, ObservationMember } from '@meetbrug/protocols/oslo';

/** Text that breaks careless escaping: quotes, line ends, a tab, backslashes, accents, an emoji, a control, a lone surrogate. */
export const NASTY =
  "Caf\u00e9 \"Zonne\\n\\u0041schijn\"\n\r\t \u{1F6B2}\u{1F321}\ufe0f \u0001\u007f <b>''' {x} {value} \ud83d";

const licence = 'https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0';

const heat: DatastreamDescription = {
  datastream: datastreamKey({
    feature: 'ws-012',
    sensor: 'ws-012-sht85',
    property: 'luchttemperatuur',
    procedure: 'luchttemperatuur-2m-10min-gemiddelde',
  }),
  version: 1,
  validFromMs: Date.UTC(2026, 4, 1),
  property: 'air-temperature',
  measuringPoint: {
    name: 'ws-012',
    label: NASTY,
    longitude: 3.725,
    latitude: 51.0543,
    samples: { name: 'marktplein', label: NASTY },
    mountingHeightMetres: 2,
  },
  sensor: { name: 'ws-012-sht85', manufacturer: NASTY, model: NASTY },
  procedure: { name: 'luchttemperatuur-2m-10min-gemiddelde', label: NASTY, intervalSeconds: 600 },
  licence,
};

const water: DatastreamDescription = {
  datastream: datastreamKey({
    feature: 'l11-518',
    sensor: 'l11-518-druk',
    property: 'waterpeil-mtaw',
    procedure: 'waterpeil-15min-taw',
  }),
  version: 2,
  validFromMs: Date.UTC(2026, 4, 1, 0, 0, 0, 7),
  property: 'water-level-taw',
  measuringPoint: {
    name: 'l11-518',
    label: 'Peilschaal',
    longitude: 3.7174,
    latitude: 51.0495,
    mountingHeightMetres: -0.4,
    localZeroTawMetres: 4.87,
  },
  sensor: { name: 'l11-518-druk', manufacturer: 'Maker', model: 'Druk 1' },
  procedure: { name: 'waterpeil-15min-taw', label: 'waterpeil per kwartier' },
  licence: 'https://example.org/a b<c>"d"{e}|f^g`h\\i',
};

const traffic: DatastreamDescription = {
  datastream: datastreamKey({
    feature: 'fmn-021_in',
    sensor: 'fmn-021-lus',
    property: 'aantal-voetganger',
    procedure: 'telling-15min',
  }),
  version: 1,
  validFromMs: 0,
  property: 'pedestrian-count',
  direction: 'in',
  measuringPoint: {
    name: 'fmn-021',
    label: 'Brug',
    longitude: 4.423123,
    latitude: 51.2091,
    samples: { name: 'fietsbrug', label: 'Fietsbrug' },
  },
  sensor: { name: 'fmn-021-lus', manufacturer: 'Maker', model: 'Lus' },
  procedure: { name: 'telling-15min', label: 'telling per kwartier', intervalSeconds: 900 },
  licence: 'geo:51.2,4.4',
};

const counter: DatastreamDescription = {
  ...traffic,
  datastream: datastreamKey({
    feature: 'fmn-021',
    sensor: 'fmn-021-lus',
    property: 'tellerstand-voetganger',
    procedure: 'stand',
  }),
  property: 'pedestrian-counter',
  direction: undefined,
  procedure: { name: 'stand', label: 'stand' },
};

/** A derived level with everything that a description may say. */
const level: DatastreamDescription = {
  ...water,
  datastream: datastreamKey({
    feature: 'l11-518',
    sensor: 'l11-518-druk',
    property: 'waterpeil-mtaw',
    procedure: 'peil-uit-afstand',
  }),
  procedure: {
    name: 'peil-uit-afstand',
    label: 'peil berekend uit de gemeten afstand',
    derivedFrom: [
      datastreamKey({
        feature: 'l11-518',
        sensor: 'l11-518-druk',
        property: 'afstand-tot-water',
        procedure: 'momentaan',
      }),
    ],
  },
  licence,
  deployedFromMs: Date.UTC(2026, 3, 30, 9),
  contact: { name: NASTY, email: 'peil+data@example.org', page: 'https://example.org/peil?taal=nl#contact' },
};

/** What is missing: of a datastream over a period, and at one instant of what a gateway cannot name any more. */
export const GAPS: readonly DescribedEntity[] = [
  {
    path: `hiaat/${water.datastream}/thinned/1782907200123`,
    body: {
      kind: 'gap',
      subject: water.datastream,
      reason: 'thinned',
      observations: 1_234,
      firstMs: Date.UTC(2026, 5, 30, 12),
      lastMs: Date.UTC(2026, 6, 1, 11, 59, 59, 250),
    },
  },
  {
    path: 'hiaat/poort/gateway-1/damaged/1782907200124',
    body: {
      kind: 'gap',
      subject: 'poort/gateway-1',
      reason: 'damaged',
      observations: 1,
      firstMs: Date.UTC(2026, 6, 1),
      lastMs: Date.UTC(2026, 6, 1),
    },
  },
];

export const DESCRIPTIONS = { heat, water, traffic, counter } as const;
export const FULL_DESCRIPTION = level;

/** One observation of each kind: a mean over an interval, an instant, a traffic count, a count without vehicle type. */
export const OBSERVATIONS = {
  heat: {
    kind: 'observation',
    description: heat,
    ordinal: 0,
    beginMs: Date.UTC(2026, 6, 1, 11, 50),
    endMs: Date.UTC(2026, 6, 1, 12),
    resultMs: Date.UTC(2026, 6, 1, 12, 0, 5),
    generatedMs: Date.UTC(2026, 6, 1, 12, 0, 7),
    value: '-33.4',
    revision: 17,
  },
  water: {
    kind: 'observation',
    description: water,
    ordinal: 12,
    beginMs: Date.UTC(2026, 6, 1, 12),
    resultMs: Date.UTC(2026, 6, 1, 12, 5, 0, 250),
    generatedMs: Date.UTC(2026, 6, 1, 12, 6, 30, 1),
    value: '7.46',
    revision: 9_007_199_254_740_991,
  },
  traffic: {
    kind: 'observation',
    description: traffic,
    ordinal: 123_456_789,
    beginMs: Date.UTC(2026, 6, 1, 6),
    endMs: Date.UTC(2026, 6, 1, 6, 15),
    resultMs: Date.UTC(2026, 6, 1, 6, 15),
    generatedMs: Date.UTC(2026, 6, 1, 6, 16, 10),
    value: '73',
    revision: 1,
  },
  counter: {
    kind: 'observation',
    description: counter,
    ordinal: 123_456_790,
    beginMs: Date.UTC(2026, 6, 1, 6, 0, 0, 1),
    resultMs: Date.UTC(2026, 6, 1, 6, 0, 0, 1),
    generatedMs: Date.UTC(2026, 6, 1, 6, 16, 10),
    value: '4294967295',
    revision: 2,
  },
} as const satisfies Record<string, ObservationMember>;

/** What came after the kinds above: flags, inputs, a suppressed count, the terms of ISO 19156, and all of it together. */
export const LATER_OBSERVATIONS = {
  flagged: { ...OBSERVATIONS.heat, ordinal: 1, revision: 101, flags: ['outside-plausible-range', 'sensor-tilted'] },
  derived: {
    ...OBSERVATIONS.water,
    description: level,
    ordinal: 2,
    revision: 102,
    inputs: [
      { datastream: water.datastream, beginMs: Date.UTC(2026, 6, 1, 12) },
      { datastream: heat.datastream, beginMs: Date.UTC(2026, 6, 1, 11, 50, 0, 1) },
    ],
  },
  suppressed: { ...OBSERVATIONS.traffic, ordinal: 3, revision: 103, value: '<10' },
  overlaidMeasurement: { ...OBSERVATIONS.heat, ordinal: 4, revision: 104, isoOverlay: true },
  overlaidLevel: { ...OBSERVATIONS.water, ordinal: 5, revision: 105, isoOverlay: true },
  overlaidCount: { ...OBSERVATIONS.traffic, ordinal: 6, revision: 106, isoOverlay: true },
  suppressedWithEverything: {
    ...OBSERVATIONS.traffic,
    ordinal: 7,
    revision: 107,
    value: '<1',
    flags: ['counter-reset'],
    inputs: [{ datastream: counter.datastream, beginMs: 0 }],
    isoOverlay: true,
  },
} as const satisfies Record<string, ObservationMember>;
