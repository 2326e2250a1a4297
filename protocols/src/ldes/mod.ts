export type { ChildLink, ChildRelation } from './child-relation.ts';
export { CHARSET, contentType, MEDIA_TYPES, RDF_FORMATS, type RdfFormat } from './formats.ts';
export { formatTile, type MapTile, parseTile, tileAt, tilePolygon } from './map-tile.ts';
export { memberTriples } from './member-triples.ts';
export type { PageDocument, StreamInfo, StreamTerms, ViewInfo } from './page-document.ts';
export { pageTriples } from './page-triples.ts';
export { type FirstLevelNode, planRetention } from './plan-retention.ts';
export {
  createPageRenderer,
  type LineFrame,
  type MemberLines,
  type PageRenderer,
  type PageRendererOptions,
  type StreamName,
} from './render-page.ts';
export { nodeIri, streamContextTriples, streamIri } from './stream-context.ts';
export {
  describeNode,
  type NodeDescription,
  type NumberedNode,
  nodePath,
  parseNodePath,
  ROOT,
  type TreeChild,
  type TreeNode,
  type TreeSettings,
  treeSettingsSchema,
} from './tree.ts';
export {
  ALL_ORGANISATIONS,
  type BucketedView,
  BY_PAGE,
  type KeyedView,
  type RetentionPolicy,
  type StreamKind,
  VIEW_KINDS,
  type ViewDefinition,
  type ViewKind,
  viewDefinitionSchema,
} from './view-definition.ts';
export { generationLevels, generationOf, generationPeriod, isGenerationOver } from './view-generation.ts';
export { type EntityFacts, keyLevels, type MemberFacts, type ObservationFacts } from './view-key.ts';
export { formatViewPath, parseViewPath, type ViewPath } from './view-path.ts';
export {
  type Bucket,
  bucketKey,
  describeBucketNode,
  groupRelations,
  isBucketNode,
  isGroupFinished,
  isImmutable,
  latestBucket,
  type ViewState,
} from './view-tree.ts';
export { writeDocument } from './writers/write-document.ts';
export { writeVocabulary } from './writers/write-vocabulary.ts';
