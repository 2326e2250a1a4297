export { CHARSET, contentType, MEDIA_TYPES, RDF_FORMATS, type RdfFormat } from './formats.ts';
export { memberTriples } from './member-triples.ts';
export type { ChildLink, PageDocument, StreamInfo, ViewInfo } from './page-document.ts';
export { nodeIri, pageTriples, streamContextTriples, streamIri } from './page-triples.ts';
export { createPageRenderer, type PageRenderer, type PageRendererOptions } from './render-page.ts';
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
export { writeDocument } from './writers/write-document.ts';
export { writeVocabulary } from './writers/write-vocabulary.ts';
