import type { Member } from './member.ts';
import { atMostOne } from './shape.ts';
import { integer, schema } from './terms.ts';
import type { Iri, Term } from './triple.ts';
import { naturalValue } from './value-shapes.ts';

/** The place of a member in its own stream, by which readers put members with one stamp in order. */
export function positionStatements({ position }: Member): (readonly [Iri, Term])[] {
  return position === undefined ? [] : [[schema.position, integer(position)]];
}

/** Members of the first render versions say none. */
export const positionShape = atMostOne(schema.position, naturalValue);
