import { entityTriples, entityVersionIri } from '../oslo/entity-triples.ts';
import type { Member } from '../oslo/member.ts';
import { observationTriples, observationVersionIri } from '../oslo/observation-triples.ts';
import { outsideTriples } from '../oslo/outside-triples.ts';
import type { PublishedIris } from '../oslo/published-iris.ts';
import { tree } from '../oslo/terms.ts';
import { type Iri, iri, type Triple } from '../oslo/triple.ts';

/**
 * A member as a page holds it: that it is one, then what it says. The order is that of the TREE profile.
 * @param iris of the member's organisation
 */
export function memberTriples(iris: PublishedIris, stream: Iri, member: Member): Triple[] {
  const [subject, triples] = subjectAndTriples(iris, member);
  return [{ subject: stream, predicate: tree.member, object: subject }, ...triples];
}

function subjectAndTriples(iris: PublishedIris, member: Member): readonly [Iri, readonly Triple[]] {
  switch (member.kind) {
    case 'observation':
      return [observationVersionIri(iris, member), observationTriples(iris, member)];
    case 'entity':
      return [entityVersionIri(iris, member), entityTriples(iris, member)];
    case 'outside':
      return [iri(member.iri), outsideTriples(member)];
  }
}
