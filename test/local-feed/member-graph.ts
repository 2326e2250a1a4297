import { type NamedNode, type Quad, DataFactory as rdf } from 'n3';
import { parseGraph } from '../formats/parse-graph.ts';

const TREE = 'https://w3id.org/tree#';
const IS_VERSION_OF = 'http://purl.org/dc/terms/isVersionOf';
/** What only publishing in a stream gives a member. */
const OF_THE_STREAM = new Set([
  IS_VERSION_OF,
  'http://www.w3.org/ns/prov#generatedAtTime',
  'https://schema.org/position',
]);

/**
 * What a stream says of each observation, by the observation's own IRI: the member's triples and those of its blank
 * nodes, without its version and the time of its publication. Of several versions the last one that is met.
 */
export async function observationsOfStream(viewUrl: string): Promise<Map<string, Quad[]>> {
  const observations = new Map<string, Quad[]>();
  const urls = [viewUrl];
  const seen = new Set(urls);
  for (let url = urls.shift(); url !== undefined; url = urls.shift()) {
    const quads = await fetchQuads(url);
    for (const node of objectsOf(quads, `${TREE}node`)) {
      if (!seen.has(node)) urls.push(node);
      seen.add(node);
    }
    for (const member of objectsOf(quads, `${TREE}member`)) {
      const own = withBlankNodes(quads, member);
      const [observation] = objectsOf(own, IS_VERSION_OF);
      if (observation === undefined) throw new Error(`${member} is no version of anything`);
      observations.set(observation, withoutVersion(own, member, rdf.namedNode(observation)));
    }
  }
  return observations;
}

async function fetchQuads(url: string): Promise<Quad[]> {
  const response = await fetch(url, { headers: { accept: 'application/n-quads' } });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return parseGraph('nquads', new Uint8Array(await response.arrayBuffer()));
}

function objectsOf(quads: readonly Quad[], predicate: string): string[] {
  return quads.filter((quad) => quad.predicate.value === predicate).map(({ object }) => object.value);
}

function withBlankNodes(quads: readonly Quad[], member: string): Quad[] {
  const subjects = [member];
  const own: Quad[] = [];
  for (let subject = subjects.shift(); subject !== undefined; subject = subjects.shift()) {
    for (const quad of quads.filter((each) => each.subject.value === subject)) {
      own.push(quad);
      if (quad.object.termType === 'BlankNode') subjects.push(quad.object.value);
    }
  }
  return own;
}

function withoutVersion(quads: readonly Quad[], member: string, observation: NamedNode): Quad[] {
  return quads
    .filter(({ predicate }) => !OF_THE_STREAM.has(predicate.value))
    .map(({ subject, predicate, object }) =>
      rdf.quad(subject.value === member ? observation : subject, predicate, object),
    );
}
