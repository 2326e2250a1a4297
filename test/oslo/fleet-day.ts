import { parseEdgeConfig } from '@meetbrug/edge/src/config/parse-edge-config.ts';
import { planMessage } from '@meetbrug/edge/src/intake/plan-message.ts';
import type { NormalisedObservation } from '@meetbrug/edge/src/normalise/normalised-observation.ts';
import { intakeRules } from '@meetbrug/edge/src/testing/planned-uplinks.ts';
import { formatObservedValue } from '@meetbrug/protocols/observation';
import { describedEntities, type EntityMember, type ObservationMember } from '@meetbrug/protocols/oslo';
import { OBSERVED_PROPERTIES, type Theme } from '@meetbrug/protocols/properties';
import { stringify } from 'yaml';
import { createFleet, type FleetMessage } from '../fleet/create-fleet.ts';
import { fleetEdgeConfig } from '../fleet/fleet-edge-config.ts';

const DAY_MS = 86_400_000;

export interface FleetDay {
  readonly observations: ReadonlyMap<Theme, readonly ObservationMember[]>;
  readonly entities: readonly EntityMember[];
}

/**
 * What a fleet of ten devices, each reporting every hour, gives in a day: its messages go through the edge's rules,
 * from the bytes of the network server to flagged and derived observations, and become members as the cloud makes them.
 */
export function fleetDay(startMs: number): FleetDay {
  const fleet = createFleet({ devices: 10, uplinksPerSecond: 10 / 3600, seed: 3 });
  const parsed = parseEdgeConfig(
    stringify({
      edge: 'voorbeeld-edge',
      organisation: 'voorbeeld',
      licence: 'https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0',
      cloud: { url: 'mqtt://127.0.0.1:1884', secretFile: 'link-secret' },
      devices: fleetEdgeConfig(fleet.devices),
    }),
  );
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  const rules = intakeRules(parsed.value);
  const observed: NormalisedObservation[] = [];
  for (const { topic, body, sendMs } of messagesOfDay(fleet.messages(startMs), startMs)) {
    const message = { topic, payload: Buffer.from(body), receivedMs: sendMs };
    const planned = planMessage(message, rules, () => false);
    if (planned.kind === 'uplink') observed.push(...planned.uplink.observations);
  }
  return asMembers(observed, startMs + DAY_MS);
}

function* messagesOfDay(messages: Iterable<FleetMessage>, startMs: number): Generator<FleetMessage> {
  for (const message of messages) {
    if (message.sendMs >= startMs + DAY_MS) return;
    yield message;
  }
}

function asMembers(observed: readonly NormalisedObservation[], generatedMs: number): FleetDay {
  const describe = ({ content }: NormalisedObservation['datastream']) => ({ ...content, version: 1, validFromMs: 0 });
  const members = observed.map(
    ({ datastream, quality, inputs, value, ...times }, ordinal): ObservationMember => ({
      kind: 'observation',
      description: describe(datastream),
      ordinal,
      position: ordinal,
      beginMs: times.beginMs,
      ...(times.endMs === undefined ? {} : { endMs: times.endMs }),
      resultMs: times.resultMs,
      generatedMs,
      value: formatObservedValue(value),
      revision: ordinal + 1,
      flags: quality.flags,
      ...(inputs === undefined
        ? {}
        : { inputs: inputs.map((input) => ({ datastream: input.datastream.key, beginMs: input.beginMs })) }),
    }),
  );
  const described = observed.flatMap(({ datastream }) => describedEntities(describe(datastream)));
  const entities = [...new Map(described.map((entity) => [entity.path, entity])).values()];
  return {
    observations: Map.groupBy(members, ({ description }) => OBSERVED_PROPERTIES[description.property].theme),
    entities: entities.map((entity, ordinal) => ({
      kind: 'entity',
      entity,
      ordinal,
      position: ordinal,
      version: 1,
      generatedMs,
    })),
  };
}
