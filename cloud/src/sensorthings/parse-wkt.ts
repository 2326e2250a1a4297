import { ok } from '@meetbrug/protocols/result';
import { type Geometry, type Position, positionCount } from './geometry.ts';
import { LIMITS } from './limits.ts';
import { type Answered, badRequest } from './refusal.ts';

const HEAD = /^\s*(?:SRID=4326;\s*)?(MULTI)?(POINT|LINESTRING|POLYGON)\s*Z?\s*(?=\()/i;
const TOKEN = /\s*([(),]|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y;
const DEPTH_MAX = 4;

/** Lists within lists: positions are lists of numbers. */
type Nested = readonly (number | Nested)[];

/** Reads a geometry in well-known text (OGC 06-103r4 section 7); a third ordinate is read and left out. */
export function parseWkt(text: string): Answered<Geometry> {
  const head = HEAD.exec(text);
  if (head === null) return badRequest(`"${text.slice(0, 60)}" begins no point, line or polygon of well-known text`);
  const body = readList(text, head[0].length);
  if (body === undefined || text.slice(body.end).trim() !== '') {
    return badRequest(`"${text.slice(0, 60)}" is no well-known text`);
  }
  const geometry = toGeometry(`${head[1] ?? ''}${head[2]}`.toUpperCase(), body.list);
  if (geometry === undefined) return badRequest(`"${text.slice(0, 60)}" is not closed, too short or not a geometry`);
  if (positionCount(geometry) > LIMITS.geometryPositions) {
    return badRequest(`a geometry has more than ${LIMITS.geometryPositions} positions`);
  }
  return ok(geometry);
}

/** Reads `( … )` into lists; positions, which have no parentheses of their own, become lists too. */
function readList(text: string, start: number): { readonly list: Nested; readonly end: number } | undefined {
  const root: (number | Nested)[] = [];
  const open: (number | Nested)[][] = [];
  let position: number[] = [];
  let at = start;
  for (;;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) return undefined;
    at = TOKEN.lastIndex;
    const list = open.at(-1);
    if (token === '(') {
      if (open.length >= DEPTH_MAX || position.length > 0) return undefined;
      const inner: (number | Nested)[] = [];
      (list ?? root).push(inner);
      open.push(inner);
      continue;
    }
    if (list === undefined) return undefined;
    if (token !== ',' && token !== ')') {
      position.push(Number(token));
      continue;
    }
    if (position.length > 0) list.push(position);
    position = [];
    if (token === ')') open.pop();
    if (open.length === 0) return { list: root[0] as Nested, end: at };
  }
}

function toGeometry(kind: string, list: Nested): Geometry | undefined {
  switch (kind) {
    case 'POINT':
      return list.length === 1 ? points(list) : undefined;
    case 'MULTIPOINT':
      // Both `(1 2, 3 4)` and `((1 2), (3 4))` are in use.
      return points(list.map((one) => (isList(one) && isList(one[0]) ? one[0] : one)));
    case 'LINESTRING':
      return lines([list]);
    case 'MULTILINESTRING':
      return lines(list);
    case 'POLYGON':
      return polygons([list]);
    default:
      return polygons(list);
  }
}

function points(list: Nested): Geometry | undefined {
  const read = positions(list, 1);
  return read && { kind: 'points', points: read };
}

function lines(list: Nested): Geometry | undefined {
  const read = all(list, (line) => positions(line, 2));
  return read && { kind: 'lines', lines: read };
}

function polygons(list: Nested): Geometry | undefined {
  const read = all(list, (rings) => all(rings, ring));
  return read && { kind: 'polygons', polygons: read };
}

function ring(list: Nested): Position[] | undefined {
  const read = positions(list, 4);
  const [first, last] = [read?.[0], read?.at(-1)];
  return first?.[0] === last?.[0] && first?.[1] === last?.[1] ? read : undefined;
}

function positions(list: Nested, least: number): Position[] | undefined {
  const read = all(list, ([x, y, ...more]): Position | undefined =>
    typeof x === 'number' && typeof y === 'number' && more.length <= 1 ? [x, y] : undefined,
  );
  return read !== undefined && read.length >= least ? read : undefined;
}

/** Undefined when one of the list is no list or cannot be read, or there is none. */
function all<T>(list: Nested, read: (inner: Nested) => T | undefined): T[] | undefined {
  const found: T[] = [];
  for (const inner of list) {
    const one = isList(inner) ? read(inner) : undefined;
    if (one === undefined) return undefined;
    found.push(one);
  }
  return found.length > 0 ? found : undefined;
}

function isList(value: number | Nested | undefined): value is Nested {
  return Array.isArray(value);
}
