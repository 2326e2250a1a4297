import { type MeasuringPoint, NAME } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { z } from 'zod';
import { type Position, relate } from '../sensorthings/geometry.ts';

/** A part of the city, with the name that its IRIs have. */
export interface Neighbourhood {
  readonly name: string;
  readonly label: string;
  /** Outer ring and holes of each polygon; degrees, longitude first (CRS84). */
  readonly polygons: readonly (readonly (readonly Position[])[])[];
  /** West, south, east, north. */
  readonly box: readonly [number, number, number, number];
}

export const NEIGHBOURHOODS_BYTES_MAX = 67_108_864;
const NEIGHBOURHOODS_MAX = 25_000;
const POSITIONS_MAX = 2_000_000;
/** Room for what goes before it in names of places and sensors. */
const NAME_LENGTH_MAX = 56;

const position = z.array(z.number()).min(2).max(4);
const ring = z.array(position).min(4);
const polygon = z.array(ring).min(1);
const geometrySchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('Polygon'), coordinates: polygon }),
  z.looseObject({ type: z.literal('MultiPolygon'), coordinates: z.array(polygon).min(1) }),
]);
const collectionSchema = z.looseObject({
  type: z.literal('FeatureCollection'),
  features: z
    .array(z.looseObject({ geometry: geometrySchema, properties: z.record(z.string(), z.unknown()) }))
    .min(1)
    .max(NEIGHBOURHOODS_MAX),
});

/** Which properties of a feature hold its name and its label. */
export interface NeighbourhoodProperties {
  readonly nameProperty: string;
  readonly labelProperty: string;
}

/**
 * Reads a GeoJSON file of neighbourhoods (RFC 7946). The detail of a fault says what is wrong with it: coordinates that are
 * no degrees (a file in Lambert, say), a name that cannot stand in an IRI or is there twice.
 */
export function parseNeighbourhoods(
  text: string,
  { nameProperty, labelProperty }: NeighbourhoodProperties,
): Result<Neighbourhood[], Fault<'not-neighbourhoods'>> {
  const refuse = (detail: string) => fail('not-neighbourhoods', detail);
  const parsed = collectionSchema.safeParse(readJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuse(`${issue?.path.join('.') || 'document'}: ${issue?.message ?? 'not GeoJSON'}`);
  }
  const neighbourhoods: Neighbourhood[] = [];
  const names = new Set<string>();
  let positions = 0;
  for (const [index, { geometry, properties }] of parsed.data.features.entries()) {
    const name = String(properties[nameProperty] ?? '')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-');
    if (!NAME.test(name) || name.length > NAME_LENGTH_MAX) {
      return refuse(
        `features.${index}: property "${nameProperty}" is no name of at most ${NAME_LENGTH_MAX} characters`,
      );
    }
    if (names.has(name)) return refuse(`features.${index}: "${name}" is there twice`);
    names.add(name);
    const label = String(properties[labelProperty] ?? name).slice(0, 200) || name;
    const polygons = (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates).map((rings) =>
      rings.map((line) => line.map(([x = Number.NaN, y = Number.NaN]): Position => [x, y])),
    );
    const all = polygons.flat(2);
    positions += all.length;
    if (positions > POSITIONS_MAX) return refuse(`more than ${POSITIONS_MAX} positions: simplify the polygons`);
    const box = boxOf(all);
    if (box[0] < -180 || box[1] < -90 || box[2] > 180 || box[3] > 90) {
      return refuse(`features.${index}: coordinates must be degrees in WGS 84, longitude first`);
    }
    neighbourhoods.push({ name, label, polygons, box });
  }
  return ok(neighbourhoods);
}

/** The first neighbourhood that holds a point, its boundary included; undefined outside all. */
export type NeighbourhoodFinder = (point: Pick<MeasuringPoint, 'longitude' | 'latitude'>) => Neighbourhood | undefined;

const FOUND_MAX = 100_000;

/** Looks each place up once; a memory that is full starts anew. */
export function createNeighbourhoodFinder(neighbourhoods: readonly Neighbourhood[]): NeighbourhoodFinder {
  const found = new Map<string, Neighbourhood | undefined>();
  return ({ longitude, latitude }) => {
    const key = `${longitude} ${latitude}`;
    if (found.has(key)) return found.get(key);
    const one = neighbourhoods.find((candidate) => holds(candidate, [longitude, latitude]));
    if (found.size >= FOUND_MAX) found.clear();
    found.set(key, one);
    return one;
  };
}

/** The centre of the box around a neighbourhood: where its products are shown. It need not lie inside. */
export function centreOf({ box: [west, south, east, north] }: Neighbourhood): Position {
  const toDegree = (value: number) => Math.round(value * 1e6) / 1e6;
  return [toDegree((west + east) / 2), toDegree((south + north) / 2)];
}

function holds({ polygons, box }: Neighbourhood, point: Position): boolean {
  const [x, y] = point;
  if (x < box[0] || y < box[1] || x > box[2] || y > box[3]) return false;
  const matrix = relate({ kind: 'points', points: [point] }, { kind: 'polygons', polygons }) ?? '';
  return matrix[0] !== 'F' || matrix[1] !== 'F';
}

function boxOf(positions: readonly Position[]): Neighbourhood['box'] {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of positions) {
    west = Math.min(west, x);
    south = Math.min(south, y);
    east = Math.max(east, x);
    north = Math.max(north, y);
  }
  return [west, south, east, north];
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
