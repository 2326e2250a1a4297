import { entityTriples, entityVersionIri } from '../oslo/entity-triples.ts';
import type { Member } from '../oslo/member.ts';
import { observationTriples, observationVersionIri } from '../oslo/observation-triples.ts';
import type { PublishedIris } from '../oslo/published-iris.ts';
import { tree } from '../oslo/terms.ts';
import type { Iri, Triple } from '../oslo/triple.ts';

/**
 * A member as a page holds it: that it is one, then what it says. The order is that of the TREE profile.
 * @param iris of the member's organisation
 */
export function memberTriples(iris: PublishedIris, stream: Iri, member: Member): Triple[] {
  const [subject, triples] =
    member.kind === 'observation'
      ? [observationVersionIri(iris, member), observationTriples(iris, member)]
      : [entityVersionIri(iris, member), entityTriples(iris, member)];
  return [{ subject: stream, predicate: tree.member, object: subject }, ...triples];
}
