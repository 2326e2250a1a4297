import { dcat as pageDcat, dct as pageDct, vcard as pageVcard, rdfs, skos, terms } from '../oslo/terms.ts';

/** Namespaces of a catalogue, by the prefix that its documents give them. */
export const CATALOGUE_NAMESPACES = {
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
  dcat: 'http://www.w3.org/ns/dcat#',
  dct: 'http://purl.org/dc/terms/',
  foaf: 'http://xmlns.com/foaf/0.1/',
  vcard: 'http://www.w3.org/2006/vcard/ns#',
  skos: 'http://www.w3.org/2004/02/skos/core#',
  geo: 'http://www.opengis.net/ont/geosparql#',
  ldes: 'https://w3id.org/ldes#',
  dcatap: 'http://data.europa.eu/r5r/',
  eli: 'http://data.europa.eu/eli/ontology#',
  mdcat: 'https://data.vlaanderen.be/ns/metadata-dcat#',
  mdcat2: 'http://data.vlaanderen.be/ns/metadata-dcat#',
} as const;

export { rdfs, skos };

export const dcat = {
  ...pageDcat,
  ...terms(
    CATALOGUE_NAMESPACES.dcat,
    'Catalog',
    'CatalogRecord',
    'Resource',
    'Distribution',
    'dataset',
    'service',
    'record',
    'distribution',
    'accessURL',
    'accessService',
    'downloadURL',
    'mediaType',
    'endpointDescription',
    'keyword',
    'theme',
    'themeTaxonomy',
    'bbox',
    'centroid',
  ),
};
export const dct = {
  ...pageDct,
  ...terms(
    CATALOGUE_NAMESPACES.dct,
    'identifier',
    'publisher',
    'accessRights',
    'language',
    'accrualPeriodicity',
    'issued',
    'modified',
    'spatial',
    'format',
    'Agent',
    'Frequency',
    'LicenseDocument',
    'LinguisticSystem',
    'Location',
    'MediaType',
    'MediaTypeOrExtent',
    'RightsStatement',
    'Standard',
  ),
};
export const foaf = terms(CATALOGUE_NAMESPACES.foaf, 'Agent', 'Document', 'name', 'page', 'homepage', 'primaryTopic');
export const vcard = { ...pageVcard, ...terms(CATALOGUE_NAMESPACES.vcard, 'Organization') };
/** What European law asks of data sets of high value. */
export const dcatap = terms(CATALOGUE_NAMESPACES.dcatap, 'applicableLegislation', 'hvdCategory');
export const eli = terms(CATALOGUE_NAMESPACES.eli, 'LegalResource');
/** DCAT-AP-VL 3.0 has the namespace with https, 2.0 with http. */
export const mdcat = terms(CATALOGUE_NAMESPACES.mdcat, 'statuut');
export const mdcat2 = terms(CATALOGUE_NAMESPACES.mdcat2, 'statuut');
