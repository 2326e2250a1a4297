export type Position = readonly [x: number, y: number];

/** A simple or multiple geometry, by the dimension of its parts. Coordinates are degrees, longitude first (CRS84). */
export type Geometry =
  | { readonly kind: 'points'; readonly points: readonly Position[] }
  | { readonly kind: 'lines'; readonly lines: readonly (readonly Position[])[] }
  | { readonly kind: 'polygons'; readonly polygons: readonly (readonly (readonly Position[])[])[] };

type Where = 'interior' | 'boundary' | 'exterior';

export function positionCount(geometry: Geometry): number {
  if (geometry.kind === 'points') return geometry.points.length;
  const lines = geometry.kind === 'lines' ? geometry.lines : geometry.polygons.flat();
  return lines.reduce((sum, line) => sum + line.length, 0);
}

export function isSinglePoint(geometry: Geometry): geometry is Geometry & { kind: 'points' } {
  return geometry.kind === 'points' && geometry.points.length === 1;
}

/**
 * The DE-9IM matrix (OGC 06-103r4 section 6.1.14.2) of two geometries of which one is a single point, as nine characters
 * in rows: all that this server keeps are points. Undefined when neither is one.
 */
export function relate(a: Geometry, b: Geometry): string | undefined {
  if (isSinglePoint(a)) return pointMatrix(a.points[0] as Position, b);
  if (!isSinglePoint(b)) return undefined;
  const transposed = pointMatrix(b.points[0] as Position, a);
  return [0, 3, 6, 1, 4, 7, 2, 5, 8].map((index) => transposed[index]).join('');
}

/** Whether a matrix fits a pattern of `T`, `F`, `*`, `0`, `1`, `2`. */
export function matrixFits(matrix: string, pattern: string): boolean {
  return [...pattern].every((wanted, index) => {
    const found = matrix[index];
    return wanted === '*' || wanted === found || (wanted === 'T' && found !== 'F');
  });
}

/** Shortest distance in degrees, of which one geometry is a single point; undefined when neither is. */
export function distanceDegrees(a: Geometry, b: Geometry): number | undefined {
  if (!isSinglePoint(a)) return isSinglePoint(b) ? distanceDegrees(b, a) : undefined;
  const point = a.points[0] as Position;
  if (locate(point, b) !== 'exterior') return 0;
  return segmentsAndPoints(b).reduce((least, segment) => Math.min(least, toSegment(point, segment)), Infinity);
}

/** Length of the lines in degrees; 0 for what has no lines. */
export function lengthDegrees(geometry: Geometry): number {
  if (geometry.kind !== 'lines') return 0;
  return segmentsAndPoints(geometry).reduce((sum, [[ax, ay], [bx, by]]) => sum + Math.hypot(bx - ax, by - ay), 0);
}

function pointMatrix(point: Position, other: Geometry): string {
  const where = locate(point, other);
  const at = (place: Where) => (where === place ? '0' : 'F');
  const rest = restOf(point, other);
  return `${at('interior')}${at('boundary')}${at('exterior')}FFF${rest.interior}${rest.boundary}2`;
}

/** The dimension of what the point leaves of the interior and of the boundary. */
function restOf(point: Position, other: Geometry): { readonly interior: string; readonly boundary: string } {
  if (other.kind === 'points') {
    return { interior: other.points.some((one) => !isSame(one, point)) ? '0' : 'F', boundary: 'F' };
  }
  if (other.kind === 'polygons') return { interior: '2', boundary: '1' };
  return { interior: '1', boundary: lineBoundary(other.lines).some((end) => !isSame(end, point)) ? '0' : 'F' };
}

function locate(point: Position, geometry: Geometry): Where {
  if (geometry.kind === 'points') return geometry.points.some((one) => isSame(one, point)) ? 'interior' : 'exterior';
  if (geometry.kind === 'lines') {
    if (lineBoundary(geometry.lines).some((end) => isSame(end, point))) return 'boundary';
    return segmentsAndPoints(geometry).some((segment) => isOn(point, segment)) ? 'interior' : 'exterior';
  }
  const places = geometry.polygons.map((rings) => locateInRings(point, rings));
  if (places.includes('interior')) return 'interior';
  return places.includes('boundary') ? 'boundary' : 'exterior';
}

/** Even-odd over all rings, so that what lies in a hole lies outside. */
function locateInRings(point: Position, rings: readonly (readonly Position[])[]): Where {
  const [x, y] = point;
  let isInside = false;
  for (const segment of rings.flatMap(segmentsOf)) {
    if (isOn(point, segment)) return 'boundary';
    const [[ax, ay], [bx, by]] = segment;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isInside = !isInside;
  }
  return isInside ? 'interior' : 'exterior';
}

/** The ends of the lines that are the end of an odd number of them. */
function lineBoundary(lines: readonly (readonly Position[])[]): Position[] {
  const ends = lines.flatMap((line) => [line[0] as Position, line.at(-1) as Position]);
  return ends.filter((end) => ends.filter((other) => isSame(other, end)).length % 2 === 1);
}

type Segment = readonly [Position, Position];

function segmentsOf(line: readonly Position[]): Segment[] {
  return line.slice(1).map((position, index) => [line[index] as Position, position]);
}

function segmentsAndPoints(geometry: Geometry): Segment[] {
  if (geometry.kind === 'points') return geometry.points.map((point) => [point, point]);
  return geometry.kind === 'lines' ? geometry.lines.flatMap(segmentsOf) : geometry.polygons.flat().flatMap(segmentsOf);
}

function isSame([ax, ay]: Position, [bx, by]: Position): boolean {
  return ax === bx && ay === by;
}

function isOn([x, y]: Position, [[ax, ay], [bx, by]]: Segment): boolean {
  const isInBox = x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by);
  return isInBox && (bx - ax) * (y - ay) === (by - ay) * (x - ax);
}

function toSegment([x, y]: Position, [[ax, ay], [bx, by]]: Segment): number {
  const [dx, dy] = [bx - ax, by - ay];
  const squared = dx * dx + dy * dy;
  const along = squared === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / squared));
  return Math.hypot(ax + along * dx - x, ay + along * dy - y);
}
