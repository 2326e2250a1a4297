import {
  type Batch,
  DELIVERY_VERSION,
  type WireGap,
  type WireObservation,
  type WireUplink,
} from '@meetbrug/protocols/delivery';
import type { DatastreamDescription } from '@meetbrug/protocols/observation';
import type { StoredUplink } from '../outbox/outbox.ts';

export interface BatchContext {
  readonly epoch: string;
  /** 16 random hex digits: this start of the edge. */
  readonly run: string;
  readonly description: (id: number) => DatastreamDescription | undefined;
  /** Whether the cloud has been sent this description on this connection. */
  readonly isDescribed: (id: number) => boolean;
}

export interface AssembledBatch {
  readonly batch: Batch;
  /** Ids of the descriptions that the observations use. */
  readonly descriptionIds: readonly number[];
}

/** A batch of stored uplinks: description ids become indexes, and descriptions new to this connection come along. */
export function assembleBatch(uplinks: readonly StoredUplink[], context: BatchContext): AssembledBatch {
  const indexes = new Map<number, number>();
  const datastreams: Batch['datastreams'] = [];
  const descriptions: DatastreamDescription[] = [];
  const indexOf = (id: number): number => {
    const known = indexes.get(id);
    if (known !== undefined) return known;
    const description = context.description(id);
    if (description === undefined) throw new Error(`the outbox holds no description ${id}`);
    const index = datastreams.push([description.datastream, description.version]) - 1;
    indexes.set(id, index);
    if (!context.isDescribed(id)) descriptions.push(description);
    return index;
  };
  const wireUplinks = uplinks.map(({ sequence, receivedMs, observations, gaps }): WireUplink => {
    const wireObservations = observations.map(
      ([id, beginMs, endMs, resultMs, value, quality, inputs]): WireObservation =>
        inputs === undefined
          ? [indexOf(id), beginMs, endMs, resultMs, value, quality]
          : [indexOf(id), beginMs, endMs, resultMs, value, quality, inputs.map(([input, ms]) => [indexOf(input), ms])],
    );
    if (gaps === undefined) return [sequence, receivedMs, wireObservations];
    const wireGaps = gaps.map(([id, ...gap]): WireGap => [id === null ? null : indexOf(id), ...gap]);
    return [sequence, receivedMs, wireObservations, wireGaps];
  });
  return {
    batch: {
      version: DELIVERY_VERSION,
      epoch: context.epoch,
      run: context.run,
      datastreams,
      descriptions,
      uplinks: wireUplinks,
    },
    descriptionIds: [...indexes.keys()],
  };
}
