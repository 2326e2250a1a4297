import { distanceDegrees, type Geometry, isSinglePoint, lengthDegrees, matrixFits, relate } from './geometry.ts';
import type { ExpressionType } from './syntax.ts';
import { TimeValue } from './values.ts';

/** Arguments are of the declared types and never null: a function of null is null. */
export interface ExpressionFunction {
  /** One list of types for each number of arguments that it takes. */
  readonly overloads: readonly (readonly ExpressionType[])[];
  readonly result: ExpressionType;
  /** @param nowMs the moment of the request */
  apply(values: readonly unknown[], nowMs: number): unknown;
}

type Apply = ExpressionFunction['apply'];

function define(result: ExpressionType, overloads: readonly (readonly ExpressionType[])[], apply: Apply) {
  return { result, overloads, apply } satisfies ExpressionFunction;
}

const ofString = (result: ExpressionType, apply: (text: string) => unknown) =>
  define(result, [['string']], ([a]) => apply(a as string));
const ofStrings = (result: ExpressionType, apply: (a: string, b: string) => unknown) =>
  define(result, [['string', 'string']], ([a, b]) => apply(a as string, b as string));
const ofNumber = (apply: (value: number) => number) => define('number', [['number']], ([a]) => apply(a as number));
/** Of an interval the begin is meant. */
const ofTime = (result: ExpressionType, apply: (date: Date) => unknown) =>
  define(result, [['time']], ([a]) => apply(new Date((a as TimeValue).beginMs)));
const ofGeometries = (result: ExpressionType, apply: (a: Geometry, b: Geometry) => unknown) =>
  define(result, [['geometry', 'geometry']], ([a, b]) => apply(a as Geometry, b as Geometry));

/** Whether the DE-9IM matrix fits one of the patterns (06-103r4 section 6.1.15). */
const fits = (...patterns: readonly string[]) =>
  ofGeometries('boolean', (a, b) => {
    const matrix = relate(a, b);
    return matrix === undefined ? null : patterns.some((pattern) => matrixFits(matrix, pattern));
  });

const DIMENSIONS = { points: 0, lines: 1, polygons: 2 } as const;
const INTERSECTS = fits('T********', '*T*******', '***T*****', '****T****');
const MIN_MS = Date.parse('0001-01-01T00:00:00Z');

/** The built-in functions of 18-088 table 20, and those over geometries. */
export const FUNCTIONS: Readonly<Record<string, ExpressionFunction>> = {
  substringof: ofStrings('boolean', (part, text) => text.includes(part)),
  startswith: ofStrings('boolean', (text, part) => text.startsWith(part)),
  endswith: ofStrings('boolean', (text, part) => text.endsWith(part)),
  indexof: ofStrings('number', (text, part) => text.indexOf(part)),
  concat: ofStrings('string', (a, b) => a + b),
  length: ofString('number', (text) => text.length),
  tolower: ofString('string', (text) => text.toLowerCase()),
  toupper: ofString('string', (text) => text.toUpperCase()),
  trim: ofString('string', (text) => text.trim()),
  substring: define(
    'string',
    [
      ['string', 'number'],
      ['string', 'number', 'number'],
    ],
    (values) => {
      const [text, from, length] = values as [string, number, number?];
      return text.slice(Math.max(0, from), length === undefined ? undefined : Math.max(0, from) + Math.max(0, length));
    },
  ),

  year: ofTime('number', (date) => date.getUTCFullYear()),
  month: ofTime('number', (date) => date.getUTCMonth() + 1),
  day: ofTime('number', (date) => date.getUTCDate()),
  hour: ofTime('number', (date) => date.getUTCHours()),
  minute: ofTime('number', (date) => date.getUTCMinutes()),
  second: ofTime('number', (date) => date.getUTCSeconds()),
  fractionalseconds: ofTime('number', (date) => date.getUTCMilliseconds() / 1_000),
  date: ofTime('date', (date) => date.toISOString().slice(0, 10)),
  time: ofTime('timeOfDay', (date) => date.toISOString().slice(11, 23)),
  totaloffsetminutes: ofTime('number', () => 0),
  now: define('time', [[]], (_, nowMs) => new TimeValue(nowMs)),
  mindatetime: define('time', [[]], () => new TimeValue(MIN_MS)),
  maxdatetime: define('time', [[]], () => new TimeValue(Date.UTC(9999, 11, 31, 23, 59, 59, 999))),

  // Halves away from zero, as OData 4.0 part 2 section 5.1.1.8.1 says.
  round: ofNumber((value) => Math.sign(value) * Math.round(Math.abs(value))),
  floor: ofNumber(Math.floor),
  ceiling: ofNumber(Math.ceil),

  'geo.distance': ofGeometries('number', (a, b) => distanceDegrees(a, b) ?? null),
  'geo.length': define('number', [['geometry']], ([a]) => lengthDegrees(a as Geometry)),
  'geo.intersects': INTERSECTS,
  st_intersects: INTERSECTS,
  st_disjoint: fits('FF*FF****'),
  st_equals: fits('T*F**FFF*'),
  st_touches: fits('FT*******', 'F**T*****', 'F***T****'),
  st_within: fits('T*F**F***'),
  st_contains: fits('T*****FF*'),
  st_overlaps: fits('T*T***T**'),
  st_crosses: ofGeometries('boolean', (a, b) => {
    const matrix = relate(a, b);
    if (matrix === undefined) return null;
    const order = Math.sign(DIMENSIONS[a.kind] - DIMENSIONS[b.kind]);
    return order !== 0 && matrixFits(matrix, order < 0 ? 'T*T******' : 'T*****T**');
  }),
  st_relate: define('boolean', [['geometry', 'geometry', 'string']], (values) => {
    const [a, b, pattern] = values as [Geometry, Geometry, string];
    const matrix = relate(a, b);
    return matrix === undefined ? null : pattern.length === 9 && matrixFits(matrix, pattern.toUpperCase());
  }),
};

export function functionNamed(name: string): ExpressionFunction | undefined {
  return Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
}

/** A relation of two geometries is known when one of them is a point, which all of ours are. */
export function isKnownPair(geometries: readonly (Geometry | undefined)[]): boolean {
  return geometries.length < 2 || geometries.some((geometry) => geometry === undefined || isSinglePoint(geometry));
}
