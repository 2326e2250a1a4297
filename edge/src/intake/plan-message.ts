import type { RawMessage } from '@meetbrug/protocols/uplinks';
import { observeUplink } from '../decode/observe-uplink.ts';
import { recogniseMessage } from '../decode/recognise-message.ts';
import type { DeviceRegistry } from '../normalise/device-registry.ts';
import type { NewUplink } from '../outbox/outbox.ts';
import type { QuarantineRecord } from '../outbox/quarantine-store.ts';
import { type UplinkFingerprint, uplinkFingerprint } from '../outbox/uplink-fingerprint.ts';

/** Which uplinks are committed, or planned in the running group. */
export interface SeenUplinks {
  has(fingerprint: UplinkFingerprint): boolean;
  add(fingerprint: UplinkFingerprint): void;
}

export interface IntakeRules {
  readonly devices: DeviceRegistry;
  readonly payloadBytesMax: number;
}

/** What becomes of one message. */
export type PlannedMessage =
  | {
      readonly kind: 'uplink';
      readonly uplink: NewUplink;
      /** Values of the uplink that cannot be used. */
      readonly quarantine: readonly QuarantineRecord[];
      /** Values that the device said it could not measure. */
      readonly missingCount: number;
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
  try {
    return plan(message, rules, isSeen);
  } catch (error) {
    // A bug in one codec must not stop the stream, nor come back for ever with the redelivery of the message.
    return putAside(message, rules, 'decoder-failed', String(error));
  }
}

function plan(
  message: RawMessage,
  rules: IntakeRules,
  isSeen: (fingerprint: UplinkFingerprint) => boolean,
): PlannedMessage {
  const event = recogniseMessage(message, rules.payloadBytesMax);
  if (!event.ok) return putAside(message, rules, event.fault.code, event.fault.detail);
  if (event.value.kind !== 'uplink') return { kind: 'event', event: event.value.kind };
  const uplink = event.value;
  const device = rules.devices.get(uplink.devEui);
  if (device === undefined) {
    return putAside(message, rules, 'unknown-device', `${uplink.devEui} is not among the devices of the configuration`);
  }
  const fingerprint = uplinkFingerprint(uplink);
  if (isSeen(fingerprint)) return { kind: 'duplicate' };
  const observed = observeUplink(uplink, device);
  if (!observed.ok) return putAside(message, rules, observed.fault.code, observed.fault.detail);
  const { observations, refused, missingCount } = observed.value;
  const { topic, payload, receivedMs } = message;
  return {
    kind: 'uplink',
    uplink: { receivedMs, topic, payload, fingerprint, observations },
    quarantine: refused.map(({ code, detail }) => quarantineRecord(message, rules, code, detail)),
    missingCount,
  };
}

function putAside(message: RawMessage, rules: IntakeRules, reason: string, detail: string): PlannedMessage {
  return { kind: 'quarantine', record: quarantineRecord(message, rules, reason, detail) };
}

function quarantineRecord(
  { receivedMs, topic, payload }: RawMessage,
  { payloadBytesMax }: IntakeRules,
  reason: string,
  detail: string,
): QuarantineRecord {
  return { receivedMs, reason, detail, topic, payload: payload.subarray(0, payloadBytesMax) };
}
