import { formatInstant } from '../observation/instant.ts';
import type { OutsideMember } from './member.ts';
import { dateTime } from './terms.ts';
import { iri, type Triple } from './triple.ts';

/** What an outside member says of itself, our stamp, then what it says of its blank nodes and of others. */
export function outsideTriples({ iri: name, triples, stampPredicate, generatedMs }: OutsideMember): Triple[] {
  const subject = iri(name);
  const isOwn = (triple: Triple) => triple.subject.kind === 'iri' && triple.subject.value === subject.value;
  return [
    ...triples.filter(isOwn),
    { subject, predicate: iri(stampPredicate), object: dateTime(formatInstant(generatedMs)) },
    ...triples.filter((triple) => !isOwn(triple)),
  ];
}
