import type { Fleet, FleetMessage } from '../fleet/create-fleet.ts';
import { publishFleet } from '../fleet/publish-fleet.ts';
import type { FleetTraffic } from './fault.ts';
import type { UplinkLedger } from './uplink-ledger.ts';

export interface TrafficOptions {
  readonly url: string;
  readonly fleet: Fleet;
  readonly ledger: UplinkLedger;
  /** When the first uplink was measured; in the past: everything since then comes as fast as the edge takes it. */
  readonly startMs: number;
}

export interface RunningTraffic extends FleetTraffic {
  /** Ends publishing; how many messages are left without an acknowledgement. */
  end(): Promise<number>;
}

const WINDOW_MAX = 1_000;
const DRAIN_TIMEOUT_MS = 20_000;

/** The fleet publishes at its rate until it is paused or ended; every message and acknowledgement goes into the ledger. */
export function startTraffic({ url, fleet, ledger, startMs }: TrafficOptions): RunningTraffic {
  const messages = fleet.messages(startMs);
  let lastSentMs = startMs;
  const next = (): IteratorResult<FleetMessage> => {
    const { value } = messages.next();
    lastSentMs = value.sendMs;
    ledger.sent.push(value);
    return { done: false, value };
  };
  let run = begin();

  function begin() {
    const over = new AbortController();
    const publishing = publishFleet({
      url,
      clientId: 'torture-fleet',
      // Not the generator itself: it would end for good with the first pause.
      messages: { [Symbol.iterator]: () => ({ next }) },
      pace: 'as-timed',
      windowMax: WINDOW_MAX,
      onAcknowledged: (message) => ledger.acknowledge(message),
      signal: over.signal,
      drainTimeoutMs: DRAIN_TIMEOUT_MS,
    });
    return { over, publishing };
  }

  async function end(): Promise<number> {
    run.over.abort();
    return (await run.publishing).unacknowledged;
  }

  return {
    async pause() {
      const unacknowledged = await end();
      if (unacknowledged > 0) throw new Error(`${unacknowledged} uplinks were not acknowledged before a pause`);
    },
    resume() {
      run = begin();
    },
    end,
    acknowledgedCount: () => ledger.acknowledged.length,
    lastSentMs: () => lastSentMs,
  };
}
