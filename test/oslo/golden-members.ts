import { type DatastreamDescription, datastreamKey } from '@meetbrug/protocols/observation';
import {
  describedEntities,
  describedEntitySchema,
  type EntityMember,
  gapPath,
  type ObservationMember,
} from '@meetbrug/protocols/oslo';
import { OBSERVED_PROPERTIES, type PropertyKey } from '@meetbrug/protocols/properties';

export const BASE_URL = 'https://data.example.be';
export const ORGANISATION = 'voorbeeld';

const LICENCE = 'https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0';

interface Setting {
  readonly property: PropertyKey;
  readonly point: DatastreamDescription['measuringPoint'];
  readonly sensor: string;
  readonly procedure: DatastreamDescription['procedure'];
  readonly direction?: 'in' | 'out';
}

function describe({ property, point, sensor, procedure, direction }: Setting): DatastreamDescription {
  return {
    datastream: datastreamKey({
      feature: direction === undefined ? point.name : `${point.name}_${direction}`,
      sensor,
      property: OBSERVED_PROPERTIES[property].name,
      procedure: procedure.name,
    }),
    version: 1,
    validFromMs: Date.UTC(2026, 4, 1),
    property,
    ...(direction === undefined ? {} : { direction }),
    measuringPoint: point,
    sensor: { name: sensor, manufacturer: 'Voorbeeldmaker', model: 'Model 1' },
    procedure,
    licence: LICENCE,
    deployedFromMs: Date.UTC(2026, 3, 1),
    contact: { name: 'Meetdienst', email: 'meetdienst@example.org', page: 'https://example.org/meetdienst' },
  };
}

const heatPoint = {
  name: 'ws-012',
  label: 'Weerstation 12',
  longitude: 3.725,
  latitude: 51.0543,
  samples: { name: 'marktplein-buitenlucht', label: 'Buitenlucht' },
};
const waterPoint = {
  name: 'l11-518',
  label: 'Peilpunt 518',
  longitude: 3.7174,
  latitude: 51.0495,
  samples: { name: 'waterloop', label: 'Waterloop' },
  mountingHeightMetres: 4.2,
  localZeroTawMetres: 4.87,
};
const trafficPoint = {
  name: 'fmn-021',
  label: 'Telpunt 21',
  longitude: 4.423_123,
  latitude: 51.2091,
  samples: { name: 'fietsroute-1', label: 'Fietsroute' },
};
const tenMinutes = {
  name: 'luchttemperatuur-2m-10min-gemiddelde',
  label: 'gemiddelde over 10 minuten op 2 meter',
  intervalSeconds: 600,
};
const quarter = { name: 'telling-15min', label: 'telling per kwartier', intervalSeconds: 900 };

export const DESCRIPTIONS = {
  heat: describe({ property: 'air-temperature', point: heatPoint, sensor: 'ws-012-sht85', procedure: tenMinutes }),
  water: describe({
    property: 'water-level-taw',
    point: waterPoint,
    sensor: 'l11-518-druksensor',
    procedure: { name: 'waterpeil-15min-taw', label: 'waterpeil per kwartier' },
  }),
  mobility: describe({
    property: 'bicycle-count',
    point: trafficPoint,
    sensor: 'fmn-021-lus',
    procedure: quarter,
    direction: 'in',
  }),
  speed: describe({
    property: 'v85-speed',
    point: trafficPoint,
    sensor: 'fmn-021-lus',
    procedure: quarter,
    direction: 'out',
  }),
  parking: describe({
    property: 'free-spaces',
    point: { name: 'parking-1', label: 'Parking', longitude: 3.72, latitude: 51.05 },
    sensor: 'parking-1-teller',
    procedure: { name: 'momentaan', label: 'momentane meting' },
  }),
  device: describe({
    property: 'battery-voltage',
    point: heatPoint,
    sensor: 'ws-012-sht85',
    procedure: { name: 'momentaan', label: 'momentane meting' },
  }),
  wbgt: describe({
    property: 'wbgt',
    point: heatPoint,
    sensor: 'ws-012-sht85',
    procedure: {
      name: 'wbgt-geschat',
      label: 'WBGT geschat uit temperatuur en vochtigheid',
      derivedFrom: ['ws-012.ws-012-sht85.luchttemperatuur.luchttemperatuur-2m-10min-gemiddelde'].map((key) => {
        const [feature = '', sensor = '', property = '', procedure = ''] = key.split('.');
        return datastreamKey({ feature, sensor, property, procedure });
      }),
    },
  }),
} as const;

const NOON = Date.UTC(2026, 6, 1, 12);

function member(
  description: DatastreamDescription,
  ordinal: number,
  value: string,
  times: Pick<ObservationMember, 'beginMs' | 'endMs' | 'resultMs' | 'generatedMs'>,
): ObservationMember {
  return { kind: 'observation', description, ordinal, value, revision: 17, ...times };
}

const overTenMinutes = {
  beginMs: NOON - 600_000,
  endMs: NOON,
  resultMs: NOON + 5_000,
  generatedMs: NOON + 7_000,
};
const atNoon = { beginMs: NOON, resultMs: NOON + 300_000, generatedMs: NOON + 390_000 };
const overQuarter = {
  beginMs: Date.UTC(2026, 6, 1, 6),
  endMs: Date.UTC(2026, 6, 1, 6, 15),
  resultMs: Date.UTC(2026, 6, 1, 6, 15),
  generatedMs: Date.UTC(2026, 6, 1, 6, 16, 10),
};

/** One observation of every kind that is published. The first three are the worked examples of the three domains. */
export const OBSERVATIONS = {
  heat: member(DESCRIPTIONS.heat, 0, '33.4', overTenMinutes),
  water: member(DESCRIPTIONS.water, 1, '7.46', atNoon),
  mobility: member(DESCRIPTIONS.mobility, 2, '73', overQuarter),
  speed: member(DESCRIPTIONS.speed, 3, '51.5', overQuarter),
  parking: member(DESCRIPTIONS.parking, 4, '12', atNoon),
  device: member(DESCRIPTIONS.device, 5, '3.05', atNoon),
  derived: {
    ...member(DESCRIPTIONS.wbgt, 6, '27.9', overTenMinutes),
    inputs: [{ datastream: DESCRIPTIONS.heat.datastream, beginMs: overTenMinutes.beginMs }],
  },
  suppressed: member(DESCRIPTIONS.mobility, 7, '<10', overQuarter),
  flagged: {
    ...member(DESCRIPTIONS.heat, 8, '61.2', overTenMinutes),
    flags: ['outside-plausible-range', 'step-too-large'],
  },
  positioned: { ...member(DESCRIPTIONS.heat, 11, '33.4', overTenMinutes), position: 11 },
  overlaid: { ...member(DESCRIPTIONS.heat, 9, '33.4', overTenMinutes), isoOverlay: true },
  overlaidCount: { ...member(DESCRIPTIONS.mobility, 10, '73', overQuarter), isoOverlay: true },
} as const satisfies Record<string, ObservationMember>;

export type ObservationKind = keyof typeof OBSERVATIONS;

const gaps = [DESCRIPTIONS.heat.datastream, 'poort/gateway-1'].map((subject) =>
  describedEntitySchema.parse({
    path: gapPath(subject, 'dropped', NOON),
    body: { kind: 'gap', subject, reason: 'dropped', observations: 12, firstMs: NOON - 7_200_000, lastMs: NOON },
  }),
);

/** Everything that describes those observations, each once, and what is missing from them. */
export const ENTITIES: readonly EntityMember[] = [
  ...new Map(
    Object.values(DESCRIPTIONS)
      .flatMap(describedEntities)
      .concat(gaps)
      .map((entity) => [entity.path, entity]),
  ).values(),
].map((entity, ordinal) => ({ kind: 'entity', entity, ordinal, position: ordinal, version: 1, generatedMs: NOON }));
