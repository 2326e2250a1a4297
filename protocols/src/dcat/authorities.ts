import { LDES_SPECIFICATION } from '../oslo/terms.ts';
import { type Iri, iri } from '../oslo/triple.ts';
import type { Theme } from '../properties/mod.ts';

/** IRIs of the code lists that the profiles of DCAT prescribe. */
const EU = 'http://publications.europa.eu/resource/authority';

export const PUBLIC_ACCESS = iri(`${EU}/access-right/PUBLIC`);
export const RESTRICTED_ACCESS = iri(`${EU}/access-right/RESTRICTED`);
export const CODE_LISTS = {
  accessRight: iri(`${EU}/access-right`),
  dataTheme: iri(`${EU}/data-theme`),
  fileType: iri(`${EU}/file-type`),
  frequency: iri(`${EU}/frequency`),
  highValue: iri('http://data.europa.eu/bna/asd487ae75'),
  statuut: iri('https://metadata.vlaanderen.be/id/GDI-Vlaanderen-Trefwoorden'),
} as const;
/** Codes of the European list of data themes. */
export const DATA_THEMES = [
  'AGRI',
  'ECON',
  'EDUC',
  'ENER',
  'ENVI',
  'GOVE',
  'HEAL',
  'INTR',
  'JUST',
  'REGI',
  'SOCI',
  'TECH',
  'TRAN',
] as const;
export type DataTheme = (typeof DATA_THEMES)[number];

export const dataTheme = (code: DataTheme): Iri => iri(`${EU}/data-theme/${code}`);

/** European themes of what each of ours is about; portals sort by them. */
export const THEME_CODES: Readonly<Record<Theme, readonly Iri[]>> = {
  'heat-stress': [dataTheme('ENVI')],
  'water-level': [dataTheme('ENVI')],
  mobility: [dataTheme('TRAN')],
  'device-status': [dataTheme('TECH')],
};
/** Of the descriptions of sensors and places. */
export const SENSORS_THEMES: readonly Iri[] = [dataTheme('TECH'), dataTheme('REGI')];

export const UPDATES = {
  open: iri(`${EU}/frequency/UPDATE_CONT`),
  closed: iri(`${EU}/frequency/NEVER`),
} as const;

const LANGUAGE_CODES = { nl: 'NLD', en: 'ENG', fr: 'FRA', de: 'DEU' } as const;
export type Language = keyof typeof LANGUAGE_CODES;
export const LANGUAGES = Object.keys(LANGUAGE_CODES) as readonly Language[];

export function languageIri(language: Language): Iri {
  return iri(`${EU}/language/${LANGUAGE_CODES[language]}`);
}

/** Categories of the regulation on data sets of high value (EU 2023/138), by the end of their English names. */
const HIGH_VALUE_CODES = {
  geospatial: 'c_ac64a52d',
  'earth-observation-and-environment': 'c_dd313021',
  meteorological: 'c_164e0bf5',
  statistics: 'c_e1da4e07',
  companies: 'c_a9135398',
  mobility: 'c_b79e35eb',
} as const;
export type HighValueCategory = keyof typeof HIGH_VALUE_CODES;
export const HIGH_VALUE_CATEGORIES = Object.keys(HIGH_VALUE_CODES) as readonly HighValueCategory[];
export const HIGH_VALUE_REGULATION = iri('http://data.europa.eu/eli/reg_impl/2023/138/oj');

export function highValueIri(category: HighValueCategory): Iri {
  return iri(`http://data.europa.eu/bna/${HIGH_VALUE_CODES[category]}`);
}

const PUBLISHER_CODES = {
  'local-authority': 'LocalAuthority',
  'regional-authority': 'RegionalAuthority',
  'national-authority': 'NationalAuthority',
  'supra-national-authority': 'SupraNationalAuthority',
  company: 'Company',
  'non-profit': 'NonProfitOrganisation',
  academia: 'Academia-ScientificOrganisation',
} as const;
export type PublisherType = keyof typeof PUBLISHER_CODES;
export const PUBLISHER_TYPES = Object.keys(PUBLISHER_CODES) as readonly PublisherType[];

export function publisherTypeIri(type: PublisherType): Iri {
  return iri(`http://purl.org/adms/publishertype/${PUBLISHER_CODES[type]}`);
}

/** Flemish portals show what has these as open data. */
export const OPEN_DATA = {
  dataset: iri(`${CODE_LISTS.statuut.value}/VLOPENDATA`),
  service: iri(`${CODE_LISTS.statuut.value}/VLOPENDATASERVICE`),
} as const;

export const DCAT_AP_VL = iri(
  'https://data.vlaanderen.be/doc/applicatieprofiel/DCAT-AP-VL/erkendestandaard/2026-02-24',
);
/** What is not open but about places: the Flemish profile of before asks for a status of everything. */
export const GEOGRAPHIC_DATA = iri(`${CODE_LISTS.statuut.value}/GEODATA`);

/** What an event stream and its views conform to. */
export const STREAM_SPECIFICATIONS: readonly Iri[] = [iri('https://w3id.org/tree/specification'), LDES_SPECIFICATION];
/** The text that explains how such a view is read. */
export const LDES_EXPLAINED = iri('https://semiceu.github.io/LinkedDataEventStreams/');

/** A kind of document, by its media type and its place in the European list of file types. */
export const DOCUMENT_KINDS = {
  turtle: { mediaType: mediaType('text/turtle'), format: iri(`${EU}/file-type/RDF_TURTLE`) },
  json: { mediaType: mediaType('application/json'), format: iri(`${EU}/file-type/JSON`) },
} as const;

function mediaType(name: string): Iri {
  return iri(`https://www.iana.org/assignments/media-types/${name}`);
}
