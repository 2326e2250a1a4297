import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatObservedValue } from '@meetbrug/protocols/observation';
import type { RawMessage } from '@meetbrug/protocols/uplinks';
import { loadEdgeConfig } from '../config/load-edge-config.ts';
import { openModels } from '../decode/open-models.ts';
import { type PlannedMessage, planMessage } from '../intake/plan-message.ts';
import { deviceRegistry } from '../normalise/device-registry.ts';
import { intakeRules } from './planned-uplinks.ts';

const HEAD = 'edge: demo-edge\norganisation: demo\nhealth: { signal: false }\n';

/** The rules of the intake for an `edge.yaml` with these settings, in a directory that may hold its codecs. */
export async function rulesOfYaml(directory: string, settings: string) {
  const file = join(directory, 'edge.yaml');
  writeFileSync(file, HEAD + settings);
  const config = loadEdgeConfig(file);
  if (!config.ok) throw new Error(config.fault.detail);
  const models = await openModels(config.value.models, () => performance.now());
  if (!models.ok) throw new Error(models.faults.map(({ path, detail }) => `${path}: ${detail}`).join('\n'));
  return intakeRules(config.value, deviceRegistry(config.value, models.value));
}

export type Rules = Awaited<ReturnType<typeof rulesOfYaml>>;

/** Plans a message that nobody has seen. */
export function planned(rules: Rules, message: RawMessage): PlannedMessage {
  return planMessage(message, rules, () => false);
}

/** The uplink of a message, or an error that says what became of it instead. */
export function plannedAsUplink(plan: PlannedMessage) {
  if (plan.kind === 'uplink') return plan;
  throw new Error(plan.kind === 'quarantine' ? `${plan.record.reason}: ${plan.record.detail}` : plan.kind);
}

/** Observations as text: property, begin and value, in their order. */
export function observedTexts(plan: PlannedMessage): string[] {
  return plannedAsUplink(plan).uplink.observations.map(
    ({ datastream, beginMs, value }) =>
      `${datastream.property.key} ${new Date(beginMs).toISOString()} ${formatObservedValue(value)}`,
  );
}
