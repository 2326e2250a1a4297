export {
  type DatastreamDescription,
  datastreamDescriptionSchema,
  datastreamKeySchema,
  epochMsSchema,
  type MeasuringPoint,
  measuringPointSchema,
  nameSchema,
  procedureSchema,
  propertyKeySchema,
  sensorSchema,
} from './datastream-description.ts';
export { type DatastreamKey, datastreamKey, isDatastreamKey, NAME, splitDatastreamKey } from './datastream-key.ts';
export {
  addDecimals,
  compareDecimals,
  DECIMAL_SCALE_MAX,
  type Decimal,
  decimal,
  decimalFromNumber,
  decimalToNumber,
  equalDecimals,
  exactDecimal,
  formatDecimal,
  multiplyDecimals,
  negateDecimal,
  parseDecimal,
  roundHalfEven,
  subtractDecimals,
} from './decimal.ts';
export { type EpochMs, formatInstant, INSTANT_MAX_MS, INSTANT_MIN_MS, parseInstant } from './instant.ts';
export { type Direction, type OrganisationIris, organisationIris, propertyIri } from './iris.ts';
export { isKnownZone, parseLocalInstant } from './local-instant.ts';
export type { Observation, ObservationInput, ObservedValue, SuppressedCount } from './observation.ts';
export { equalObservedValues, formatObservedValue, isSuppressed, parseObservedValue } from './observed-value.ts';
export {
  packQuality,
  QUALITY_CODE_MAX,
  QUALITY_FLAGS,
  type Quality,
  type QualityFlag,
  TIME_SOURCES,
  type TimeSource,
  unpackQuality,
} from './quality.ts';
