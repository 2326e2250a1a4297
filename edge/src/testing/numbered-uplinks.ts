import type { NewUplink, Outbox } from '../outbox/outbox.ts';
import { RECEIVED_MS } from './edge-fixture.ts';
import { plannedUplink } from './planned-uplinks.ts';

const PLANNED = plannedUplink(1);

export const MINUTE_MS = 60_000;

export interface UplinkVariation {
  /** Which observations of the heat sensor it carries; all of them by default. */
  readonly observations?: readonly number[];
  readonly payloadBytes?: number;
  readonly receivedMs?: number;
  /** Phenomenon time; when it was received by default. */
  readonly beginMs?: number;
}

/** An uplink of the heat sensor, the `number`th of one a minute. Made, not decoded: thousands take no time. */
export function numberedUplink(number: number, variation: UplinkVariation = {}): NewUplink {
  const { receivedMs = RECEIVED_MS + number * MINUTE_MS, payloadBytes = 100 } = variation;
  const beginMs = variation.beginMs ?? receivedMs;
  return {
    ...PLANNED,
    receivedMs,
    payload: Buffer.alloc(payloadBytes, 'x'),
    fingerprint: { high: Math.imul(number, 2_654_435_761) >>> 0, low: number, session: 0 },
    observations: PLANNED.observations
      .filter((_, index) => variation.observations?.includes(index) ?? true)
      .map(({ inputs: _, ...observation }) => ({ ...observation, beginMs, resultMs: beginMs })),
  };
}

/** Commits one group as the intake does. Returns whether it was taken. */
export function commitGroup(outbox: Outbox, uplinks: readonly NewUplink[]): boolean {
  return outbox.commit((writer) => {
    for (const uplink of uplinks) {
      outbox.window.add(uplink.fingerprint);
      writer.addUplink(uplink);
    }
  }).ok;
}

/** Numbers from one to another, both included. */
export function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
