/** The IRIs that rules ask for. */
export const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
export const XSD = 'http://www.w3.org/2001/XMLSchema#';
export const LDES = 'https://w3id.org/ldes#';
export const TREE = 'https://w3id.org/tree#';
export const SHACL = 'http://www.w3.org/ns/shacl#';
export const DCAT = 'http://www.w3.org/ns/dcat#';
export const HYDRA = 'http://www.w3.org/ns/hydra/core#';
export const GEO_WKT = 'http://www.opengis.net/ont/geosparql#wktLiteral';
export const TYPE = `${RDF}type`;
export const TREE_PROFILE = 'https://w3id.org/tree/profile';

export const NQUADS = 'application/n-quads';
export const JSON_LD = 'application/ld+json';
/** The five formats, the fastest to read first. */
export const RDF_MEDIA_TYPES = [NQUADS, 'application/n-triples', 'application/trig', 'text/turtle', JSON_LD] as const;
/** Likes N-Quads best and takes all five, as ldes-client does. */
export const ANY_RDF = `${NQUADS}, application/trig;q=0.95, ${JSON_LD};q=0.9, application/n-triples;q=0.8, text/turtle;q=0.6`;
/** Served from a repository without caching: every reader would ask for it again. */
export const LDES_CONTEXT = 'w3id.org/ldes';
