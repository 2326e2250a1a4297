import type { EpochMs } from '@meetbrug/protocols/observation';
import type { SeededRandom } from '../fleet/seeded-random.ts';
import type { PlannedUplink } from './plan-schedule.ts';
import type { SimulatedEdge } from './simulated-edge.ts';
import type { SimulatedUplink } from './simulated-uplinks.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface SourceSurroundings {
  readonly time: VirtualTime;
  readonly random: SeededRandom;
  /** Undefined while the process of that edge is down. */
  readonly edgeOf: (edge: number) => SimulatedEdge | undefined;
  readonly edgeNowMs: (edge: number) => EpochMs;
  readonly acknowledged: (uplink: SimulatedUplink) => void;
}

const RETRY_MS = { min: 500, max: 8_000 } as const;
/** A source that hears nothing delivers again. */
const ANSWER_TIMEOUT_MS = 5_000;
const ANSWER_DELAY_MS_MAX = 30;

/** Network servers and brokers in front of the edges: each road delivers an uplink until it is told that it is safe. */
export class SimulatedSources {
  readonly #surroundings: SourceSurroundings;
  #openDeliveries = 0;

  constructor(surroundings: SourceSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Deliveries that no edge has taken yet. */
  get openDeliveries(): number {
    return this.#openDeliveries;
  }

  send({ roadsMs }: PlannedUplink, uplink: SimulatedUplink): void {
    for (const atMs of roadsMs) {
      this.#openDeliveries += 1;
      this.#surroundings.time.after(atMs, () => this.#deliver(uplink));
    }
  }

  #deliver(uplink: SimulatedUplink): void {
    const { time, random, edgeOf, edgeNowMs, acknowledged } = this.#surroundings;
    let isOver = false;
    const again = () => {
      if (isOver) return;
      isOver = true;
      time.after(random.between(RETRY_MS.min, RETRY_MS.max), () => this.#deliver(uplink));
    };
    const edge = edgeOf(uplink.edge);
    if (edge === undefined) {
      again();
      return;
    }
    time.after(ANSWER_TIMEOUT_MS, again);
    const { topic, payload } = uplink;
    edge.deliver({ topic, payload, receivedMs: edgeNowMs(uplink.edge) }, (outcome) => {
      // The answer travels: when the process ends before it has left, the source never hears it.
      edge.timers.after(random.between(0, ANSWER_DELAY_MS_MAX), () => {
        if (!outcome.ok) again();
        if (isOver) return;
        isOver = true;
        this.#openDeliveries -= 1;
        acknowledged(uplink);
      });
    });
  }
}
