/** What can be held against a value; it is published with the flag, never removed. */
export const QUALITY_FINDINGS = [
  'outside-plausible-range',
  'step-too-large',
  'value-stuck',
  'clock-unsynchronised',
  'sensor-tilted',
  'uptime-low',
] as const;
export type QualityFindingFlag = (typeof QUALITY_FINDINGS)[number];

export interface QualityFinding {
  readonly flag: QualityFindingFlag;
  /** A sentence for people, with the numbers that decided. */
  readonly reason: string;
}
