import {
  type DatastreamKey,
  formatInstant,
  isDatastreamKey,
  NAME,
  parseInstant,
} from '@meetbrug/protocols/observation';
import { segmentsOf } from '../http/path-segments.ts';

/** A thing that an organisation's data names. */
export type IdTarget =
  | { readonly kind: 'entity'; readonly organisation: string; readonly path: string }
  | {
      readonly kind: 'observation';
      readonly organisation: string;
      readonly datastream: DatastreamKey;
      readonly beginMs: number;
    };

export interface IdLocation {
  /** The one spelling of the path, `/id/…`: that of the IRI. */
  readonly canonical: string;
  readonly target: IdTarget;
}

const OBSERVATION = 'observatie';
const SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Where a path with its query leads; undefined when no IRI of ours is spelled so, even tidied. */
export function locateId(target: string): IdLocation | undefined {
  const [root, organisation = '', kind = '', ...names] = segmentsOf(target);
  if (root !== 'id' || !NAME.test(organisation)) return undefined;
  return kind === OBSERVATION ? observation(organisation, names) : entity(organisation, [kind, ...names]);
}

function observation(organisation: string, [key = '', begin = '', ...rest]: readonly string[]): IdLocation | undefined {
  const beginMs = parseInstant(begin);
  if (!isDatastreamKey(key) || beginMs === undefined || rest.length > 0) return undefined;
  return {
    canonical: `/id/${organisation}/${OBSERVATION}/${key}/${formatInstant(beginMs)}`,
    target: { kind: 'observation', organisation, datastream: key, beginMs },
  };
}

function entity(organisation: string, segments: readonly string[]): IdLocation | undefined {
  if (segments.length < 2 || !segments.every((segment) => SEGMENT.test(segment))) return undefined;
  const path = segments.join('/');
  return { canonical: `/id/${organisation}/${path}`, target: { kind: 'entity', organisation, path } };
}

/** The tidied spelling of any path below `/id/`, whether there is something or not; undefined when it is malformed. */
export function tidiedIdPath(target: string): string | undefined {
  const segments = segmentsOf(target);
  return segments[0] === 'id' ? `/${segments.join('/')}` : undefined;
}
