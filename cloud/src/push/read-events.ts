import { BY_PAGE, createPageRenderer, type LineFrame } from '@meetbrug/protocols/ldes';
import { createMemberReader } from '../ldes/read-members.ts';
import type { LogTable } from '../log/log-table.ts';
import type { Store } from '../log/open-store.ts';
import { createViewTable } from '../log/views.ts';
import { createStreamFinder, type StreamState } from '../views/stream-state.ts';
import { lostText, MEMBER_SUFFIX, memberPrefix } from './event-text.ts';
import type { EventsAnswer, EventsRequest } from './events-task.ts';
import { createObservationMessages } from './observation-messages.ts';

/** Members of one chunk, at most, and its bytes, but for one member that alone has more. */
export const CHUNK_MEMBERS_MAX = 200;
export const CHUNK_BYTES_MAX = 262_144;

const FRAME: LineFrame = { before: ({ ordinal }) => memberPrefix(ordinal), after: MEMBER_SUFFIX };

/**
 * Reads what follows an ordinal, for readers that are pushed to, and writes it as their events. What `by-page` has dropped
 * is lost here too: what it shows, it promises to have, so the one way of reading gives what the other gives.
 */
export function createEventReader(store: Store, publicBaseUrl: string): (request: EventsRequest) => EventsAnswer {
  const findStream = createStreamFinder(store);
  const views = createViewTable(store, publicBaseUrl);
  const members = createMemberReader(store);
  const renderer = createPageRenderer({ publicBaseUrl });
  const messages = createObservationMessages(store, publicBaseUrl);
  const firstFrom = createFirstFinder(store);

  /** The first ordinal from one on that there is. */
  const firstKept = (stream: StreamState, from: number, until: number): number => {
    const view = views.find(stream.id, BY_PAGE);
    const { definition } = view ?? {};
    const dropped = definition?.kind === BY_PAGE ? (view?.dropped ?? 0) * definition.pageSize * definition.fanOut : 0;
    const wanted = Math.max(from, dropped);
    return wanted >= until ? until : Math.min(firstFrom(stream, wanted) ?? until, until);
  };

  return (request) => {
    const stream = findStream(request.organisation, request.stream);
    if (stream === undefined || !stream.live) return { kind: 'absent' };
    const { from } = request;
    const until = Math.min(request.until, stream.memberCount);
    const kept = until > from ? firstKept(stream, from, until) : from;
    const end = Math.max(kept, Math.min(until, kept + CHUNK_MEMBERS_MAX));
    const found = members.range(stream, kept, end);
    const first = found[0]?.ordinal ?? end;
    const run = found.slice(
      0,
      firstGap(
        found.map(({ ordinal }) => ordinal),
        first,
      ),
    );
    const lost = first > from ? lostText({ from, until: first }) : '';
    const { bytes, spans } = renderer.renderLines(stream, run, FRAME, CHUNK_BYTES_MAX);
    const next = first + spans.length / 2;
    return {
      kind: 'events',
      ...withText(lost, bytes, spans),
      next,
      observations: request.observations && stream.table === 'log' ? messages(stream, first, next) : [],
    };
  };
}

/** How many of rising ordinals follow each other from `first` on. */
function firstGap(ordinals: readonly number[], first: number): number {
  const gap = ordinals.findIndex((ordinal, index) => ordinal !== first + index);
  return gap === -1 ? ordinals.length : gap;
}

function withText(text: string, bytes: Uint8Array<ArrayBuffer>, spans: readonly number[]) {
  if (text === '') return { body: bytes, spans };
  const body = new Uint8Array(text.length + bytes.length);
  new TextEncoder().encodeInto(text, body);
  body.set(bytes, text.length);
  return { body, spans: spans.map((at) => at + text.length) };
}

/** Finds the first ordinal of a stream from one on; undefined when there is none. */
function createFirstFinder(store: Store) {
  const statements = new Map<LogTable, ReturnType<typeof prepareFirst>>();
  return ({ id, table }: Pick<StreamState, 'id' | 'table'>, from: number): number | undefined => {
    const statement = statements.get(table) ?? prepareFirst(store, table);
    statements.set(table, statement);
    return statement.get(id, from)?.ordinal;
  };
}

function prepareFirst(store: Store, table: LogTable) {
  return store.prepare<[number, number], { ordinal: number }>(
    `SELECT ordinal FROM ${table} WHERE stream = ? AND ordinal >= ? ORDER BY ordinal LIMIT 1`,
  );
}
