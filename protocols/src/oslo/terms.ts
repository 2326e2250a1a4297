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

/** The same with what only the lexicon and the shapes need: pages keep the prefixes that they were published with. */
export const VOCABULARY_NAMESPACES = {
  ...NAMESPACES,
  skos: 'http://www.w3.org/2004/02/skos/core#',
  dc: 'http://purl.org/dc/elements/1.1/',
  dqv: 'http://www.w3.org/ns/dqv#',
} as const;

/** The IRIs of some names in a namespace, by name. */
export function terms<Name extends string>(namespace: string, ...names: readonly Name[]): Readonly<Record<Name, Iri>> {
  return Object.fromEntries(names.map((name) => [name, iri(namespace + name)])) as Record<Name, Iri>;
}

export const rdf = terms(NAMESPACES.rdf, 'type', 'Property', 'langString', 'first', 'rest', 'nil');
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
  'relatedObservation',
  'resultQuality',
  'Deployment',
  'hasDeployment',
  'deployedOnPlatform',
  'Property',
);
export const qudt = terms(
  NAMESPACES.qudt,
  'QuantityValue',
  'numericValue',
  'hasUnit',
  'lowerBound',
  'upperBound',
  'hasQuantityKind',
);
export const unit = terms(NAMESPACES.unit, 'M');
export const time = terms(NAMESPACES.time, 'ProperInterval', 'Instant', 'hasBeginning', 'hasEnd', 'inXSDDateTimeStamp');
export const prov = terms(NAMESPACES.prov, 'generatedAtTime', 'wasDerivedFrom');
export const dct = terms(
  NAMESPACES.dct,
  'isVersionOf',
  'isPartOf',
  'title',
  'license',
  'rights',
  'conformsTo',
  'temporal',
  'PeriodOfTime',
  'type',
  'description',
  'subject',
);
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
  'Verkeerskenmerk',
  'voertuigType',
);
/** With https, as OSLO writes it. */
export const schema = terms(
  NAMESPACES.schema,
  'PropertyValue',
  'additionalProperty',
  'position',
  'propertyID',
  'name',
  'value',
  'unitCode',
  'validFrom',
  'QuantitativeValue',
  'minValue',
  'maxValue',
  'stepValue',
);
export const saref = terms(NAMESPACES.saref, 'hasManufacturer', 'hasModel');

export const tree = terms(
  NAMESPACES.tree,
  'Node',
  'Relation',
  'EqualToRelation',
  'GeospatiallyContainsRelation',
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
  'LatestVersionSubset',
  'PointInTimePolicy',
  'RetentionPolicy',
  'timestampPath',
  'versionOfPath',
  'sequencePath',
  'versionTimestampPath',
  'pollingInterval',
  'immutable',
  'retentionPolicy',
  'fullLogDuration',
  'versionAmount',
  'startingFrom',
  'amount',
  'pointInTime',
);
export const dcat = terms(
  NAMESPACES.dcat,
  'Dataset',
  'DataService',
  'endpointURL',
  'servesDataset',
  'temporalResolution',
  'contactPoint',
  'startDate',
  'endDate',
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
  'targetClass',
  'targetSubjectsOf',
  'name',
  'node',
  'or',
  'in',
  'hasValue',
  'pattern',
  'equals',
  'BlankNode',
);
export const skos = terms(
  VOCABULARY_NAMESPACES.skos,
  'ConceptScheme',
  'Concept',
  'prefLabel',
  'definition',
  'notation',
  'inScheme',
  'topConceptOf',
  'hasTopConcept',
  'exactMatch',
  'closeMatch',
  'broadMatch',
);
/** The elements of 1998: OSLO Verkeersmetingen types its characteristics with them. */
export const dc = terms(VOCABULARY_NAMESPACES.dc, 'type');

/**
 * Vocabularies that came after the first published page. Another prefix would change the bytes of pages that exist, so
 * their terms are written in full.
 */
const LATER_NAMESPACES = { dqv: 'http://www.w3.org/ns/dqv#', vcard: 'http://www.w3.org/2006/vcard/ns#' } as const;
export const dqv = terms(
  LATER_NAMESPACES.dqv,
  'QualityMeasurement',
  'computedOn',
  'isMeasurementOf',
  'value',
  'Metric',
  'expectedDataType',
);
export const vcard = terms(LATER_NAMESPACES.vcard, 'Kind', 'fn', 'hasEmail', 'hasURL');

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
export const english = (text: string): Literal => ({ ...literal(text, rdf.langString), language: 'en' });

/** Prefixes by their namespaces, for {@link compactIri}. */
export type Prefixes = ReadonlyMap<string, string>;

export function prefixesOf(namespaces: Readonly<Record<string, string>>): Prefixes {
  return new Map(Object.entries(namespaces).map(([prefix, namespace]) => [namespace, prefix]));
}

const PAGE_PREFIXES = prefixesOf(NAMESPACES);
const LOCAL_NAME = /^[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?$/;

/** `sosa:Observation`, valid in Turtle and in JSON-LD; undefined when no prefix fits or the name would need escapes. */
export function compactIri({ value }: Iri, prefixes: Prefixes = PAGE_PREFIXES): string | undefined {
  const cut = Math.max(value.lastIndexOf('#'), value.lastIndexOf('/')) + 1;
  const prefix = prefixes.get(value.slice(0, cut));
  const name = value.slice(cut);
  return prefix !== undefined && LOCAL_NAME.test(name) ? `${prefix}:${name}` : undefined;
}
