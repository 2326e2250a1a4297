import { nameSchema, parseInstant, propertyKeySchema, QUALITY_FLAGS } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES, THEMES } from '@meetbrug/protocols/properties';
import type { Fault, Result } from '@meetbrug/protocols/result';
import { z } from 'zod';
import { AGGREGATES, EVERY } from '../timeseries/time-series.ts';
import { parseBox, parseCircle, parsePolygon } from './area.ts';
import { CSV_LOCALES } from './csv.ts';
import { DATASTREAM_FORMATS, OBSERVATION_FORMATS } from './query-formats.ts';
import { ZONES } from './zoned-instant.ts';

/** Rows in one page, and how many when `limit` is not said. */
export const LIMIT_MAX = 10_000;
export const LIMIT_DEFAULT = 1_000;
const TEXT_LENGTH_MAX = 200;
/** Longer than any request line that the HTTP server takes. */
const AREA_LENGTH_MAX = 16_384;
const CURSOR_LENGTH_MAX = 200;
const KEYS_MAX = 200;

export const FILLS = ['none', 'null', 'previous', 'linear'] as const;
export type Fill = (typeof FILLS)[number];

/** Text that a function reads; what it cannot read is a fault of the parameter, with its detail. */
function read<T>(maxLength: number, parse: (text: string) => Result<T, Fault<string>>) {
  return z
    .string()
    .max(maxLength)
    .transform((text, context) => {
      const parsed = parse(text);
      if (parsed.ok) return parsed.value;
      context.addIssue({ code: 'custom', message: parsed.fault.detail });
      return z.NEVER;
    });
}

const instant = z
  .string()
  .max(64)
  .transform((text, context) => {
    // A "+" of a zone arrives as a space when it was not percent-encoded.
    const ms = parseInstant(text.replace(/ (?=\d\d:?\d\d$)/, '+'));
    if (ms === undefined) context.addIssue({ code: 'custom', message: 'an RFC 3339 time with a zone' });
    return ms ?? z.NEVER;
  })
  .meta({ format: 'date-time' });

/** Words with commas between, each once. */
function list<const T extends readonly [string, ...string[]]>(words: T) {
  return z
    .string()
    .max(500)
    .transform((text) => [...new Set(text.split(',').map((word) => word.trim()))])
    .pipe(z.array(z.enum(words)).min(1));
}

const boolean = z.enum(['true', 'false']).transform((text) => text === 'true');
const organisation = nameSchema.describe('Who publishes.');

const selection = {
  organisation: organisation.optional(),
  measuringPoint: nameSchema.describe('Name of the measuring point, with both directions where it counts.').optional(),
  property: propertyKeySchema
    .meta({ enum: Object.keys(OBSERVED_PROPERTIES).sort() })
    .describe('Key of the observed property.')
    .optional(),
  theme: z.enum(THEMES).describe('Theme of the property.').optional(),
  bbox: read(AREA_LENGTH_MAX, parseBox)
    .describe('Measuring points in a box: west,south,east,north in degrees (CRS84).')
    .optional(),
  near: read(AREA_LENGTH_MAX, parseCircle)
    .describe('Measuring points in a circle: longitude,latitude,metres.')
    .optional(),
  polygon: read(AREA_LENGTH_MAX, parsePolygon)
    .describe(
      'Measuring points in a polygon or several: well-known text or a GeoJSON geometry in CRS84, its edge included.',
    )
    .optional(),
  text: z
    .string()
    .trim()
    .min(1)
    .max(TEXT_LENGTH_MAX)
    .describe(
      'Words that stand, in any order and case, in the labels and names of measuring point, feature, property and sensor.',
    )
    .optional(),
};

const dialect = {
  zone: z.enum(ZONES).default('UTC').describe('Zone in which times are written and days and months begin.'),
  locale: z
    .enum(CSV_LOCALES)
    .default('en')
    .describe(
      'CSV: `en` has commas between and a decimal point; `nl` has semicolons and a decimal comma, as Excel opens it in Flanders.',
    ),
  bom: boolean.default(false).describe('CSV: begin with a byte order mark, without which Excel takes no UTF-8.'),
};

const page = z.coerce.number().int().min(1).max(LIMIT_MAX);

export const datastreamsQuerySchema = z.strictObject({
  ...selection,
  ...dialect,
  limit: page.default(LIMIT_DEFAULT).describe('Datastreams in one page.'),
  after: z.coerce.number().int().min(0).default(0).describe('Where a page begins: only as `next` gives it.'),
  format: z.enum(DATASTREAM_FORMATS).describe('Instead of `Accept`.').optional(),
});
export type DatastreamsQuery = z.infer<typeof datastreamsQuerySchema>;

export const datastreamQuerySchema = z.strictObject({ organisation: organisation.optional() });

const series = {
  from: instant.describe('First phenomenon time; without it a day before `to`.').optional(),
  to: instant.describe('First phenomenon time beyond; without it behind the newest observation.').optional(),
  order: z.enum(['asc', 'desc']).default('asc').describe('Oldest or newest first; only without `every`.'),
  quality: z
    .union([z.enum(['all', 'good']), list(QUALITY_FLAGS)])
    .default('all')
    .describe(
      `Which observations: \`all\`, \`good\` ones that carry no flag, or all without these flags: ${QUALITY_FLAGS.join(',')}.`,
    ),
  every: z
    .enum(EVERY)
    .describe('Length of the intervals to summarise, an ISO 8601 duration; days and months are those of `zone`.')
    .optional(),
  aggregate: list(AGGREGATES)
    .describe(
      `How each interval is summarised, with commas between: ${AGGREGATES.join(', ')}; \`mean\` when it is not said.`,
    )
    .optional(),
  fill: z
    .enum(FILLS)
    .default('none')
    .describe(
      'What stands for an interval without observations: nothing, an empty value, the value before, or a line to the value behind.',
    ),
  limit: z
    .union([z.literal('none'), page])
    .describe(
      `Rows in one page; \`none\` for all, as CSV, Parquet and Arrow have it by themselves; JSON has ${LIMIT_DEFAULT}.`,
    )
    .optional(),
  cursor: z.string().max(CURSOR_LENGTH_MAX).describe('Where a page begins: only as `next` gives it.').optional(),
  format: z.enum(OBSERVATION_FORMATS).describe('Instead of `Accept`.').optional(),
  ...dialect,
};

export const seriesQuerySchema = z.strictObject({ organisation: organisation.optional(), ...series });

export const observationsQuerySchema = z.strictObject({
  datastream: z.array(z.string().max(270)).max(KEYS_MAX).describe('Key of a datastream; may be repeated.').optional(),
  direction: z.enum(['in', 'out']).describe('One direction of measuring points that count.').optional(),
  ...selection,
  ...series,
});
export type ObservationsQuery = z.infer<typeof observationsQuerySchema>;
export type SeriesQuery = z.infer<typeof seriesQuerySchema>;
