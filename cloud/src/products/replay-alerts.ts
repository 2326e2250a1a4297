import { type Decimal, type EpochMs, isSuppressed } from '@meetbrug/protocols/observation';
import { type AlertLevel, type AlertThresholds, nextAlertLevel } from './alert-level.ts';
import type { SourceRow } from './day-verdict.ts';

/** A phase that is published, from its begin on. */
export interface AlertPoint {
  readonly beginMs: EpochMs;
  readonly level: AlertLevel;
}

/** Levels of one gauge that came, late or corrected, and what was published before. */
export interface AlertReplay {
  /** Begins that changed lie from the first row to here. */
  readonly toMs: EpochMs;
  /** The phase just before the first row; undefined where nothing is published before. */
  readonly before: AlertLevel | undefined;
  /** From the first row on, in order of begin. */
  readonly rows: readonly SourceRow[];
  /** Rows that count for nothing; the phase goes on over them. */
  readonly isLeftOut: (row: SourceRow) => boolean;
  /** What is published from the first row on, in order of begin. */
  readonly published: readonly AlertPoint[];
  /** Where an earlier step ended: what is published before is its work already. */
  readonly untouched: Untouched;
}

/** The part of what is published that no step has corrected yet. */
export interface Untouched {
  readonly fromMs: EpochMs;
  /** The phase that was published just before it, as it was before the corrections. */
  readonly before: AlertLevel | undefined;
}

export interface ReplayedAlerts {
  /** What must be published for the phases to be right, each with the row that it stands on. */
  readonly points: readonly (AlertPoint & { readonly row: SourceRow })[];
  /** Whether everything behind is right as it is published; otherwise go on behind the last row. */
  readonly converged: boolean;
  /** The phase that was published at the last row, as it was before the corrections. */
  readonly publishedPhase: AlertLevel | undefined;
}

/**
 * Runs the phases over the levels from the first that changed. A phase is published where it changes; a moment at which one
 * was published and no longer changes is corrected to the phase that holds then, so that what is published read as a step
 * function is always the phases, whatever the order of arrival. It ends as soon as the phase is the published one behind
 * what changed: the rest then follows as it did.
 */
export function replayAlerts(
  { toMs, before, rows, isLeftOut, published, untouched }: AlertReplay,
  thresholds: AlertThresholds,
): ReplayedAlerts {
  const points: (AlertPoint & { row: SourceRow })[] = [];
  const known = new Map(published.map(({ beginMs, level }) => [beginMs, level]));
  let phase = before;
  let publishedPhase = untouched.before;
  let next = 0;
  for (const row of rows) {
    for (let point = published[next]; point !== undefined && point.beginMs <= row.beginMs; point = published[next]) {
      if (point.beginMs >= untouched.fromMs) publishedPhase = point.level;
      next += 1;
    }
    const isUsed = !isSuppressed(row.value) && !isLeftOut(row);
    const levelThen = known.get(row.beginMs);
    // A first level that is left out since its phase was published: what goes before the first phase is 0.
    const phaseBefore = phase ?? (levelThen === undefined ? undefined : 0);
    const phaseNow = isUsed ? nextAlertLevel(phase, row.value as Decimal, thresholds) : phaseBefore;
    if (phaseNow === undefined) continue;
    if (levelThen === undefined ? phaseNow !== phase : phaseNow !== levelThen) {
      points.push({ beginMs: row.beginMs, level: phaseNow, row });
    }
    phase = phaseNow;
    const isBehind = row.beginMs > toMs && row.beginMs >= untouched.fromMs;
    if (isBehind && phase === publishedPhase) return { points, converged: true, publishedPhase };
  }
  return { points, converged: false, publishedPhase };
}
