import { QUALITY_FLAGS, TIME_SOURCES } from '@meetbrug/protocols/observation';
import { THEMES } from '@meetbrug/protocols/properties';
import { z } from 'zod';

/** What the query API answers, for its description; tests hold the answers to it. */

const instant = z.iso.datetime({ offset: true }).describe('RFC 3339, in the zone that was asked for.');
const next = z.url().nullable().describe('Where to go on; null when there is no more.');
const name = z.string();

export const observationSchema = z
  .strictObject({
    organisation: name.optional().describe('Where several datastreams were asked for.'),
    datastream: z.string().optional().describe('Where several datastreams were asked for.'),
    begin: instant.describe('Phenomenon time: an instant, or where its interval begins.'),
    end: instant.optional().describe('Where the interval of the phenomenon time ends.'),
    result: instant.describe('When the value was known.'),
    value: z.number().nullable().describe('An exact decimal of at most 15 digits; null for a suppressed count.'),
    lowerBound: z.int().optional().describe('Of a suppressed count, inclusive.'),
    upperBound: z.int().optional().describe('Of a suppressed count, inclusive.'),
    revision: z.int().describe('Higher for a correction.'),
    generated: instant.describe('When this version was published.'),
    quality: z.array(z.enum(QUALITY_FLAGS)).describe('What is known against the value.'),
    timeSource: z.enum(TIME_SOURCES).nullable().describe('Where the phenomenon time came from.'),
  })
  .meta({ id: 'Observation' });

const statistic = z.number().nullable().optional();

export const intervalSchema = z
  .strictObject({
    organisation: name.optional().describe('Where several datastreams were asked for.'),
    datastream: z.string().optional().describe('Where several datastreams were asked for.'),
    begin: instant,
    end: instant,
    mean: statistic,
    min: statistic,
    max: statistic,
    sum: statistic,
    count: z.int().optional(),
    first: statistic,
    last: statistic,
    'time-weighted-mean': statistic,
    suppressed: z.int().describe('Suppressed counts in the interval, which are in no other figure.'),
    filled: z.literal(true).optional().describe('The interval has no observation: what stands here was filled in.'),
  })
  .meta({ id: 'Interval' });

const gap = z.strictObject({ reason: z.string(), observations: z.int(), first: instant, last: instant });

const measuringPoint = z.looseObject({
  name,
  label: z.string(),
  longitude: z.number().describe('Degrees, WGS 84.'),
  latitude: z.number().describe('Degrees, WGS 84.'),
});

export const datastreamSchema = z
  .looseObject({
    key: z.string().describe('feature.sensor.property.procedure'),
    iri: z.url(),
    organisation: name,
    theme: z.enum(THEMES),
    property: z.looseObject({ key: z.string(), label: z.unknown(), unit: z.string().nullable() }),
    measuringPoint,
    sensor: z.looseObject({ name }),
    procedure: z.looseObject({ name }),
    licence: z.url(),
    observations: z.url().describe('Its observations.'),
    latest: observationSchema.nullable(),
    gaps: z.array(gap).optional().describe('What is missing, by reason; of one datastream.'),
  })
  .meta({ id: 'Datastream' });

export const datastreamsSchema = z
  .strictObject({ datastreams: z.array(datastreamSchema), next })
  .meta({ id: 'Datastreams' });

export const seriesSchema = z
  .strictObject({
    datastream: z.string().optional(),
    measuringPoint: name.optional(),
    property: z.string().optional(),
    from: instant,
    to: instant,
    every: z.string().optional(),
    zone: z.string().optional(),
    observations: z.array(z.union([observationSchema, intervalSchema])),
    next,
  })
  .meta({ id: 'Series' });

export const featuresSchema = z
  .strictObject({
    type: z.literal('FeatureCollection'),
    features: z.array(
      z.strictObject({
        type: z.literal('Feature'),
        id: z.url(),
        geometry: z.strictObject({ type: z.literal('Point'), coordinates: z.tuple([z.number(), z.number()]) }),
        properties: z.looseObject({ key: z.string(), organisation: name, latest: observationSchema.nullable() }),
      }),
    ),
    next,
  })
  .meta({ id: 'LatestValues' });

export const problemSchema = z
  .looseObject({ title: z.string(), status: z.int(), detail: z.string() })
  .meta({ id: 'Problem' });
