import { writeDocument } from '@meetbrug/protocols/ldes';
import { formatObservedValue, type ObservedValue } from '@meetbrug/protocols/observation';
import {
  dct,
  type ObservationMember,
  observationTriples,
  observationVersionIri,
  type PublishedIris,
  prov,
  usedContext,
} from '@meetbrug/protocols/oslo';
import type { NormalisedObservation } from '../normalise/normalised-observation.ts';

/** What is published here: also a count that privacy rules have suppressed. */
export type PublishedObservation = Omit<NormalisedObservation, 'value'> & { readonly value: ObservedValue };

/** What only the cloud knows: it gives a version and the time of its commit. */
const OF_THE_VERSION: ReadonlySet<string> = new Set([dct.isVersionOf.value, prov.generatedAtTime.value]);

/**
 * One observation as a JSON-LD 1.1 node object in OSLO's Dutch terms, with those lines of the context that it uses. The
 * graph is that of the feed's member under the observation's own IRI, without what only the cloud knows.
 */
export function observationDocument(iris: PublishedIris, observation: PublishedObservation): string {
  const member = asMember(observation);
  const subject = { kind: 'iri', value: iris.observation(observation.datastream.key, observation.beginMs) } as const;
  const version = observationVersionIri(iris, member).value;
  const triples = observationTriples(iris, member)
    .filter(({ predicate }) => !OF_THE_VERSION.has(predicate.value))
    .map((triple) =>
      triple.subject.kind === 'iri' && triple.subject.value === version ? { ...triple, subject } : triple,
    );
  const page = JSON.parse(writeDocument('jsonld', triples)) as { readonly '@graph': readonly [object] };
  const [node] = page['@graph'];
  return JSON.stringify({ '@context': usedContext(JSON.stringify(node)), ...node });
}

function asMember({
  datastream,
  beginMs,
  endMs,
  resultMs,
  value,
  quality,
  inputs,
}: PublishedObservation): ObservationMember {
  return {
    kind: 'observation',
    description: { ...datastream.content, version: 1, validFromMs: 0 },
    ordinal: 0,
    beginMs,
    ...(endMs === undefined ? {} : { endMs }),
    resultMs,
    generatedMs: 0,
    value: formatObservedValue(value),
    revision: 0,
    flags: quality.flags,
    ...(inputs === undefined
      ? {}
      : { inputs: inputs.map((input) => ({ datastream: input.datastream.key, beginMs: input.beginMs })) }),
  };
}
