export { isProperty, OBSERVED_PROPERTIES, PROPERTY_KEYS, type PropertyKey } from './catalogue.ts';
export { convertUnit } from './convert-unit.ts';
export {
  type Match,
  type ObservedProperty,
  type Plausibility,
  type RoadUser,
  type Text,
  THEMES,
  type Theme,
  type TrafficCharacteristic,
} from './observed-property.ts';
export { THEME_CONCEPTS, type ThemeConcept } from './theme-concepts.ts';
export { UNIT_SYMBOLS } from './unit-symbols.ts';
export { UNIT_CODES, type UnitCode, unitsFit } from './units.ts';
