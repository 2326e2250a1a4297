import {
  createPageRenderer,
  describeNode,
  type PageDocument,
  type PageRenderer,
  type RdfFormat,
  type TreeNode,
} from '@meetbrug/protocols/ldes';
import { SENSORS_STREAM } from '../log/entities.ts';
import type { Store } from '../log/open-store.ts';
import { BY_PAGE, type FeedSettings } from './feed.ts';
import { createMemberReader } from './read-members.ts';

/** One document of a feed, as it stands when the stream has `memberCount` members. */
export interface PageRequest {
  readonly feed: FeedSettings;
  readonly streamId: number;
  /** Undefined: the document at the stream's own IRI. */
  readonly node: TreeNode | undefined;
  readonly memberCount: number;
  readonly format: RdfFormat;
}

export interface PageSource {
  /** Bytes of the document; undefined for a node that the tree does not have at that count. */
  render(request: PageRequest): Uint8Array<ArrayBuffer> | undefined;
}

const TEMPLATES_MAX = 4_000;
const TEMPLATES_MIN = 200;

/** Makes pages from the log. The same request gives the same bytes, for ever: the log only grows. */
export function createPageSource(store: Store, publicBaseUrl: string, organisations: number): PageSource {
  const reader = createMemberReader(store);
  const renderers = new Map<string, PageRenderer>();
  const templatesMax = Math.max(TEMPLATES_MIN, Math.floor(TEMPLATES_MAX / organisations));

  const rendererOf = (organisation: string): PageRenderer => {
    const known = renderers.get(organisation);
    if (known !== undefined) return known;
    const renderer = createPageRenderer({ publicBaseUrl, organisation, templatesMax });
    renderers.set(organisation, renderer);
    return renderer;
  };

  return {
    render({ feed, streamId, node, memberCount, format }) {
      const renderer = rendererOf(feed.organisation);
      const stream: PageDocument['stream'] = {
        name: feed.stream,
        title: feed.title,
        pollingIntervalSeconds: feed.pollingIntervalSeconds,
        kind: feed.stream === SENSORS_STREAM ? 'entities' : 'observations',
      };
      const settings = { pageSize: feed.pageSize, fanOut: feed.fanOut };
      const view = { name: BY_PAGE, settings };
      if (node === undefined) return renderer.renderStreamDocument(format, { stream, view });
      const description = describeNode(settings, node, memberCount);
      if (description === undefined) return undefined;
      const { immutable, firstMember, endMember, children } = description;
      const stampMs = (ordinal: number) => reader.stampMs(feed.stream, streamId, ordinal);
      return renderer.render(format, {
        stream,
        view,
        node,
        immutable,
        children: children.map((child) => ({
          node: child.node,
          fromMs: stampMs(child.firstMember),
          ...(child.lastMember === undefined ? {} : { untilMs: stampMs(child.lastMember) + 1 }),
        })),
        members:
          node !== 'root' && node.level === 0 ? reader.members(feed.stream, streamId, firstMember, endMember) : [],
      });
    },
  };
}
