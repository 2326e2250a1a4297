import { OBSERVED_PROPERTIES, type ObservedProperty } from '@meetbrug/protocols/properties';
import type { SmallCountsConfig } from '../config/privacy-config.ts';
import type { Datastream } from '../normalise/datastream.ts';
import { countedVehicleType, ROAD_USER_COUNTS, type VehicleType } from './road-user-counts.ts';
import { windowDatastream } from './window-datastream.ts';
import type { SmallCounts } from './withhold-counts.ts';

/**
 * How the counts of a device are withheld, from what is configured for it.
 * @param datastreams every datastream that the device can count into
 * @returns undefined where nothing is configured or the device counts nothing that is withheld
 */
export function bindSmallCounts(
  config: SmallCountsConfig | false | undefined,
  datastreams: readonly Datastream[],
): SmallCounts | undefined {
  if (config === undefined || config === false) return undefined;
  const { properties = ROAD_USER_COUNTS, ...rule } = config;
  const vehicleTypes = new Set(properties.flatMap((key) => vehicleTypesOf(OBSERVED_PROPERTIES[key])));
  const withheld = datastreams.filter(({ property }) =>
    vehicleTypesOf(property).some((vehicleType) => vehicleTypes.has(vehicleType)),
  );
  if (withheld.length === 0) return undefined;
  const windows = new Map(withheld.map((counts) => [counts.key, windowDatastream(counts, rule)]));
  return { rule, vehicleTypes, windows };
}

function vehicleTypesOf(property: ObservedProperty): VehicleType[] {
  const vehicleType = countedVehicleType(property);
  return vehicleType === undefined ? [] : [vehicleType];
}
