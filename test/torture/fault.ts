import type { SeededRandom } from '../fleet/seeded-random.ts';
import type { TortureStand } from './torture-stand.ts';

/** One round: the fleet publishes all the time, a fault does its work, and everything runs again at the end. */
export interface Round {
  readonly stand: TortureStand;
  /** Decides instants, victims and what a cut leaves. */
  readonly random: SeededRandom;
  readonly fleet: FleetTraffic;
}

/** What a fault may do with the traffic. */
export interface FleetTraffic {
  /** Ends publishing once every message has its acknowledgement. */
  pause(): Promise<void>;
  resume(): void;
  acknowledgedCount(): number;
  /** When the newest message left its network server. */
  lastSentMs(): number;
}

/** What the ledger counts. */
export const TALLIES = ['sigkill', 'power-cut', 'link', 'disk', 'clock', 'damage', 'restore'] as const;
export type Tally = (typeof TALLIES)[number];

/** Something that goes wrong. `apply` does it and mends it: programs run and lines are clear when it resolves. */
export interface Fault {
  readonly name: string;
  readonly tally: Tally;
  apply(round: Round): Promise<void>;
}
