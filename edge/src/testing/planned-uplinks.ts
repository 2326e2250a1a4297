import { createDerivation } from '../derive/create-derivation.ts';
import { type IntakeRules, planMessage } from '../intake/plan-message.ts';
import { type DeviceRegistry, deviceRegistry } from '../normalise/device-registry.ts';
import type { NewUplink, Outbox } from '../outbox/outbox.ts';
import { UNKNOWN_CLOCK } from '../quality/mod.ts';
import { HEAT_SAMPLE, sampleMessage, testConfig } from './edge-fixture.ts';

const DEVICES = deviceRegistry(testConfig());

/** Rules of the intake for a configuration, with nothing known of earlier uplinks. */
export function intakeRules(
  config = testConfig(),
  devices: DeviceRegistry = deviceRegistry(config),
  committedCounter: Outbox['committedCounter'] = () => undefined,
): IntakeRules {
  const derivation = createDerivation(config, devices, { clockState: UNKNOWN_CLOCK, committedCounter });
  return {
    devices,
    derivation,
    payloadBytesMax: config.broker.packetBytesMax,
    unclearedPayloadHours: config.privacy.unclearedPayloadHours,
    staleAfterDays: config.quarantine.staleAfterDays,
  };
}

/** An uplink of the heat sensor, planned as the intake plans it. */
export function plannedUplink(frameCounter: number, devices: DeviceRegistry = DEVICES): NewUplink {
  const message = sampleMessage(HEAT_SAMPLE, { fCnt: frameCounter });
  const planned = planMessage(message, intakeRules(testConfig(), devices), () => false);
  if (planned.kind !== 'uplink') throw new Error(`planned as ${planned.kind}`);
  return planned.uplink;
}

/** Commits uplinks one by one, as on a quiet day, and remembers them in the window as the intake does. */
export function commitUplinks(outbox: Outbox, frameCounters: readonly number[], devices?: DeviceRegistry): void {
  for (const frameCounter of frameCounters) {
    const uplink = plannedUplink(frameCounter, devices);
    outbox.window.add(uplink.fingerprint);
    outbox.commit((writer) => writer.addUplink(uplink));
  }
}

/** 1 to `count`. */
export function counters(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
