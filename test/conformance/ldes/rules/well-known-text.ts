/** Longitude and latitude. */
export type Position = readonly [number, number];

const POSITION = /(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)/g;

/** A point of a WKT literal in CRS84; undefined for other geometries. */
export function pointOf(text: string): Position | undefined {
  const body = /POINT\s*\(([^)]*)\)/i.exec(text)?.[1];
  return body === undefined ? undefined : positionsIn(body)[0];
}

/** The outer ring of a WKT polygon; undefined for other geometries. */
export function polygonOf(text: string): Position[] | undefined {
  const body = /POLYGON\s*\(\(([^)]*)\)/i.exec(text)?.[1];
  return body === undefined ? undefined : positionsIn(body);
}

function positionsIn(text: string): Position[] {
  return [...text.matchAll(POSITION)].map(([, x, y]): Position => [Number(x), Number(y)]);
}

/** Inside or on the border of the box around a ring, which is all that can be said without a geometry library. */
export function isWithin([x, y]: Position, ring: readonly Position[]): boolean {
  const xs = ring.map(([one]) => one);
  const ys = ring.map(([, one]) => one);
  return x >= Math.min(...xs) && x <= Math.max(...xs) && y >= Math.min(...ys) && y <= Math.max(...ys);
}
