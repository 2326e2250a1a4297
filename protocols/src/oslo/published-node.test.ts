import { describe, expect, it } from 'vitest';
import { readPublishedNode } from './published-node.ts';
import { rdf, sosa, string, xsd } from './terms.ts';
import { blank, iri, literal, triplesOf } from './triple.ts';

const subject = iri('https://example.org/a');
const other = iri('https://example.org/b');

describe('a node that is read back from triples', () => {
  it('has its blank nodes in place and what is said of other IRIs left out', () => {
    const result = blank('r');
    const node = readPublishedNode(
      [
        ...triplesOf(subject, [
          [rdf.type, sosa.Observation],
          [sosa.hasResult, result],
          [sosa.madeBySensor, other],
        ]),
        ...triplesOf(result, [[rdf.type, sosa.Result]]),
        ...triplesOf(other, [[rdf.type, sosa.Sensor]]),
      ],
      subject,
    );
    expect(node).toEqual({
      kind: 'node',
      iri: subject.value,
      types: [sosa.Observation],
      values: {
        [sosa.hasResult.value]: [{ kind: 'node', types: [sosa.Result], values: {} }],
        [sosa.madeBySensor.value]: [other],
      },
    });
  });

  it('has a triple that is said twice once, and the same text of another datatype apart', () => {
    const values = [string('7'), literal('7', xsd.integer), string('7')];
    const triples = triplesOf(
      subject,
      values.map((value) => [sosa.hasSimpleResult, value] as const),
    );
    const node = readPublishedNode(triples, subject);
    expect(node.values[sosa.hasSimpleResult.value]).toEqual([string('7'), literal('7', xsd.integer)]);
  });

  it('comes to an end when blank nodes go in a circle', () => {
    const circle = blank('c');
    const node = readPublishedNode(
      [...triplesOf(subject, [[sosa.hasResult, circle]]), ...triplesOf(circle, [[sosa.hasResult, circle]])],
      subject,
    );
    expect(JSON.stringify(node).length).toBeLessThan(2_000);
  });
});
