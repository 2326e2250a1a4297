export {
  type AppliedReading,
  applyReading,
  type CounterFaultCode,
  type CounterState,
  type IntervalChange,
  NEW_COUNTER,
  READINGS_KEPT,
} from './apply-reading.ts';
export { type CountOutcome, countBetween, type NoCountReason } from './count-between.ts';
export type { CounterReading, CounterRules } from './counter-reading.ts';
