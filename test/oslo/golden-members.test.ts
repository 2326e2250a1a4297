import { readFileSync } from 'node:fs';
import type { RdfFormat } from '@meetbrug/protocols/ldes';
import {
  CONCEPT_SCHEMES,
  conceptSchemeTriples,
  entityTriples,
  observationTriples,
  publishedIris,
} from '@meetbrug/protocols/oslo';
import { DataFactory, type Quad } from 'n3';
import { isomorphic } from 'rdf-isomorphic';
import { describe, expect, it } from 'vitest';
import { parseGraph } from '../formats/parse-graph.ts';
import { BASE_URL, ENTITIES, OBSERVATIONS, ORGANISATION } from './golden-members.ts';
import { quadsOf } from './graphs.ts';

const iris = publishedIris(BASE_URL, ORGANISATION);
const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url));
const graphOf = (format: RdfFormat, name: string) => parseGraph(format, golden(name));

describe('an observation as it is published', () => {
  it.each(['heat', 'water', 'mobility', 'derived', 'suppressed', 'flagged'] as const)(
    'of the kind %s is the worked example in Turtle',
    async (kind) => {
      const graph = quadsOf(observationTriples(iris, OBSERVATIONS[kind]));
      const wanted = await graphOf('turtle', `${kind}.ttl`);
      expect(graph.length).toBe(wanted.length);
      expect(isomorphic(graph, wanted)).toBe(true);
    },
  );

  it.each(['heat', 'water', 'mobility'] as const)('of the kind %s is the worked example in JSON-LD', async (kind) => {
    const graph = quadsOf(observationTriples(iris, OBSERVATIONS[kind]));
    expect(isomorphic(graph, await graphOf('jsonld', `${kind}.jsonld`))).toBe(true);
  });
});

/** What a graph lacks of another; blank nodes are compared by what is said of them. */
function missingFrom(graph: readonly Quad[], part: readonly Quad[]): string[] {
  const all = new Set(lines(graph));
  return lines(part).filter((line) => !all.has(line));
}

function lines(quads: readonly Quad[]): string[] {
  const said = (node: string): string[] =>
    quads
      .filter(({ subject }) => subject.value === node)
      .map(({ predicate, object }) => `${predicate.value} ${value(object)}`)
      .sort();
  const value = (term: Quad['object']): string =>
    term.termType === 'BlankNode' ? `[${said(term.value).join(' ; ')}]` : `${term.termType} ${term.value}`;
  return quads
    .filter(({ subject }) => subject.termType === 'NamedNode')
    .map(({ subject, predicate, object }) => `${subject.value} ${predicate.value} ${value(object)}`);
}

const SOSA = 'http://www.w3.org/ns/sosa/';

/**
 * The stream speaks of versions and the examples of the things themselves. That a place hosts a sensor is said by the
 * sensor, because a place hosts several.
 */
function asExamplesSpeak(quads: readonly Quad[]): Quad[] {
  return quads.flatMap(({ subject, predicate, object }) => {
    const thing =
      subject.termType === 'NamedNode' ? DataFactory.namedNode(subject.value.replace(/#\d+$/, '')) : subject;
    const plain = DataFactory.quad(thing, predicate, object);
    return predicate.value === `${SOSA}isHostedBy` && object.termType === 'NamedNode'
      ? [plain, DataFactory.quad(object, DataFactory.namedNode(`${SOSA}hosts`), thing)]
      : [plain];
  });
}

describe('what an observation links to', () => {
  it('is described in sensors as the worked examples have it', async () => {
    const published = ENTITIES.flatMap((member) => quadsOf(entityTriples(iris, member)));
    const wanted = await graphOf('turtle', 'measuring-points.ttl');
    expect(wanted.length).toBeGreaterThan(10);
    expect(missingFrom(asExamplesSpeak(published), wanted)).toEqual([]);
  });

  it('is described in the lexicon as the worked example has it', async () => {
    const lexicon = quadsOf(conceptSchemeTriples(BASE_URL, CONCEPT_SCHEMES[0]));
    expect(missingFrom(lexicon, await graphOf('turtle', 'traffic-property.ttl'))).toEqual([]);
  });

  it('is seen to be missing when it is', async () => {
    const wanted = await graphOf('turtle', 'traffic-property.ttl');
    expect(missingFrom(wanted.slice(1), wanted)).toHaveLength(1);
  });
});
