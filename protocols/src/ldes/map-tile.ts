import { fixedText } from '../oslo/point.ts';

/** A square of the Web Mercator map: column and row from the north-west corner, `2 ** zoom` of each. */
export interface MapTile {
  readonly zoom: number;
  readonly x: number;
  readonly y: number;
}

/** Where Web Mercator is as high as it is wide. Places nearer to a pole belong to the outermost row. */
const LATITUDE_MAX = 85.051_128_779_806_59;

/** The tile that a place lies in. Longitude 180 belongs to the last column, the poles to the outermost rows. */
export function tileAt(zoom: number, longitude: number, latitude: number): MapTile {
  const size = 2 ** zoom;
  const within = (index: number) => Math.min(size - 1, Math.max(0, Math.floor(index)));
  const radians = (Math.min(LATITUDE_MAX, Math.max(-LATITUDE_MAX, latitude)) * Math.PI) / 180;
  return {
    zoom,
    x: within(((longitude + 180) / 360) * size),
    y: within(((1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2) * size),
  };
}

/** The tile some zoom levels up that holds a tile. */
export function wideTile({ zoom, x, y }: MapTile, levels: number): MapTile {
  return { zoom: zoom - levels, x: Math.floor(x / 2 ** levels), y: Math.floor(y / 2 ** levels) };
}

/** `z14-8374-5451`. */
export function formatTile({ zoom, x, y }: MapTile): string {
  return `z${zoom}-${x}-${y}`;
}

const TILE = /^z(0|[1-9]\d?)-(0|[1-9]\d{0,8})-(0|[1-9]\d{0,8})$/;

/** The inverse of {@link formatTile}; undefined for any other spelling and for a tile that the map does not have. */
export function parseTile(text: string): MapTile | undefined {
  const match = TILE.exec(text);
  if (match === null) return undefined;
  const [zoom = 0, x = 0, y = 0] = match.slice(1).map(Number);
  return x < 2 ** zoom && y < 2 ** zoom ? { zoom, x, y } : undefined;
}

/** Coordinates are published to 7 decimals. */
const STEP_DEGREES = 2e-7;

/**
 * The tile as a WKT polygon, longitude first, counterclockwise. It is a hair (2 cm) wider than the tile, so that every
 * place in the tile as it is published lies inside and not on the border; the outermost rows reach the poles.
 */
export function tilePolygon({ zoom, x, y }: MapTile): string {
  const size = 2 ** zoom;
  const longitude = (column: number) => (column / size) * 360 - 180;
  const latitude = (row: number) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * row) / size))) * 180) / Math.PI;
  const west = fixedText(Math.max(-180, longitude(x) - STEP_DEGREES));
  const east = fixedText(Math.min(180, longitude(x + 1) + STEP_DEGREES));
  const north = fixedText(y === 0 ? 90 : latitude(y) + STEP_DEGREES);
  const south = fixedText(y === size - 1 ? -90 : latitude(y + 1) - STEP_DEGREES);
  return `POLYGON((${west} ${south},${east} ${south},${east} ${north},${west} ${north},${west} ${south}))`;
}
