import type { FleetSettingsInput } from '../fleet/fleet-settings.ts';

/** A thousand devices that send nothing but sound uplinks, each once. */
export const BENCH_FLEET: FleetSettingsInput = {
  seed: 1,
  devices: 1_000,
  uplinksPerSecond: 1_000,
  duplicatesPercent: 0,
  latePercent: 0,
  rubbishPercent: 0,
  countIntervalSeconds: 1,
};
