import type { DatastreamKey } from '@meetbrug/protocols/observation';
import type { EdgeConfig } from '../config/edge-config.ts';
import type { DeviceRegistry } from '../normalise/device-registry.ts';
import type { ClockState } from '../quality/mod.ts';
import type { CounterState } from './counter/mod.ts';
import { Derivation } from './derivation.ts';
import { heatBindings } from './heat-bindings.ts';

export interface DerivationSurroundings {
  readonly clockState: ClockState;
  /** A counter as it was last committed. */
  readonly committedCounter: (datastream: DatastreamKey) => CounterState | undefined;
}

/** The derivation that a configuration asks for, over the datastreams of its devices. */
export function createDerivation(
  { heat }: Pick<EdgeConfig, 'heat'>,
  devices: DeviceRegistry,
  surroundings: DerivationSurroundings,
): Derivation {
  const qualities = new Map(
    [...devices.values()].flatMap(({ channels, quality }) =>
      [...channels.values()].map(({ datastream }) => [datastream, quality] as const),
    ),
  );
  return new Derivation({
    ...surroundings,
    heat: heatBindings([...qualities.keys()], heat, (air) => qualities.get(air) ?? {}),
    heatWithinSeconds: heat.withinSeconds,
  });
}
