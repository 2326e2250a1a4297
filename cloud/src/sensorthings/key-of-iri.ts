import { locateId } from '../dereference/id-path.ts';
import type { EntityDirectory } from './entity-directory.ts';
import type { ObservationKey } from './observation-id.ts';

/** What the IRI of an observation, or of one of its versions, stands for here; undefined for any other text. */
export function keyOfIri(
  iri: string,
  publicBaseUrl: string,
  { numberOf }: Pick<EntityDirectory, 'numberOf'>,
): ObservationKey | undefined {
  if (!iri.startsWith(`${publicBaseUrl}/`)) return undefined;
  const target = locateId(iri.slice(publicBaseUrl.length))?.target;
  if (target?.kind !== 'observation') return undefined;
  const datastream = numberOf(target.organisation, target.datastream);
  return datastream === undefined ? undefined : { datastream, beginMs: target.beginMs };
}
