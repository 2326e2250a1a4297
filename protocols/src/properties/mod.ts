export { isProperty, OBSERVED_PROPERTIES, PROPERTY_KEYS, type PropertyKey } from './catalogue.ts';
export { convertUnit } from './convert-unit.ts';
export {
  type Match,
  type ObservedProperty,
  type RoadUser,
  type Text,
  THEMES,
  type Theme,
  type TrafficCharacteristic,
} from './observed-property.ts';
export { UNIT_CODES, type UnitCode, unitsFit } from './units.ts';
