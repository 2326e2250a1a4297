import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import { createColdWorker } from '../cold/cold-work.ts';
import { storePolicyOf } from '../config/retention-config.ts';
import { declareOutsideStream } from '../outside/declare-stream.ts';
import { createOutsideLog } from '../outside/outside-log.ts';
import { createViewsUnderRetention } from '../retention/open-retention.ts';
import { createStoreRetention } from '../retention/store-retention.ts';
import { type AllStreams, openAllStreams } from './all-streams.ts';
import { createBatchLog } from './append-batch.ts';
import { commitStampMs } from './commit-clock.ts';
import { commitGroup, inTransaction } from './commit-group.ts';
import { openStoreForWriting, type Store } from './open-store.ts';
import { retainViews } from './retain-views.ts';
import type { StreamTable } from './streams.ts';
import { createViewTable, type ViewTable } from './views.ts';
import type { WriterReply, WriterRequest, WriterSettings } from './writer-messages.ts';

type BatchRequest = Extract<WriterRequest, { kind: 'batch' }>;
type OutsideRequest = Extract<WriterRequest, { kind: 'outside' }>;

/** Bytes on the link that one transaction takes: bounds how long the oldest batch of a group waits. */
const GROUP_BYTES_MAX = 4_194_304;

/** The store of a cloud, open for its one writer. */
export interface OpenedLog {
  readonly store: Store;
  readonly streams: StreamTable;
  readonly all: AllStreams;
  readonly views: ViewTable;
}

/** How a session hears and answers: the port of a worker, or a queue in the same process. */
export interface WriterPort {
  /** The next request that waits, without waiting for one. */
  readonly next: () => WriterRequest | undefined;
  readonly reply: (message: WriterReply) => void;
  readonly monotonicMs: () => number;
}

export interface WriterSession {
  /** Serves this request and what waits behind it. Throws when a commit failed: then nothing more may be asked of it. */
  handle(first: WriterRequest): 'open' | 'stopped';
  /** One step of what is done while no batch waits; false when there is nothing to do until a setting changes. */
  fill(): boolean;
  /** Whether {@link fill} has something to do after a request. */
  wantsTurn(): boolean;
}

/** Opens the store with its feeds; a fault says what the operator must change. */
export function openLog(settings: WriterSettings): Result<OpenedLog, Fault<'log-refused'>> {
  let store: Store;
  try {
    store = openStoreForWriting(settings.file);
  } catch (error) {
    return fail('log-refused', `--data-dir: ${settings.file} cannot be opened: ${(error as Error).message}`);
  }
  const views = createViewTable(store, settings.publicBaseUrl);
  const { streams, all } = openAllStreams(store, settings.all);
  const retained = createViewsUnderRetention(store, views);
  // All or none: what is stored can never be said otherwise, so nothing of a configuration that is refused may be.
  store.exec('BEGIN IMMEDIATE');
  const faults = settings.feeds.flatMap((feed) => {
    const stream = streams.open(feed.organisation, feed.stream);
    const faults = feed.views.flatMap(({ definition, retention }) => {
      const isNew = views.find(stream.id, definition.name) === undefined;
      const view = views.open(stream, definition, retention);
      const begun = view.ok && isNew ? retained.begin(stream, definition) : view;
      return begun.ok ? [] : [begun.fault.detail];
    });
    const policy = storePolicyOf(settings.retention, feed.organisation, feed.stream);
    const obstacle = policy && retained.obstacle(stream, policy);
    const declared = feed.outside && declareOutsideStream(store, stream, feed.outside);
    return [
      ...faults,
      ...(obstacle === undefined ? [] : [obstacle]),
      ...(declared === undefined || declared.ok ? [] : [declared.fault.detail]),
    ];
  });
  store.exec(faults.length === 0 ? 'COMMIT' : 'ROLLBACK');
  const [fault] = faults;
  if (fault !== undefined) {
    store.close();
    return fail('log-refused', fault);
  }
  return ok({ store, streams, all, views });
}

/**
 * The one writer's work, whatever thread it has. It takes whatever batches wait and commits them together, so the group
 * grows with the load and an idle cloud commits at once.
 */
export function createWriterSession(
  opened: OpenedLog,
  settings: WriterSettings,
  { next, reply, monotonicMs }: WriterPort,
): WriterSession {
  const { store, views } = opened;
  let { streams, all } = opened;
  const openBatchLog = () => createBatchLog(store, streams, settings.quarantineBytesMax, settings.renderVersion);
  let log = openBatchLog();
  let outside = createOutsideLog(store, streams);
  let quarantineDropped = 0;
  const retention = createStoreRetention(store, views, (organisation, stream) =>
    storePolicyOf(settings.retention, organisation, stream),
  );

  /** What is remembered of a transaction that was rolled back is wrong. */
  const forget = () => {
    ({ streams, all } = openAllStreams(store, settings.all));
    for (const { organisation, stream } of settings.feeds) streams.open(organisation, stream);
    log = openBatchLog();
    outside = createOutsideLog(store, streams);
    quarantineDropped = 0;
    retention.reset();
  };

  const commit = (requests: readonly BatchRequest[]) => {
    const startedMs = monotonicMs();
    const ids = requests.map(({ id }) => id);
    const group = commitGroup(store, streams, log, requests, Math.max(...requests.map(({ nowMs }) => nowMs)));
    if (!group.ok) {
      if (group.fault.code === 'disk-full') forget();
      reply({ kind: group.fault.code, ids, detail: group.fault.detail });
      return;
    }
    const dropped = log.quarantineDropped() - quarantineDropped;
    quarantineDropped += dropped;
    reply({
      kind: 'committed',
      batches: group.value.outcomes.map((outcome, index) => ({ id: ids[index] as number, ...outcome })),
      outside: [],
      heads: group.value.heads,
      commitSeconds: (monotonicMs() - startedMs) / 1000,
      quarantineDropped: dropped,
    });
  };

  const appendOutside = ({ id, append, nowMs }: OutsideRequest) => {
    const startedMs = monotonicMs();
    const stamp = commitStampMs(nowMs, streams.lastStampMs());
    if (!stamp.ok) return reply({ kind: stamp.fault.code, ids: [id], detail: stamp.fault.detail });
    const done = inTransaction(store, () => {
      streams.refresh();
      return { results: outside.append(append, stamp.value), heads: streams.saveHeads() };
    });
    if (!done.ok) {
      forget();
      return reply({ kind: done.fault.code, ids: [id], detail: done.fault.detail });
    }
    const { results, heads } = done.value;
    const detail = `stream ${append.organisation}/${append.stream} takes no members any more`;
    if (results === undefined) reply({ kind: 'stream-closed', id, detail });
    const commitSeconds = (monotonicMs() - startedMs) / 1000;
    const committed = results === undefined ? [] : [{ id, results }];
    reply({ kind: 'committed', batches: [], outside: committed, heads, commitSeconds, quarantineDropped: 0 });
  };

  const coldWorker = createColdWorker(store);
  const doCold = ({ id, work }: Extract<WriterRequest, { kind: 'cold' }>) => {
    const done = inTransaction(store, () => coldWorker(work));
    if (!done.ok) forget();
    reply({ kind: 'cold-done', id, ...(done.ok ? {} : { detail: done.fault.detail }) });
  };

  const tend = (retain: boolean) => {
    const tended = inTransaction(store, () => {
      streams.refresh();
      const held = retain ? retention.plan(streams.heads(), streams.lastStampMs()) : undefined;
      const dropped = retain ? retainViews(store, views, streams.heads(), streams.lastStampMs()) : [];
      return { heads: streams.saveHeads(), views: dropped, held };
    });
    if (!tended.ok) return forget();
    const { held, ...changes } = tended.value;
    if (changes.heads.length + changes.views.length > 0) reply({ kind: 'tended', ...changes });
    if (held !== undefined) reply({ kind: 'retained', held });
  };

  return {
    fill() {
      const step = inTransaction(store, () => ({
        goesOn: all.fill() || retention.sweep(),
        heads: streams.saveHeads(),
      }));
      if (!step.ok) {
        forget();
        return false;
      }
      if (step.value.heads.length > 0) reply({ kind: 'tended', heads: step.value.heads, views: [] });
      return step.value.goesOn;
    },
    wantsTurn: () => retention.hasWork(),
    handle(first) {
      let batches: BatchRequest[] = [];
      let bytes = 0;
      const flush = () => {
        if (batches.length > 0) commit(batches);
        batches = [];
      };
      for (let request: WriterRequest | undefined = first; request !== undefined; request = next()) {
        if (request.kind === 'batch') {
          batches.push(request);
          bytes += request.body.length;
          if (bytes >= GROUP_BYTES_MAX) break;
          continue;
        }
        flush();
        if (request.kind === 'stop') {
          store.close();
          return 'stopped';
        }
        if (request.kind === 'tend') tend(request.retain);
        else if (request.kind === 'cold') doCold(request);
        else if (request.kind === 'outside') appendOutside(request);
        else reply({ kind: 'welcome', id: request.id, welcome: log.progress.welcome(request.edge) });
      }
      flush();
      return 'open';
    },
  };
}
