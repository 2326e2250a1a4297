import {
  ALL_ORGANISATIONS,
  BY_PAGE,
  createPageRenderer,
  parseViewPath,
  type RetentionPolicy,
  type StreamInfo,
  type StreamTerms,
  type ViewDefinition,
  type ViewPath,
} from '@meetbrug/protocols/ldes';
import { streamKindOf } from '../log/log-table.ts';
import type { Store } from '../log/open-store.ts';
import { createStampReader } from '../log/stamps.ts';
import { createViewTable } from '../log/views.ts';
import type { OutsideTerms } from '../outside/outside-terms.ts';
import { createIndexReader } from '../views/index-reader.ts';
import type { ViewIndex } from '../views/open-index.ts';
import { createStreamFinder, type StreamState } from '../views/stream-state.ts';
import { readByPage } from './by-page-content.ts';
import type { FeedSettings } from './feed.ts';
import { readKeyed } from './keyed-content.ts';
import { createLatestReader } from './latest-content.ts';
import { ABSENT, type NodeContent, type ReadView } from './node-content.ts';
import type { PageAnswer, PageRequest, SeenState } from './page-request.ts';
import { createMemberReader } from './read-members.ts';

export interface PageSourceSettings {
  readonly publicBaseUrl: string;
  /** By organisation and stream: `demo/heat-stress`. */
  readonly feeds: ReadonlyMap<string, FeedSettings>;
  /** Absent when no keyed view is served. */
  readonly index?: ViewIndex | undefined;
  /** Streams that enter no stream of all organisations, as `organisation/stream`. */
  readonly allWithout: readonly string[];
}

export interface PageSource {
  /** The document as the store and the index have it at this moment. */
  render(request: PageRequest): PageAnswer;
}

/** Makes the documents of all views. What is final is made the same for ever: the log only grows. */
export function createPageSource(store: Store, settings: PageSourceSettings): PageSource {
  const renderer = createPageRenderer(settings);
  const findStream = createStreamFinder(store);
  const views = createViewTable(store, settings.publicBaseUrl);
  const members = createMemberReader(store);
  const stampOf = createStampReader(store);
  const latest = createLatestReader(store, members, settings.allWithout);
  const keyed = settings.index && { index: createIndexReader(settings.index), members, stampOf };

  const read = (view: ReadView<ViewDefinition>, path: ViewPath): NodeContent => {
    const { definition } = view;
    if (definition.kind === BY_PAGE) {
      return path.kind === 'root' || path.kind === 'node'
        ? readByPage(members, stampOf, { ...view, definition }, path)
        : ABSENT;
    }
    if (definition.kind === 'latest') {
      return path.kind === 'root' || path.kind === 'latest-bucket'
        ? latest.read({ ...view, definition }, path)
        : ABSENT;
    }
    if (path.kind === 'latest-bucket') return ABSENT;
    return keyed === undefined ? { kind: 'filling' } : readKeyed(keyed, { ...view, definition }, path);
  };

  return {
    render({ organisation, stream: name, view: viewName, path: text, format }) {
      const feed = settings.feeds.get(`${organisation}/${name}`);
      const stream = findStream(organisation, name);
      const stored = stream && views.find(stream.id, viewName ?? BY_PAGE);
      if (feed === undefined || stream === undefined || stored === undefined || !stream.live) return { kind: 'absent' };
      const { definition, retention, dropped } = stored;
      const info = toInfo(feed, stream, definition, retention);
      if (viewName === undefined) {
        return { kind: 'page', bytes: renderer.renderStreamDocument(format, info), final: false, seen: seenOf(stream) };
      }
      const path = parseViewPath(definition, text);
      if (path === undefined) return { kind: 'absent' };
      const content = read({ stream, definition, dropped, retention }, path);
      if (content.kind !== 'content') return content;
      const { immutable, children, members: shown, indexed } = content;
      const bytes = renderer.render(format, { ...info, path: text, immutable, children, members: shown });
      return { kind: 'page', bytes, final: immutable, seen: seenOf(stream, indexed) };
    },
  };
}

function seenOf(
  { memberCount, closed }: StreamState,
  indexed?: { readonly nextOrdinal: number; readonly settledMs: number },
): SeenState {
  return { memberCount: indexed?.nextOrdinal ?? memberCount, settledMs: indexed?.settledMs ?? 0, closed };
}

function toInfo(
  { title, pollingIntervalSeconds, outside }: FeedSettings,
  { organisation, name, closed }: StreamState,
  definition: ViewDefinition,
  retention: RetentionPolicy | undefined,
) {
  const stream: StreamInfo = {
    organisation,
    name,
    title,
    pollingIntervalSeconds,
    kind: streamKindOf(name),
    ...(outside && { terms: toStreamTerms(outside) }),
    sequenced: organisation !== ALL_ORGANISATIONS && outside === undefined,
    ...(closed ? { closed } : {}),
  };
  return { stream, view: { definition, ...(retention && { retention }) } };
}

function toStreamTerms({ stampPredicate, versionOfPredicate, timestampPredicate }: OutsideTerms): StreamTerms {
  return {
    timestampPath: stampPredicate,
    versionOfPath: versionOfPredicate,
    ...(timestampPredicate === undefined ? {} : { versionTimestampPath: timestampPredicate }),
  };
}
