export { APPARENT_TEMPERATURE_VALIDITY, apparentTemperature } from './apparent-temperature.ts';
export { ESTIMATED_WBGT_VALIDITY, estimatedWbgt, type StationMoment } from './estimated-wbgt.ts';
export { HEAT_INDEX_VALIDITY, heatIndex } from './heat-index.ts';
export { type RadiantSource, UTCI_VALIDITY, utci } from './utci.ts';
export type { HeatFault, HeatFaultCode } from './validity.ts';
export { WBGT_OUTDOORS_VALIDITY, WBGT_VALIDITY, wbgtIndoors, wbgtOutdoors } from './wbgt.ts';
