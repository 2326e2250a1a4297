import { type NumberedNode, nodePath, parseNodePath, ROOT } from './tree.ts';
import { BY_PAGE, type StreamKind, type ViewDefinition } from './view-definition.ts';
import { generationLevels, generationPeriod } from './view-generation.ts';
import { keyLevels, keyRelations } from './view-key.ts';

/** A node of a view. */
export type ViewPath =
  | { readonly kind: 'root' }
  /** A generation, or a key or its beginning in one. With the whole key it is the node of a bucket: the root of its pages. */
  | { readonly kind: 'group'; readonly generation: readonly string[]; readonly key: readonly string[] }
  /** A page or an index node of a bucket; in `by-page`, the only bucket, generation and key are empty. */
  | {
      readonly kind: 'node';
      readonly generation: readonly string[];
      readonly key: readonly string[];
      readonly node: NumberedNode;
    }
  /** One of the pages of `latest`. */
  | { readonly kind: 'latest-bucket'; readonly index: number };

/** The part of a node's URL behind the view's root: empty for the root, `page/12`, `2026-11/air-temperature/index/1/0`. */
export function formatViewPath(path: ViewPath): string {
  switch (path.kind) {
    case 'root':
      return '';
    case 'group':
      return [...path.generation, ...path.key].join('/');
    case 'node':
      return [...path.generation, ...path.key, nodePath(path.node)].join('/');
    case 'latest-bucket':
      return `bucket/${path.index}`;
  }
}

const BUCKET = /^bucket\/(0|[1-9]\d{0,3})$/;

/** The inverse of {@link formatViewPath}; undefined for any other spelling and for what the view can never have. */
export function parseViewPath(view: ViewDefinition, text: string): ViewPath | undefined {
  if (text === '') return { kind: 'root' };
  if (view.kind === 'latest') {
    const index = Number(BUCKET.exec(text)?.[1] ?? Number.NaN);
    return index < view.buckets ? { kind: 'latest-bucket', index } : undefined;
  }
  if (view.kind === BY_PAGE) return parseNode([], [], text);
  const segments = text.split('/');
  const generation = segments.slice(0, generationLevels(view));
  const behind = segments.slice(generation.length);
  const key = behind.slice(0, keyLevels(view));
  if (generationPeriod(generation) === undefined) return undefined;
  if (key.length > 0 && keyRelations(view, ANY_MEMBERS, key) === undefined) return undefined;
  return behind.length > key.length
    ? parseNode(generation, key, behind.slice(key.length).join('/'))
    : { kind: 'group', generation, key };
}

/** Which keys there are does not depend on what the members are. */
const ANY_MEMBERS: StreamKind = 'observations';

function parseNode(generation: readonly string[], key: readonly string[], text: string): ViewPath | undefined {
  const node = parseNodePath(text);
  return node === undefined || node === ROOT ? undefined : { kind: 'node', generation, key, node };
}
