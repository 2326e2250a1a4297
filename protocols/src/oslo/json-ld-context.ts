import {
  dcat,
  dct,
  geo,
  ldes,
  NAMESPACES,
  prov,
  qudt,
  rdfs,
  saref,
  schema,
  sh,
  sosa,
  time,
  tree,
  vm,
  xsd,
} from './terms.ts';
import type { Iri } from './triple.ts';

/** A term of the context: its name, and what a bare string under it means. */
export interface ContextTerm {
  readonly term: string;
  /** `@id`: an IRI; an IRI: a literal of that datatype; absent: a plain string. */
  readonly type?: '@id' | Iri;
}

type Row = readonly [term: string, predicate: Iri, type?: '@id' | Iri];

/** OSLO's Dutch names for what observations and their descriptions say; TREE's and LDES' own names for the pages. */
const ROWS: readonly Row[] = [
  ['isVersieVan', dct.isVersionOf, '@id'],
  ['aangemaaktOp', prov.generatedAtTime, xsd.dateTime],
  ['geobserveerdObject', sosa.hasFeatureOfInterest, '@id'],
  ['geobserveerdKenmerk', sosa.observedProperty, '@id'],
  ['geobserveerdVerkeersobject', vm.geobserveerdObject, '@id'],
  ['verkeerskenmerk', vm.geobserveerdKenmerk, '@id'],
  ['bemonsterdVerkeersobject', vm.bemonsterdObject, '@id'],
  ['rijrichting', vm['Verkeersmeetpunt.rijrichting'], '@id'],
  ['uitgevoerdMet', sosa.madeBySensor, '@id'],
  ['gebruikteProcedure', sosa.usedProcedure, '@id'],
  ['fenomeentijd', sosa.phenomenonTime],
  ['resultaattijd', sosa.resultTime, xsd.dateTime],
  ['resultaat', sosa.hasResult],
  ['eenvoudigResultaat', sosa.hasSimpleResult, xsd.integer],
  ['waarde', qudt.numericValue, xsd.decimal],
  ['eenheid', qudt.hasUnit, '@id'],
  ['begin', time.hasBeginning],
  ['einde', time.hasEnd],
  ['tijdstip', time.inXSDDateTimeStamp, xsd.dateTimeStamp],
  ['geometrie', geo.hasGeometry],
  ['wkt', geo.asWKT, geo.wktLiteral],
  ['bemonstert', sosa.isSampleOf, '@id'],
  ['gehostDoor', sosa.isHostedBy, '@id'],
  ['label', rdfs.label],
  ['fabrikant', saref.hasManufacturer],
  ['model', saref.hasModel],
  ['bijkomendeEigenschap', schema.additionalProperty],
  ['eigenschapswaarde', schema.value, xsd.decimal],
  ['eenheidscode', schema.unitCode, '@id'],
  ['geldigVanaf', schema.validFrom, xsd.dateTime],
  ['tijdsresolutie', dcat.temporalResolution, xsd.duration],
  ['licentie', dct.license, '@id'],
  ['isDeelVan', dct.isPartOf, '@id'],
  ['conformAan', dct.conformsTo, '@id'],
  ['titel', dct.title],
  ['member', tree.member, '@id'],
  ['view', tree.view, '@id'],
  ['viewDescription', tree.viewDescription, '@id'],
  ['shape', tree.shape, '@id'],
  ['relation', tree.relation],
  ['node', tree.node, '@id'],
  ['path', tree.path, '@id'],
  ['value', tree.value, xsd.dateTime],
  ['timestampPath', ldes.timestampPath, '@id'],
  ['versionOfPath', ldes.versionOfPath, '@id'],
  ['pollingInterval', ldes.pollingInterval, xsd.integer],
  ['immutable', ldes.immutable, xsd.boolean],
  ['fullLogDuration', ldes.fullLogDuration, xsd.duration],
  ['endpointURL', dcat.endpointURL, '@id'],
  ['servesDataset', dcat.servesDataset, '@id'],
  ['shapePath', sh.path, '@id'],
  ['minCount', sh.minCount, xsd.integer],
  ['maxCount', sh.maxCount, xsd.integer],
  ['datatype', sh.datatype, '@id'],
  ['nodeKind', sh.nodeKind, '@id'],
];

/** The context terms by predicate IRI. */
export const CONTEXT_TERMS: ReadonlyMap<string, ContextTerm> = new Map(
  ROWS.map(([term, predicate, type]) => [predicate.value, type === undefined ? { term } : { term, type }]),
);

/** The JSON-LD 1.1 context of everything we publish, to embed: a reader fetches nothing. */
export const JSON_LD_CONTEXT: Readonly<Record<string, unknown>> = {
  '@version': 1.1,
  ...NAMESPACES,
  ...Object.fromEntries(ROWS.map(([term, predicate, type]) => [term, definition(predicate, type)])),
};

function definition(predicate: Iri, type: Row[2]): string | Record<string, string> {
  if (type === undefined) return predicate.value;
  return { '@id': predicate.value, '@type': type === '@id' ? type : type.value };
}

/** The version that pages embed. */
const VERSION = 'observatie-1.jsonld';

/**
 * The contexts that are served, as JSON text by version. A published text never changes: another term or prefix needs
 * another version, and the text of this one kept beside it.
 */
export const CONTEXT_DOCUMENTS: ReadonlyMap<string, string> = new Map([
  [VERSION, `${JSON.stringify({ '@context': JSON_LD_CONTEXT }, null, 1)}\n`],
]);
