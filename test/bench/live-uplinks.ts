import { createFleet, type FleetMessage } from '../fleet/create-fleet.ts';
import { BENCH_FLEET } from './bench-fleet.ts';

/** The live rate that budgets are told in. */
export const LIVE_OBSERVATIONS_PER_SECOND = 500;

export interface LiveStart {
  /** Uplinks of the fleet that were published before: the live ones carry on behind them. */
  readonly published: number;
  /** What the edge makes of an uplink, on average. */
  readonly observationsPerUplink: number;
  readonly nowMs: number;
}

/** Uplinks of the fleet of the benchmarks at the live rate, from now on, without end. */
export function* liveUplinks({ published, observationsPerUplink, nowMs }: LiveStart): Generator<FleetMessage> {
  const uplinksPerSecond = Math.round(LIVE_OBSERVATIONS_PER_SECOND / observationsPerUplink);
  const fleet = createFleet({ ...BENCH_FLEET, uplinksPerSecond });
  const startMs = nowMs - (published * 1000) / uplinksPerSecond;
  let index = 0;
  for (const message of fleet.messages(startMs)) {
    if (index >= published) yield message;
    index += 1;
  }
}
