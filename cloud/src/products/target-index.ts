import type { Store } from '../log/open-store.ts';
import { CLOUD_SENDER } from './cloud-sender.ts';
import { createKnownDatastreams } from './known-datastreams.ts';
import type { SourceUse } from './mark-log.ts';
import { type KnownDatastream, planTargets, type Target, type TargetSettings } from './plan-targets.ts';
import type { AlertRule, DayRule } from './product-rule.ts';

/** Targets by the datastreams that they look at, and what each datastream of the log is to them. */
export interface TargetIndex {
  /** Takes in what was described since it was last asked. Only descriptions from edges make the plan anew. */
  refresh(): void;
  daysOf(datastream: number): readonly Target<DayRule>[];
  alertOf(datastream: number): Target<AlertRule> | undefined;
  useOf(datastream: number): SourceUse | undefined;
}

export function createTargetIndex(store: Store, settings: TargetSettings): TargetIndex {
  const known = createKnownDatastreams(store);
  let daysOf = new Map<number, Target<DayRule>[]>();
  let alertOf = new Map<number, Target<AlertRule>>();
  let useOf = new Map<number, SourceUse>();
  let gaugeOf = new Map<string, number>();

  const replan = (datastreams: readonly KnownDatastream[]) => {
    const { days, alerts } = planTargets(datastreams, settings);
    daysOf = new Map();
    for (const target of days) {
      for (const { id } of target.sensors.flat()) {
        const targets = daysOf.get(id);
        if (targets === undefined) daysOf.set(id, [target]);
        else targets.push(target);
      }
    }
    alertOf = new Map(alerts.flatMap((target) => target.sensors.flat().map(({ id }) => [id, target] as const)));
    useOf = new Map(
      [...daysOf.keys(), ...alertOf.keys()].map((id) => {
        return [id, { ofDays: daysOf.has(id), ofAlerts: alertOf.has(id), phaseOf: undefined }];
      }),
    );
    gaugeOf = new Map(
      [...alertOf].map(([id, { organisation, products }]) => [`${organisation}/${products[0]?.datastream}`, id]),
    );
  };
  const notePhases = (datastreams: readonly KnownDatastream[]) => {
    for (const { id, organisation, description } of datastreams) {
      const gauge = gaugeOf.get(`${organisation}/${description.datastream}`);
      if (gauge !== undefined) useOf.set(id, { ofDays: false, ofAlerts: false, phaseOf: gauge });
    }
  };
  return {
    refresh() {
      const changed = known.changed();
      const isPlanned = changed.some(({ edge }) => edge !== CLOUD_SENDER);
      if (isPlanned) replan(known.all());
      notePhases(isPlanned ? known.all() : changed);
    },
    daysOf: (datastream) => daysOf.get(datastream) ?? [],
    alertOf: (datastream) => alertOf.get(datastream),
    useOf: (datastream) => useOf.get(datastream),
  };
}
