import { type Iri, iri, type Literal, literal } from './triple.ts';

/** Namespaces by the prefix that Turtle and the JSON-LD context give them. A published prefix never changes. */
export const NAMESPACES = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  sosa: 'http://www.w3.org/ns/sosa/',
  qudt: 'http://qudt.org/schema/qudt/',
  unit: 'http://qudt.org/vocab/unit/',
  time: 'http://www.w3.org/2006/time#',
  prov: 'http://www.w3.org/ns/prov#',
  dct: 'http://purl.org/dc/terms/',
  geo: 'http://www.opengis.net/ont/geosparql#',
  sf: 'http://www.opengis.net/ont/sf#',
  vm: 'https://data.vlaanderen.be/ns/verkeersmetingen#',
  schema: 'https://schema.org/',
  saref: 'https://saref.etsi.org/core/',
  tree: 'https://w3id.org/tree#',
  ldes: 'https://w3id.org/ldes#',
  dcat: 'http://www.w3.org/ns/dcat#',
  sh: 'http://www.w3.org/ns/shacl#',
} as const;

function terms<Name extends string>(namespace: string, ...names: readonly Name[]): Readonly<Record<Name, Iri>> {
  return Object.fromEntries(names.map((name) => [name, iri(namespace + name)])) as Record<Name, Iri>;
}

export const rdf = terms(NAMESPACES.rdf, 'type', 'langString');
export const rdfs = terms(NAMESPACES.rdfs, 'label');
export const xsd = terms(
  NAMESPACES.xsd,
  'string',
  'boolean',
  'integer',
  'decimal',
  'dateTime',
  'dateTimeStamp',
  'duration',
);

/** SOSA, edition of 2023. */
export const sosa = terms(
  NAMESPACES.sosa,
  'Observation',
  'ObservationCollection',
  'Result',
  'FeatureOfInterest',
  'SpatialSample',
  'Platform',
  'Sensor',
  'ObservingProcedure',
  'observedProperty',
  'hasFeatureOfInterest',
  'madeBySensor',
  'usedProcedure',
  'phenomenonTime',
  'resultTime',
  'hasResult',
  'hasSimpleResult',
  'isSampleOf',
  'isHostedBy',
);
export const qudt = terms(NAMESPACES.qudt, 'QuantityValue', 'numericValue', 'hasUnit');
export const unit = terms(NAMESPACES.unit, 'M');
export const time = terms(NAMESPACES.time, 'ProperInterval', 'Instant', 'hasBeginning', 'hasEnd', 'inXSDDateTimeStamp');
export const prov = terms(NAMESPACES.prov, 'generatedAtTime');
export const dct = terms(NAMESPACES.dct, 'isVersionOf', 'isPartOf', 'title', 'license', 'rights', 'conformsTo');
export const geo = terms(NAMESPACES.geo, 'Geometry', 'hasGeometry', 'asWKT', 'wktLiteral');
export const sf = terms(NAMESPACES.sf, 'Point');

/** OSLO Verkeersmetingen, erkende standaard 2024-04-17. */
export const vm = terms(
  NAMESPACES.vm,
  'Verkeersmeting',
  'Verkeersmeetpunt',
  'Verkeersmeetpunt.rijrichting',
  'geobserveerdKenmerk',
  'geobserveerdObject',
  'bemonsterdObject',
);
/** With https, as OSLO writes it. */
export const schema = terms(
  NAMESPACES.schema,
  'PropertyValue',
  'additionalProperty',
  'propertyID',
  'name',
  'value',
  'unitCode',
  'validFrom',
);
export const saref = terms(NAMESPACES.saref, 'hasManufacturer', 'hasModel');

export const tree = terms(
  NAMESPACES.tree,
  'Node',
  'GreaterThanOrEqualToRelation',
  'LessThanRelation',
  'member',
  'view',
  'viewDescription',
  'shape',
  'relation',
  'node',
  'path',
  'value',
);
export const ldes = terms(
  NAMESPACES.ldes,
  'EventStream',
  'EventSource',
  'DurationAgoPolicy',
  'timestampPath',
  'versionOfPath',
  'pollingInterval',
  'immutable',
  'retentionPolicy',
  'fullLogDuration',
);
export const dcat = terms(
  NAMESPACES.dcat,
  'Dataset',
  'DataService',
  'endpointURL',
  'servesDataset',
  'temporalResolution',
);
export const sh = terms(
  NAMESPACES.sh,
  'NodeShape',
  'IRI',
  'property',
  'path',
  'minCount',
  'maxCount',
  'datatype',
  'nodeKind',
);

/** The LDES specification, for dct:conformsTo. */
export const LDES_SPECIFICATION = iri('https://w3id.org/ldes/specification');
/** INSPIRE's code list of directions along a link: `inDirection`, `inOppositeDirection`. */
export const LINK_DIRECTIONS = {
  in: iri('https://inspire.ec.europa.eu/codelist/LinkDirectionValue/inDirection'),
  out: iri('https://inspire.ec.europa.eu/codelist/LinkDirectionValue/inOppositeDirection'),
} as const;

export const string = (text: string): Literal => literal(text, xsd.string);
export const integer = (text: string | number): Literal => literal(String(text), xsd.integer);
export const decimal = (text: string): Literal => literal(text, xsd.decimal);
export const dateTime = (text: string): Literal => literal(text, xsd.dateTime);
export const dateTimeStamp = (text: string): Literal => literal(text, xsd.dateTimeStamp);
export const duration = (text: string): Literal => literal(text, xsd.duration);
export const boolean = (value: boolean): Literal => literal(String(value), xsd.boolean);

/** Dutch text: the language of every label and title in a description. */
export const dutch = (text: string): Literal => ({ ...literal(text, rdf.langString), language: 'nl' });

const PREFIX_BY_NAMESPACE = new Map<string, string>(
  Object.entries(NAMESPACES).map(([prefix, namespace]) => [namespace, prefix]),
);
const LOCAL_NAME = /^[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/;

/** `sosa:Observation`, valid in Turtle and in JSON-LD; undefined when no prefix fits or the name would need escapes. */
export function compactIri({ value }: Iri): string | undefined {
  const cut = Math.max(value.lastIndexOf('#'), value.lastIndexOf('/')) + 1;
  const prefix = PREFIX_BY_NAMESPACE.get(value.slice(0, cut));
  const name = value.slice(cut);
  return prefix !== undefined && LOCAL_NAME.test(name) ? `${prefix}:${name}` : undefined;
}
