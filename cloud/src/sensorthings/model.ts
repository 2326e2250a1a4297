/** OGC SensorThings API 1.1 (18-088) section 8.2: the eight entity sets with what they hold and where they lead. */
export const SET_NAMES = [
  'Things',
  'Locations',
  'HistoricalLocations',
  'Datastreams',
  'Sensors',
  'ObservedProperties',
  'Observations',
  'FeaturesOfInterest',
] as const;
export type SetName = (typeof SET_NAMES)[number];

/** `geojson`: a geometry in expressions, JSON in answers. */
export type PropertyType = 'string' | 'number' | 'time' | 'json' | 'geojson';

export interface Relation {
  readonly set: SetName;
  readonly many: boolean;
}

export interface EntitySet {
  readonly properties: Readonly<Record<string, PropertyType>>;
  readonly relations: Readonly<Record<string, Relation>>;
}

const one = (set: SetName): Relation => ({ set, many: false });
const many = (set: SetName): Relation => ({ set, many: true });

export const MODEL: Readonly<Record<SetName, EntitySet>> = {
  Things: {
    properties: { name: 'string', description: 'string', properties: 'json' },
    relations: {
      Datastreams: many('Datastreams'),
      Locations: many('Locations'),
      HistoricalLocations: many('HistoricalLocations'),
    },
  },
  Locations: {
    properties: {
      name: 'string',
      description: 'string',
      encodingType: 'string',
      location: 'geojson',
      properties: 'json',
    },
    relations: { Things: many('Things'), HistoricalLocations: many('HistoricalLocations') },
  },
  HistoricalLocations: {
    properties: { time: 'time' },
    relations: { Thing: one('Things'), Locations: many('Locations') },
  },
  Datastreams: {
    properties: {
      name: 'string',
      description: 'string',
      observationType: 'string',
      unitOfMeasurement: 'json',
      observedArea: 'geojson',
      // Optional, and left without a value: the first of a series is not known without a search for it.
      phenomenonTime: 'time',
      resultTime: 'time',
      properties: 'json',
    },
    relations: {
      Thing: one('Things'),
      Sensor: one('Sensors'),
      ObservedProperty: one('ObservedProperties'),
      Observations: many('Observations'),
    },
  },
  Sensors: {
    properties: {
      name: 'string',
      description: 'string',
      encodingType: 'string',
      metadata: 'string',
      properties: 'json',
    },
    relations: { Datastreams: many('Datastreams') },
  },
  ObservedProperties: {
    properties: { name: 'string', definition: 'string', description: 'string', properties: 'json' },
    relations: { Datastreams: many('Datastreams') },
  },
  Observations: {
    properties: {
      phenomenonTime: 'time',
      result: 'number',
      resultTime: 'time',
      resultQuality: 'json',
      validTime: 'time',
      parameters: 'json',
    },
    relations: { Datastream: one('Datastreams'), FeatureOfInterest: one('FeaturesOfInterest') },
  },
  FeaturesOfInterest: {
    properties: {
      name: 'string',
      description: 'string',
      encodingType: 'string',
      feature: 'geojson',
      properties: 'json',
    },
    relations: { Observations: many('Observations') },
  },
};

export function isSetName(name: string): name is SetName {
  return Object.hasOwn(MODEL, name);
}

/** What a name leads to from an entity of a set; undefined when it is no relation. */
export function relationOf(set: SetName, name: string): Relation | undefined {
  const { relations } = MODEL[set];
  return Object.hasOwn(relations, name) ? relations[name] : undefined;
}

export function propertyTypeOf(set: SetName, name: string): PropertyType | undefined {
  const { properties } = MODEL[set];
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
