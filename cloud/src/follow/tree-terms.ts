const TREE = 'https://w3id.org/tree#';
const LDES = 'https://w3id.org/ldes#';
const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** What a reader of somebody else's feed must know of TREE, LDES and RDF. */
export const TERMS = {
  view: `${TREE}view`,
  member: `${TREE}member`,
  relation: `${TREE}relation`,
  node: `${TREE}node`,
  immutable: `${LDES}immutable`,
  versionOfPath: `${LDES}versionOfPath`,
  timestampPath: `${LDES}timestampPath`,
  pollingInterval: `${LDES}pollingInterval`,
  first: `${RDF}first`,
  rest: `${RDF}rest`,
  nil: `${RDF}nil`,
} as const;
