export { isProperty, OBSERVED_PROPERTIES, PROPERTY_KEYS, type PropertyKey } from './catalogue.ts';
export { convertUnit } from './convert-unit.ts';
export { type ObservedProperty, type Text, THEMES, type Theme, type UnitCode } from './observed-property.ts';
