import type { DatastreamKey } from '@meetbrug/protocols/observation';
import type { EdgeConfig } from '../config/edge-config.ts';
import type { CounterState } from '../derive/counter/mod.ts';
import { createDerivation } from '../derive/create-derivation.ts';
import type { IntakeRules } from '../intake/plan-message.ts';
import type { LorawanSessions } from '../lorawan/sessions.ts';
import type { DeviceRegistry } from '../normalise/device-registry.ts';
import { UNKNOWN_CLOCK } from '../quality/mod.ts';

/**
 * The rules of the intake for what is run again. Quality and heat indices have a memory of their own here, so that old values are
 * not neighbours of today's; counters are those of the outbox. Whether the clock was right then, nobody knows.
 * @param sessions what frames are opened with that could not be opened when they came
 */
export function replayIntakeRules(
  config: EdgeConfig,
  devices: DeviceRegistry,
  committedCounter: (datastream: DatastreamKey) => CounterState | undefined,
  sessions: LorawanSessions,
): IntakeRules {
  return {
    devices,
    derivation: createDerivation(config, devices, { clockState: UNKNOWN_CLOCK, committedCounter }),
    payloadBytesMax: config.broker.packetBytesMax,
    unclearedPayloadHours: config.privacy.unclearedPayloadHours,
    staleAfterDays: config.quarantine.staleAfterDays,
    sessions,
  };
}
