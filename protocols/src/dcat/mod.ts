export {
  DATA_THEMES,
  type DataTheme,
  HIGH_VALUE_CATEGORIES,
  type HighValueCategory,
  LANGUAGES,
  type Language,
  PUBLISHER_TYPES,
  type PublisherType,
} from './authorities.ts';
export type {
  BoundingBox,
  Catalogue,
  CatalogueApi,
  CatalogueDataset,
  Contact,
  DatasetContents,
  Publisher,
} from './catalogue.ts';
export { CATALOGUE_SHAPES } from './catalogue-shapes.ts';
export { CATALOGUE_NAMESPACES } from './catalogue-terms.ts';
export { catalogueModifiedMs, catalogueTriples } from './catalogue-triples.ts';
export { writeRdfXml } from './rdf-xml.ts';
export {
  CATALOGUE_FORMATS,
  CATALOGUE_MEDIA_TYPES,
  type CatalogueFormat,
  catalogueContentType,
  writeCatalogue,
} from './write-catalogue.ts';
