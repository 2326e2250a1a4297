import {
  OBSERVED_PROPERTIES,
  type ObservedProperty,
  PROPERTY_KEYS,
  type PropertyKey,
} from '@meetbrug/protocols/properties';

export type VehicleType = NonNullable<ObservedProperty['traffic']>['roadUser']['vehicleType'];

/** The class of road users that a property counts; undefined for a property that counts none. */
export function countedVehicleType({ traffic }: ObservedProperty): VehicleType | undefined {
  return traffic?.type === 'aantal' ? traffic.roadUser.vehicleType : undefined;
}

/** Counts of road users by class. */
export const ROAD_USER_COUNTS: readonly PropertyKey[] = PROPERTY_KEYS.filter(
  (key) => countedVehicleType(OBSERVED_PROPERTIES[key]) !== undefined,
);
