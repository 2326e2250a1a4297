import type { QualityFlag } from '@meetbrug/protocols/observation';
import { coldRowsOf } from '../cold/cold-rows.ts';
import type { Store } from '../log/open-store.ts';
import type { ComputedValue, DaySettings } from './compute-day.ts';
import { createDaySteps } from './day-steps.ts';
import type { SourceRow } from './day-verdict.ts';
import { createLogMarker } from './mark-log.ts';
import type { Target, TargetSettings } from './plan-targets.ts';
import { hasFlag, productQuality } from './product-quality.ts';
import type { AlertRule } from './product-rule.ts';
import type { DayMark, ProductStore, SpanMark } from './product-store.ts';
import { type ReplayedAlerts, replayAlerts } from './replay-alerts.ts';
import { createSourceRows } from './source-rows.ts';
import { createTargetIndex } from './target-index.ts';

/** What computations came to, for the counters. */
export type ProductOutcome = 'published' | 'unchanged' | 'suppressed' | 'incomplete' | 'refused';

/** A step of the engine: what must be published before it counts as done. */
export interface ProductWork {
  readonly values: readonly ComputedValue[];
  readonly outcomes: Readonly<Record<Exclude<ProductOutcome, 'published' | 'refused'>, number>>;
  /** To be called when all values are committed, with the revision that each got; undefined where the log refused it. */
  done(revisions: readonly (number | undefined)[]): void;
}

export interface ProductEngine {
  /** Reads on in the log; true when there is more to read. */
  mark(): boolean;
  /** Computes a bounded part of what is due; undefined when nothing is. */
  next(nowMs: number): ProductWork | undefined;
}

export interface EngineSettings extends TargetSettings, DaySettings {
  readonly settleMs: number;
  readonly leaveOut: ReadonlySet<QualityFlag>;
  /** Days of datastreams that a step computes at most. */
  readonly daysMax?: number;
  /** Levels of one gauge that a step looks at. */
  readonly levelsMax?: number;
}

const DAYS_MAX = 250;
const LEVELS_MAX = 5_000;
const GAUGES_MAX = 20;

/**
 * Computes products behind the commits. What changed is noted durably with the cursor in the log; a note goes only when what
 * follows from it is committed. A kill in between computes the same again, and what is published by then is left alone.
 */
export function createProductEngine(store: Store, products: ProductStore, settings: EngineSettings): ProductEngine {
  const { daysMax = DAYS_MAX, levelsMax = LEVELS_MAX, leaveOut } = settings;
  const index = createTargetIndex(store, settings);
  const source = createSourceRows(store);
  const cold = coldRowsOf(store);
  const days = createDaySteps(store, products, source, index, settings);
  const marker = createLogMarker(store, products, { ...settings, onDay: days.changed });

  const isLeftOut = ({ quality }: SourceRow) => hasFlag(quality, leaveOut);
  // A closed month lies by datastream: day by day each of its row groups would be decoded thirty times.
  const isInFile = (dayMs: number) => cold.spans().some(({ fromMs, toMs }) => dayMs >= fromMs && dayMs < toMs);

  const computeDays = (marks: readonly DayMark[]): ProductWork => {
    return { ...days.compute(marks), done: () => days.done(marks) };
  };

  const replaySpan = (span: SpanMark, { rule }: Target<AlertRule>) => {
    const { datastream, fromMs, toMs } = span;
    const { rows, nextFromMs } = source.next(datastream, fromMs, levelsMax);
    const before = products.alertBefore(datastream, fromMs);
    const { untouched = { fromMs, before } } = span;
    const published = products.alertsFrom(datastream, fromMs, rows.at(-1)?.beginMs ?? fromMs);
    const replayed = replayAlerts({ toMs, before, rows, isLeftOut, published, untouched }, rule.thresholds);
    if (replayed.converged || nextFromMs === undefined) return { points: replayed.points, rest: undefined };
    const rest = {
      datastream,
      fromMs: nextFromMs,
      toMs: Math.max(toMs, nextFromMs),
      untouched: nextFromMs < untouched.fromMs ? untouched : { fromMs: nextFromMs, before: replayed.publishedPhase },
    };
    return { points: replayed.points, rest };
  };

  const computeAlerts = (spans: readonly SpanMark[]): ProductWork => {
    const values: ComputedValue[] = [];
    const settled: { datastream: number; points: ReplayedAlerts['points']; rest: SpanMark | undefined }[] = [];
    for (const span of spans) {
      const target = index.alertOf(span.datastream);
      if (target === undefined) {
        settled.push({ datastream: span.datastream, points: [], rest: undefined });
        continue;
      }
      const { points, rest } = replaySpan(span, target);
      settled.push({ datastream: span.datastream, points, rest });
      values.push(...points.map((point) => alertValue(target, point)));
    }
    return {
      values,
      outcomes: { unchanged: 0, suppressed: 0, incomplete: 0 },
      done(revisions) {
        products.transaction(() => {
          let next = 0;
          for (const { datastream, points, rest } of settled) {
            for (const point of points) {
              const revision = revisions[next++];
              if (revision !== undefined) products.setAlert(datastream, point, revision);
            }
            products.replaceSpan(datastream, rest);
          }
        });
      },
    };
  };

  return {
    mark() {
      index.refresh();
      return marker.mark(index.useOf);
    },
    next(nowMs) {
      if (!marker.hasSeenStart()) return undefined;
      index.refresh();
      const spans = products.spans(GAUGES_MAX);
      if (spans.length > 0) return computeAlerts(spans);
      const marks = products.dueDays(nowMs, daysMax, isInFile);
      return marks.length > 0 ? computeDays(marks) : undefined;
    },
  };
}

function alertValue(
  target: Target<AlertRule>,
  { beginMs, level, row }: ReplayedAlerts['points'][number],
): ComputedValue {
  const [description] = target.products;
  const gauge = target.sensors.flat().find(({ id }) => id === row.datastream);
  if (description === undefined || gauge === undefined) throw new Error('an alert without its gauge');
  return {
    organisation: target.organisation,
    description,
    beginMs,
    endMs: undefined,
    value: String(level),
    quality: productQuality([row.quality]),
    inputs: [{ datastream: gauge.description.datastream, beginMs: row.beginMs }],
  };
}
