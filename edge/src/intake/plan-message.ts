import type { RawMessage } from '@meetbrug/protocols/uplinks';
import { observeUplink } from '../decode/observe-uplink.ts';
import { type RecognisedMessage, recogniseMessage } from '../decode/recognise-message.ts';
import type { Derivation } from '../derive/derivation.ts';
import type { UncountedReason } from '../derive/derive-counts.ts';
import type { DeviceRegistry } from '../normalise/device-registry.ts';
import type { NewUplink } from '../outbox/outbox.ts';
import type { QuarantineRecord } from '../outbox/quarantine-store.ts';
import { type UplinkFingerprint, uplinkFingerprint } from '../outbox/uplink-fingerprint.ts';
import { keptRefusal, keptUplink } from '../privacy/kept-message.ts';
import { withholdCounts } from '../privacy/withhold-counts.ts';

/** Which uplinks are committed, or planned in the running group. */
export interface SeenUplinks {
  has(fingerprint: UplinkFingerprint): boolean;
  add(fingerprint: UplinkFingerprint): void;
}

export interface IntakeRules {
  readonly devices: DeviceRegistry;
  /** Quality, counts and heat indices: what needs earlier uplinks. Called once for each uplink that is planned. */
  readonly derivation: Derivation;
  readonly payloadBytesMax: number;
  /** How long payload bytes of a device without a cleared profile are kept. */
  readonly unclearedPayloadHours: number;
}

const MS_PER_HOUR = 3_600_000;

/** What becomes of one message. */
export type PlannedMessage =
  | {
      readonly kind: 'uplink';
      readonly uplink: NewUplink;
      /** Values of the uplink that cannot be used. */
      readonly quarantine: readonly QuarantineRecord[];
      /** Values that the device said it could not measure. */
      readonly missingCount: number;
      /** Counter readings that gave no count. */
      readonly uncounted: readonly UncountedReason[];
    }
  | { readonly kind: 'duplicate' }
  /** An event without an observation. */
  | { readonly kind: 'event'; readonly event: string }
  | { readonly kind: 'quarantine'; readonly record: QuarantineRecord };

/** Decides about one message. Nothing that a message holds makes it throw. */
export function planMessage(
  message: RawMessage,
  rules: IntakeRules,
  isSeen: (fingerprint: UplinkFingerprint) => boolean,
): PlannedMessage {
  const recognised = recogniseMessage(message, rules.payloadBytesMax);
  try {
    return plan(message, recognised, rules, isSeen);
  } catch (error) {
    // A bug in one codec must not stop the stream, nor come back for ever with the redelivery of the message.
    const name = error instanceof Error ? error.name : typeof error;
    return putAside({ message, recognised, rules }, 'decoder-failed', `the decoder threw ${name}`);
  }
}

function plan(
  message: RawMessage,
  recognised: RecognisedMessage,
  rules: IntakeRules,
  isSeen: (fingerprint: UplinkFingerprint) => boolean,
): PlannedMessage {
  const { format, body, event } = recognised;
  const refused = { message, recognised, rules };
  if (!event.ok) return putAside(refused, event.fault.code, event.fault.detail);
  if (event.value.kind !== 'uplink') return { kind: 'event', event: event.value.kind };
  const uplink = event.value;
  const device = rules.devices.get(uplink.devEui);
  if (device === undefined) {
    return putAside(refused, 'unknown-device', `${uplink.devEui} is not among the devices of the configuration`);
  }
  const fingerprint = uplinkFingerprint(uplink);
  if (isSeen(fingerprint)) return { kind: 'duplicate' };
  const observed = observeUplink(uplink, device);
  if (!observed.ok) return putAside(refused, observed.fault.code, observed.fault.detail);
  const { topic, receivedMs } = message;
  const origin = { device, frameCounter: uplink.frameCounter, receivedMs };
  const derived = rules.derivation.derive(observed.value.observations, origin);
  const leaving =
    device.smallCounts === undefined
      ? { observations: derived.observations, contributions: [] }
      : withholdCounts(derived.observations, device.smallCounts);
  const payload = device.profile.cleared === true && format !== undefined ? keptUplink(format, body) : NOTHING_KEPT;
  return {
    kind: 'uplink',
    uplink: { receivedMs, topic, payload, fingerprint, ...leaving, counters: derived.counters },
    quarantine: [...observed.value.refused, ...derived.refused].map(({ code, detail }) =>
      quarantineRecord(refused, code, detail),
    ),
    missingCount: observed.value.missingCount,
    uncounted: derived.uncounted,
  };
}

/** Payload bytes of a profile that nobody has cleared do not stay beside their observations. */
const NOTHING_KEPT = new Uint8Array();

interface Refused {
  readonly message: RawMessage;
  readonly recognised: RecognisedMessage;
  readonly rules: IntakeRules;
}

function putAside(refused: Refused, reason: string, detail: string): PlannedMessage {
  return { kind: 'quarantine', record: quarantineRecord(refused, reason, detail) };
}

function quarantineRecord({ message, recognised, rules }: Refused, reason: string, detail: string): QuarantineRecord {
  const { receivedMs } = message;
  const kept = keptRefusal(message.topic, recognised.format, recognised.body);
  const record = { receivedMs, reason, detail, ...kept };
  if (isCleared(recognised, rules)) return record;
  return { ...record, payloadExpiresMs: receivedMs + rules.unclearedPayloadHours * MS_PER_HOUR };
}

/** Whether the payload that a message carries is that of a device whose profile is cleared. */
function isCleared({ event }: RecognisedMessage, { devices }: IntakeRules): boolean {
  return event.ok && event.value.kind === 'uplink' && devices.get(event.value.devEui)?.profile.cleared === true;
}
