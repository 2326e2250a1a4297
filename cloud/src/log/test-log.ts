import { BODY_ENCODINGS, type WireGap, type WireObservation } from '@meetbrug/protocols/delivery';
import { createBatchLog } from './append-batch.ts';
import { commitGroup } from './commit-group.ts';
import { createStreamTable } from './streams.ts';
import { openTestStore } from './test-store.ts';

export const T0 = Date.UTC(2026, 6, 1, 12);
export const EPOCH = '00112233445566aa';
export const KEY = 'meetpunt-1.sensor-1.luchttemperatuur.momentaan';

/** An air temperature as an edge describes it. */
export function description(changes: object = {}) {
  return {
    datastream: KEY,
    version: 1,
    validFromMs: T0 - 1,
    property: 'air-temperature',
    measuringPoint: { name: 'meetpunt-1', label: 'Meetpunt 1', longitude: 3.72, latitude: 51.05 },
    sensor: { name: 'sensor-1', manufacturer: 'Milesight', model: 'EM300-TH' },
    procedure: { name: 'momentaan', label: 'momentane meting' },
    licence: 'https://example.org/licence',
    ...changes,
  };
}

/** A temperature so many minutes after {@link T0}. */
export function value(text: string, minute = 0): WireObservation {
  return [0, T0 + minute * 60_000, null, T0 + minute * 60_000, text, 0];
}

export interface TestBatch {
  readonly key?: string;
  /** Further datastreams of the batch. */
  readonly others?: readonly string[];
  readonly edge?: string;
  readonly epoch?: string;
  readonly version?: number;
  readonly descriptions?: readonly object[];
  readonly uplinks: readonly (readonly [number, number, readonly WireObservation[], (readonly WireGap[])?])[];
}

/** A log of its own for one test, and what to give it. */
export function createTestLog() {
  const { store } = openTestStore();
  const streams = createStreamTable(store);
  const log = createBatchLog(store, streams, 10_000_000);
  const commit = (batch: TestBatch, nowMs = T0) => {
    const { edge = 'edge-a', epoch = EPOCH, version = 1, descriptions = [], uplinks, key = KEY, others = [] } = batch;
    const datastreams = [key, ...others].map((name) => [name, version]);
    const text = JSON.stringify({ version: 1, epoch, datastreams, descriptions, uplinks });
    const body = Buffer.concat([Buffer.from([BODY_ENCODINGS.json]), Buffer.from(text)]);
    const group = commitGroup(store, streams, log, [{ edge, organisation: 'demo', body }], nowMs);
    if (!group.ok) throw new Error(group.fault.detail);
    const outcome = group.value.outcomes[0];
    if (outcome === undefined) throw new Error('no outcome');
    return outcome;
  };
  const members = () =>
    store
      .prepare<[], { ordinal: number; mantissa: number; revision: number; stamp_ms: number }>(
        'SELECT ordinal, mantissa, revision, stamp_ms FROM log ORDER BY stream, ordinal',
      )
      .all();
  return { store, streams, log, commit, members };
}
