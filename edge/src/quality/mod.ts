export { type AssessedObservation, assess, NEW_DATASTREAM, type QualityState } from './assess.ts';
export { type ClockState, clockStateByFile, UNKNOWN_CLOCK } from './clock-state.ts';
export { DEFAULT_QUALITY_RULES, qualityRules } from './default-quality-rules.ts';
export { type DeviceCondition, QualityControl, withFlags } from './quality-control.ts';
export { QUALITY_FINDINGS, type QualityFinding, type QualityFindingFlag } from './quality-finding.ts';
export { type QualityRules, qualityRulesSchema } from './quality-rules.ts';
