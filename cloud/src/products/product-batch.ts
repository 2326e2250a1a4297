import { zstdCompressSync } from 'node:zlib';
import {
  type Batch,
  BODY_ENCODINGS,
  DELIVERY_VERSION,
  type WireObservation,
  type WireUplink,
} from '@meetbrug/protocols/delivery';
import type { DatastreamDescription, DatastreamKey } from '@meetbrug/protocols/observation';
import { CLOUD_EPOCH } from './cloud-sender.ts';
import type { ComputedValue } from './compute-day.ts';

/** Values that go into one body at most: far below the bounds of the contract. */
export const BATCH_VALUES_MAX = 500;

/**
 * The body that delivers computed values of one organisation, as an edge would: one uplink a value, numbered from
 * `firstSequence`, with the descriptions that the log does not have yet.
 */
export function encodeProductBatch(
  values: readonly ComputedValue[],
  firstSequence: number,
  nowMs: number,
  isKnown: (description: DatastreamDescription) => boolean,
): Uint8Array {
  const indexes = new Map<DatastreamKey, number>();
  const datastreams: [DatastreamKey, number][] = [];
  const descriptions = new Map<DatastreamKey, DatastreamDescription>();
  const indexOf = (key: DatastreamKey, version: number): number => {
    const known = indexes.get(key);
    if (known !== undefined) return known;
    indexes.set(key, datastreams.length);
    return datastreams.push([key, version]) - 1;
  };
  const uplinks = values.map((value, position): WireUplink => {
    const { description, beginMs, endMs = null, quality, inputs } = value;
    if (!isKnown(description)) descriptions.set(description.datastream, description);
    const index = indexOf(description.datastream, description.version);
    // An input is named, not described: its version says nothing here.
    const named = inputs.map((input): [number, number] => [indexOf(input.datastream, 1), input.beginMs]);
    const wire: WireObservation =
      named.length === 0
        ? [index, beginMs, endMs, nowMs, value.value, quality]
        : [index, beginMs, endMs, nowMs, value.value, quality, named];
    return [firstSequence + position, nowMs, [wire]];
  });
  const batch: Batch = {
    version: DELIVERY_VERSION,
    epoch: CLOUD_EPOCH,
    datastreams,
    descriptions: [...descriptions.values()],
    uplinks,
  };
  return Buffer.concat([Buffer.of(BODY_ENCODINGS.zstd), zstdCompressSync(JSON.stringify(batch))]);
}
