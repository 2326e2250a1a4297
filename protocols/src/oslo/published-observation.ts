import { OBSERVED_PROPERTIES } from '../properties/mod.ts';
import type { ObservationMember } from './member.ts';
import { observationShapes } from './observation-shapes.ts';
import { observationTriples, observationVersionIri } from './observation-triples.ts';
import type { PublishedIris } from './published-iris.ts';
import { readPublishedNode } from './published-node.ts';
import { publishedSchema } from './published-schema.ts';

/** What is wrong with an observation as it would be published, one sentence a fault; empty when it conforms. */
export type CheckPublishedObservation = (iris: PublishedIris, member: ObservationMember) => readonly string[];

/**
 * A check of observations against the shapes of their themes, before anyone is told that they are safe. It renders the
 * member, which costs more than rendering a page does: meant for the first observation of a description, whose others
 * differ in numbers and times alone.
 * @param publicBaseUrl scheme, host, optional path prefix; no trailing slash
 */
export function createPublishedObservationCheck(publicBaseUrl: string): CheckPublishedObservation {
  const { ofTheme, derived } = observationShapes(publicBaseUrl);
  const schemas = new Map(Object.entries(ofTheme).map(([theme, shape]) => [theme, publishedSchema(shape)]));
  const derivedSchema = publishedSchema(derived);
  return (iris, member) => {
    const node = readPublishedNode(observationTriples(iris, member), observationVersionIri(iris, member));
    const applicable = [
      schemas.get(OBSERVED_PROPERTIES[member.description.property].theme),
      ...((member.inputs ?? []).length === 0 ? [] : [derivedSchema]),
    ];
    return applicable.flatMap((schema) => {
      const checked = schema?.safeParse(node);
      if (checked === undefined || checked.success) return [];
      return checked.error.issues.map(({ path, message }) => `${path.join(' / ') || 'observation'}: ${message}`);
    });
  };
}
