import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { z } from 'zod';
import { type Geometry, type Position, positionCount, relate } from '../sensorthings/geometry.ts';
import { parseWkt } from '../sensorthings/parse-wkt.ts';

/** Where measuring points are looked for. Degrees in WGS 84, longitude first (CRS84). */
export type Area =
  | {
      readonly kind: 'box';
      readonly west: number;
      readonly south: number;
      readonly east: number;
      readonly north: number;
    }
  | { readonly kind: 'circle'; readonly centre: Position; readonly radiusMetres: number }
  | { readonly kind: 'polygon'; readonly geometry: Geometry };

type AreaResult = Result<Area, Fault<'bad-area'>>;

/** Positions of one polygon: each datastream that is looked at is compared with every edge. */
export const POSITIONS_MAX = 500;
/** Half the way round the earth. */
export const RADIUS_METRES_MAX = 20_040_000;
const EARTH_RADIUS_METRES = 6_371_008.8;

/** `west,south,east,north`; a box over the 180th meridian has its west east of its east (RFC 7946 section 5.2). */
export function parseBox(text: string): AreaResult {
  const numbers = readNumbers(text, 4);
  const [west = 0, south = 0, east = 0, north = 0] = numbers ?? [];
  if (numbers === undefined || !isPosition([west, south]) || !isPosition([east, north]) || south > north) {
    return fail('bad-area', 'west,south,east,north in degrees, south not above north');
  }
  return ok({ kind: 'box', west, south, east, north });
}

/** `longitude,latitude,metres`. */
export function parseCircle(text: string): AreaResult {
  const numbers = readNumbers(text, 3);
  const [longitude = 0, latitude = 0, radiusMetres = 0] = numbers ?? [];
  const isRadius = radiusMetres > 0 && radiusMetres <= RADIUS_METRES_MAX;
  if (numbers === undefined || !isPosition([longitude, latitude]) || !isRadius) {
    return fail('bad-area', `longitude,latitude,metres: degrees, and a radius of at most ${RADIUS_METRES_MAX}`);
  }
  return ok({ kind: 'circle', centre: [longitude, latitude], radiusMetres });
}

/** A polygon or several, as well-known text or as a GeoJSON geometry. */
export function parsePolygon(text: string): AreaResult {
  const geometry = text.trimStart().startsWith('{') ? readGeoJson(text) : readWkt(text);
  if (!geometry.ok) return geometry;
  if (geometry.value.kind !== 'polygons') return fail('bad-area', 'a polygon or a multipolygon');
  const count = positionCount(geometry.value);
  if (count > POSITIONS_MAX) return fail('bad-area', `${count} positions, at most ${POSITIONS_MAX} are compared`);
  if (!geometry.value.polygons.flat(2).every(isPosition)) return fail('bad-area', 'positions in degrees');
  return ok({ kind: 'polygon', geometry: geometry.value });
}

/** Whether a measuring point lies in the area or on its edge. */
export function isInArea(area: Area, position: Position): boolean {
  const [longitude, latitude] = position;
  switch (area.kind) {
    case 'box': {
      const { west, south, east, north } = area;
      const isBetween = west <= east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east;
      return isBetween && latitude >= south && latitude <= north;
    }
    case 'circle':
      return distanceMetres(area.centre, position) <= area.radiusMetres;
    case 'polygon':
      return (relate({ kind: 'points', points: [position] }, area.geometry) ?? 'FF').slice(0, 2) !== 'FF';
  }
}

/** Along the great circle of a sphere (haversine): at most 0.6 % off the ellipsoid. */
export function distanceMetres([longitudeA, latitudeA]: Position, [longitudeB, latitudeB]: Position): number {
  const half = (degrees: number) => Math.sin((degrees * Math.PI) / 360) ** 2;
  const cosines = Math.cos((latitudeA * Math.PI) / 180) * Math.cos((latitudeB * Math.PI) / 180);
  const squared = half(latitudeB - latitudeA) + cosines * half(longitudeB - longitudeA);
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.min(1, Math.sqrt(squared)));
}

function readNumbers(text: string, count: number): readonly number[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  const numbers = parts.map(Number);
  return parts.length === count && parts.every((part) => part !== '') && numbers.every(Number.isFinite)
    ? numbers
    : undefined;
}

function isPosition([longitude, latitude]: Position): boolean {
  return Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
}

function readWkt(text: string): Result<Geometry, Fault<'bad-area'>> {
  const parsed = parseWkt(text);
  return parsed.ok ? parsed : fail('bad-area', parsed.fault.detail);
}

const position = z.tuple([z.number(), z.number()], z.number());
const isClosed = (ring: readonly (readonly number[])[]) =>
  ring[0]?.[0] === ring.at(-1)?.[0] && ring[0]?.[1] === ring.at(-1)?.[1];
const ring = z.array(position).min(4).refine(isClosed, 'a ring ends where it begins');
const rings = z.array(ring).min(1);
const geoJsonSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: rings }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(rings).min(1) }),
]);

function readGeoJson(text: string): Result<Geometry, Fault<'bad-area'>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail('bad-area', 'no JSON');
  }
  const parsed = geoJsonSchema.safeParse(json);
  if (!parsed.success) return fail('bad-area', 'no GeoJSON geometry of type Polygon or MultiPolygon with closed rings');
  const { data } = parsed;
  const polygons = data.type === 'Polygon' ? [data.coordinates] : data.coordinates;
  return ok({ kind: 'polygons', polygons: polygons.map((one) => one.map((line) => line.map(([x, y]) => [x, y]))) });
}
