import type { FleetDevice, FleetPlace } from './fleet-device.ts';

/** One entry of `devices:` in edge.yaml. */
export interface FleetEdgeDevice {
  readonly devEui: string;
  readonly profile: string;
  readonly at: FleetPlace;
  readonly intervalSeconds?: number;
}

/** The `devices:` section of edge.yaml for a fleet. */
export function fleetEdgeConfig(devices: readonly FleetDevice[]): FleetEdgeDevice[] {
  return devices.map(({ devEui, model, place, intervalSeconds }) => ({
    devEui,
    profile: model,
    at: place,
    ...(intervalSeconds === undefined ? {} : { intervalSeconds }),
  }));
}
