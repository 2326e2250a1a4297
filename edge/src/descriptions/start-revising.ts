import { type DatastreamKey, type EpochMs, formatInstant } from '@meetbrug/protocols/observation';
import type { Logger } from 'pino';
import type { Device } from '../normalise/device-registry.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { type LevelRevision, planRevisions } from './plan-revisions.ts';

/** Between two chunks: uplinks come first. */
const PAUSE_MS = 10;
const WAIT_WHILE_FULL_MS = 1_000;
const CHUNKS_PER_LOG_LINE = 100;

export interface RevisingOptions {
  readonly outbox: Outbox;
  readonly devices: Iterable<Device>;
  readonly nowMs: () => EpochMs;
  readonly logger: Pick<Logger, 'info'>;
  /** There is something new to send. */
  readonly notify: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Derives levels again where a dated height has changed since the last start, out of the distances that the outbox still
 * keeps, chunk by chunk beside the uplinks. That the change is applied is noted at the end: a run that is killed begins
 * anew and finds its own corrections already there. Returns how to stop.
 */
export function startRevising(options: RevisingOptions): () => void {
  const { outbox, logger } = options;
  const planned = planRevisions(options.devices, (level) => outbox.appliedHeights(level));
  if (planned.length === 0) return () => undefined;
  const revisions = new Map(planned.map((revision) => [revision.distance.key, revision]));
  logPlan(planned, logger);

  const end = outbox.endPosition;
  let position = 0;
  let chunkCount = 0;
  let correctionCount = 0;
  let timer = setTimeout(reviseChunk, PAUSE_MS);
  return () => clearTimeout(timer);

  function reviseChunk(): void {
    try {
      if (outbox.isFull()) {
        timer = setTimeout(reviseChunk, WAIT_WHILE_FULL_MS);
        return;
      }
      const chunk = outbox.reviseLevels([position, end], revisions, options.nowMs());
      position = chunk.next;
      correctionCount += chunk.correctionCount;
      chunkCount += 1;
      if (chunk.correctionCount > 0) options.notify();
      if (position < end) timer = setTimeout(reviseChunk, PAUSE_MS);
      else finish(revisions);
      if (chunkCount % CHUNKS_PER_LOG_LINE === 0) logger.info({ position, end, correctionCount }, 'correcting levels');
    } catch (error) {
      options.failed(error);
    }
  }

  function finish(done: ReadonlyMap<DatastreamKey, LevelRevision>): void {
    outbox.noteAppliedHeights(done.values());
    logger.info({ correctionCount }, 'levels agree with the dated heights of the configuration');
  }
}

function logPlan(planned: readonly LevelRevision[], logger: RevisingOptions['logger']): void {
  for (const { history, fromMs } of planned) {
    const level = history.datastreams.local.key;
    logger.info({ level, from: formatInstant(fromMs) }, 'a dated height has changed: correcting the levels since then');
  }
}
