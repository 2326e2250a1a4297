import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import { countedVehicleType } from '../privacy/road-user-counts.ts';
import type { DeviceConfig } from './device-config.ts';
import type { ConfigFault } from './device-faults.ts';
import type { EdgeConfig } from './edge-config.ts';
import { type KnownModels, modelOf } from './model-traits.ts';

/** A window shorter than what a device counts over would hold one count or none, and tell what it should hide. */
export function privacyFaults({ privacy, devices }: EdgeConfig, models: KnownModels): ConfigFault[] {
  return devices.flatMap((device, index) => {
    const smallCounts = device.privacy.smallCounts ?? privacy.smallCounts;
    const intervalSeconds = countsOverSeconds(device, models);
    if (!smallCounts || intervalSeconds === undefined || intervalSeconds <= smallCounts.windowSeconds) return [];
    const ofDevice = device.privacy.smallCounts === undefined ? '' : `devices[${index}].`;
    const detail = `devices[${index}] counts over ${intervalSeconds} s: make the window at least as long`;
    return [{ path: `${ofDevice}privacy.smallCounts.windowSeconds`, detail }];
  });
}

/** The interval of a device's own counts of road users; undefined where it has none. */
function countsOverSeconds(device: DeviceConfig, models: KnownModels): number | undefined {
  const { intervalSeconds, counts } = device;
  if (counts === 'from-counter') return undefined;
  const channels = Object.values(modelOf(device, models)?.channels ?? {});
  const counting = channels.some(
    ({ overInterval, property }) =>
      overInterval === true && countedVehicleType(OBSERVED_PROPERTIES[property]) !== undefined,
  );
  return counting ? intervalSeconds : undefined;
}
