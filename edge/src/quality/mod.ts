export { type AssessedObservation, assess, NEW_DATASTREAM, type QualityState } from './assess.ts';
export { DEFAULT_QUALITY_RULES } from './default-quality-rules.ts';
export { QUALITY_FINDINGS, type QualityFinding, type QualityFindingFlag } from './quality-finding.ts';
export { type QualityRules, qualityRulesSchema } from './quality-rules.ts';
