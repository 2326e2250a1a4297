import { type EpochMs, formatInstant } from '../observation/instant.ts';
import { dateTimeStamp, rdf, time } from './terms.ts';
import { type Blank, blank, type Iri, type Triple, triplesOf } from './triple.ts';

/** A blank node with what is said of it and of the blank nodes below it. */
export interface BlankTree {
  readonly node: Blank;
  readonly triples: readonly Triple[];
}

/** Classes that instants and intervals have besides those of OWL-Time. */
export interface TimeClasses {
  readonly instant?: Iri;
  readonly interval?: Iri;
}

const asType = (type: Iri | undefined) => (type === undefined ? [] : [[rdf.type, type] as const]);

/** An instant of OWL-Time. */
export function instantNode(label: string, ms: EpochMs, { instant }: TimeClasses = {}): BlankTree {
  const node = blank(label);
  return {
    node,
    triples: triplesOf(node, [
      [rdf.type, time.Instant],
      ...asType(instant),
      [time.inXSDDateTimeStamp, dateTimeStamp(formatInstant(ms))],
    ]),
  };
}

/** When an observation was true: an instant, or a half-open interval between two. */
export function phenomenonTimeNode(
  label: string,
  { beginMs, endMs }: { readonly beginMs: EpochMs; readonly endMs?: EpochMs },
  classes: TimeClasses = {},
): BlankTree {
  if (endMs === undefined) return instantNode(label, beginMs, classes);
  const node = blank(label);
  const begin = instantNode(`${label}b`, beginMs, classes);
  const end = instantNode(`${label}e`, endMs, classes);
  return {
    node,
    triples: [
      ...triplesOf(node, [
        [rdf.type, time.ProperInterval],
        ...asType(classes.interval),
        [time.hasBeginning, begin.node],
        [time.hasEnd, end.node],
      ]),
      ...begin.triples,
      ...end.triples,
    ],
  };
}
