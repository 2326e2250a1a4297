export { EVERY, type PathStep, parseFieldPath } from './field-path.ts';
export {
  compileMapping,
  MAPPED_VALUES_MAX,
  MAPPING_FAULTS,
  MAPPING_FIELDS_MAX,
  type Mapping,
  type MappingFaultCode,
  type PlacedFieldFault,
  type ReadPath,
  readMapped,
} from './mapping.ts';
export { DEFAULT_ZONE, type MappingField, TIME_FORMATS, type TimeFormat } from './mapping-field.ts';
export { isNumberText, saysNoValue } from './measured-number.ts';
