import {
  compareDecimals,
  type Decimal,
  decimalToNumber,
  type EpochMs,
  formatDecimal,
  type Observation,
} from '@meetbrug/protocols/observation';
import { type ConstantRun, extendRun, HOUR_MS, isStuck } from './constant-run.ts';
import type { QualityFinding } from './quality-finding.ts';
import type { QualityRules } from './quality-rules.ts';

/** What is assessed: an observation, and what its device says about itself where it does. */
export type AssessedObservation = Pick<Observation, 'beginMs' | 'quality'> & {
  readonly value: Decimal;
  /** From how the sensor was mounted. */
  readonly tiltDegrees?: number;
  /** Share of the interval, 0 to 1, in which the sensor was watching. */
  readonly uptimeShare?: number;
};

/** What is remembered of one datastream: seven numbers at most, plain data fit for JSON. */
export interface QualityState {
  /** The newest value that was plausible itself: the one that steps are measured from. */
  readonly reference?: { readonly atMs: EpochMs; readonly value: number };
  readonly run?: ConstantRun;
}

export const NEW_DATASTREAM: QualityState = {};

/**
 * Holds one observation against the rules of its property. The value is never changed or removed. Observations may come
 * late: a late one is judged by its distance to the newest plausible value and does not move it. After a jump the
 * reference stays where it was, so one spike is flagged once and a lasting jump until the allowed change has caught up.
 */
export function assess(
  rules: QualityRules,
  state: QualityState,
  observation: AssessedObservation,
): { readonly state: QualityState; readonly flags: readonly QualityFinding[] } {
  const value = decimalToNumber(observation.value);
  const implausible = [
    ...outsideRange(rules, observation),
    ...stepTooLarge(rules, state.reference, value, observation.beginMs),
  ];
  const run =
    rules.stuckAfterHours === undefined
      ? undefined
      : extendRun(state.run, value, observation.beginMs, rules.stuckAfterHours);
  const reference = nextReference(state.reference, value, observation.beginMs, implausible.length === 0);
  return {
    state: { ...(reference === undefined ? {} : { reference }), ...(run === undefined ? {} : { run }) },
    flags: [...implausible, ...stuck(rules, run, observation), ...deviceFindings(rules, observation)],
  };
}

function outsideRange({ plausibleRange }: QualityRules, { value }: AssessedObservation): QualityFinding[] {
  if (plausibleRange === undefined) return [];
  const { min, max } = plausibleRange;
  if (compareDecimals(value, min) >= 0 && compareDecimals(value, max) <= 0) return [];
  const reason = `${formatDecimal(value)} is not within ${formatDecimal(min)} to ${formatDecimal(max)}`;
  return [{ flag: 'outside-plausible-range', reason }];
}

function stepTooLarge(
  { step }: QualityRules,
  reference: QualityState['reference'],
  value: number,
  atMs: EpochMs,
): QualityFinding[] {
  if (step === undefined || reference === undefined || reference.atMs === atMs) return [];
  const hours = Math.abs(atMs - reference.atMs) / HOUR_MS;
  const allowed = step.tolerance + step.perHour * hours;
  const change = Math.abs(value - reference.value);
  if (change <= allowed) return [];
  const reason = `changed by ${change.toFixed(3)} in ${hours.toFixed(2)} h; ${allowed.toFixed(3)} is plausible`;
  return [{ flag: 'step-too-large', reason }];
}

function stuck(
  { stuckAfterHours }: QualityRules,
  run: ConstantRun | undefined,
  { beginMs, value }: AssessedObservation,
): QualityFinding[] {
  if (stuckAfterHours === undefined || run === undefined || beginMs !== run.untilMs) return [];
  if (!isStuck(run, stuckAfterHours)) return [];
  const hours = (run.untilMs - run.sinceMs) / HOUR_MS;
  const reason = `${formatDecimal(value)} for ${hours.toFixed(1)} h; normally it varies within ${stuckAfterHours} h`;
  return [{ flag: 'value-stuck', reason }];
}

function deviceFindings(rules: QualityRules, observation: AssessedObservation): QualityFinding[] {
  const { quality, tiltDegrees, uptimeShare } = observation;
  const findings: QualityFinding[] = [];
  if (quality.flags.includes('clock-unsynchronised')) {
    findings.push({ flag: 'clock-unsynchronised', reason: `time from ${quality.timeSource}, clock not synchronised` });
  }
  if (rules.tiltMaxDegrees !== undefined && tiltDegrees !== undefined && Math.abs(tiltDegrees) > rules.tiltMaxDegrees) {
    findings.push({
      flag: 'sensor-tilted',
      reason: `leans ${tiltDegrees} degrees; ${rules.tiltMaxDegrees} is allowed`,
    });
  }
  if (rules.uptimeMinShare !== undefined && uptimeShare !== undefined && uptimeShare < rules.uptimeMinShare) {
    findings.push({
      flag: 'uptime-low',
      reason: `watched ${uptimeShare} of the time; ${rules.uptimeMinShare} is needed`,
    });
  }
  return findings;
}

function nextReference(
  reference: QualityState['reference'],
  value: number,
  atMs: EpochMs,
  plausible: boolean,
): QualityState['reference'] {
  const newest = reference === undefined || atMs >= reference.atMs;
  return plausible && newest ? { atMs, value } : reference;
}
