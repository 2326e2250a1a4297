import type { EpochMs } from '@meetbrug/protocols/observation';
import { ok } from '@meetbrug/protocols/result';
import type { RawMessage, Uplink } from '@meetbrug/protocols/uplinks';
import { observeUplink } from '../decode/observe-uplink.ts';
import { type RecognisedMessage, recogniseMessage } from '../decode/recognise-message.ts';
import type { Derivation } from '../derive/derivation.ts';
import type { UncountedReason } from '../derive/derive-counts.ts';
import type { UnknownUplink } from '../learning/unknown-device-store.ts';
import { recogniseFrame } from '../lorawan/recognise-frame.ts';
import type { LorawanSessions } from '../lorawan/sessions.ts';
import type { DeviceRegistry } from '../normalise/device-registry.ts';
import type { NewUplink } from '../outbox/outbox.ts';
import type { QuarantineRecord } from '../outbox/quarantine-store.ts';
import type { SessionCounter } from '../outbox/session-counter-store.ts';
import { type UplinkFingerprint, uplinkFingerprint } from '../outbox/uplink-fingerprint.ts';
import { keptRefusal, keptUplink } from '../privacy/kept-message.ts';
import { withholdCounts } from '../privacy/withhold-counts.ts';
import { isStale } from './stale-uplink.ts';

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
  /** How far the time of a live message may lie before its arrival; nothing is stale without. */
  readonly staleAfterDays?: number;
  /** What frames are opened with; none are without. */
  readonly sessions?: LorawanSessions;
}

const MS_PER_HOUR = 3_600_000;

/** A frame of a known session moves its counter, whatever becomes of what it carries. */
export type PlannedMessage = PlannedOutcome & { readonly counter?: SessionCounter };

/** What becomes of one message. */
type PlannedOutcome =
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
  /** By rule: a frame of strangers, whose data is theirs, or one behind its counter that was not seen here. */
  | { readonly kind: 'dropped'; readonly reason: 'unknown-session' | 'replayed-frame' }
  | { readonly kind: 'quarantine'; readonly record: QuarantineRecord };

/** Decides about one message. Nothing that a message holds makes it throw. */
export function planMessage(
  message: RawMessage,
  rules: IntakeRules,
  isSeen: (fingerprint: UplinkFingerprint) => boolean,
): PlannedMessage {
  const recognised = recogniseMessage(message, rules.payloadBytesMax);
  if (recognised.format !== 'lorawan' || rules.sessions === undefined) {
    return planRecognised(message, recognised, rules, isSeen);
  }
  try {
    return planFrame(message, recognised, { ...rules, sessions: rules.sessions }, isSeen);
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    return putAside({ message, recognised, rules }, 'decoder-failed', `the frame could not be opened: ${name}`);
  }
}

/** Opens the frame; one that is behind its counter is known here (late, or by another gateway) or it is not taken. */
function planFrame(
  message: RawMessage,
  closed: RecognisedMessage,
  rules: IntakeRules & { readonly sessions: LorawanSessions },
  isSeen: (fingerprint: UplinkFingerprint) => boolean,
): PlannedMessage {
  const opened = recogniseFrame(message, rules.sessions);
  if (!opened.ok) return planRecognised(message, { ...closed, event: opened }, rules, isSeen);
  if (opened.value.kind === 'strange') return { kind: 'dropped', reason: 'unknown-session' };
  const { event, isNew, counter } = opened.value;
  if (!isNew && event.kind === 'uplink') {
    return isSeen(uplinkFingerprint(event)) ? { kind: 'duplicate' } : { kind: 'dropped', reason: 'replayed-frame' };
  }
  const recognised = { format: closed.format, body: undefined, event: ok(event) };
  const planned = planRecognised(message, recognised, rules, isSeen);
  if (counter === undefined) return planned;
  rules.sessions.note(counter);
  return { ...planned, counter };
}

/** Decides about a message that was recognised by other means: one that is read again from its kept form. */
export function planRecognised(
  message: RawMessage,
  recognised: RecognisedMessage,
  rules: IntakeRules,
  isSeen: (fingerprint: UplinkFingerprint) => boolean,
): PlannedMessage {
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
  const { event } = recognised;
  const refused = { message, recognised, rules };
  if (!event.ok) return putAside(refused, event.fault.code, event.fault.detail);
  if (event.value.kind !== 'uplink') return { kind: 'event', event: event.value.kind };
  const uplink = event.value;
  const device = rules.devices.get(uplink.device);
  if (device === undefined) {
    const detail = `${uplink.device} is not among the devices of the configuration`;
    const record = quarantineRecord(refused, 'unknown-device', detail);
    return { kind: 'quarantine', record: { ...record, unknownDevice: unknownUplink(uplink, message, rules) } };
  }
  const fingerprint = uplinkFingerprint(uplink);
  if (isSeen(fingerprint)) return { kind: 'duplicate' };
  if (isStale(uplink, message.receivedMs, rules.staleAfterDays ?? Number.POSITIVE_INFINITY)) {
    return putAside(refused, 'stale-message', 'its time lies more than quarantine.staleAfterDays before its arrival');
  }
  const observed = observeUplink(uplink, device);
  if (!observed.ok) return putAside(refused, observed.fault.code, observed.fault.detail);
  const { topic, receivedMs } = message;
  const origin = { device, frameCounter: uplink.frameCounter ?? uplink.observedMs, receivedMs };
  const derived = rules.derivation.derive(observed.value.observations, origin);
  const leaving =
    device.smallCounts === undefined
      ? { observations: derived.observations, contributions: [] }
      : withholdCounts(derived.observations, device.smallCounts);
  const payload = keptUplink(refused, uplink, device.model);
  return {
    kind: 'uplink',
    uplink: { receivedMs, topic, payload, fingerprint, ...leaving, counters: derived.counters },
    quarantine: [...observed.value.refused, ...derived.refused].map(({ code, detail }) => ({
      ...quarantineRecord(refused, code, detail),
      isOfLastUplink: true,
    })),
    missingCount: observed.value.missingCount,
    uncounted: derived.uncounted,
  };
}

interface Refused {
  readonly message: RawMessage;
  readonly recognised: RecognisedMessage;
  readonly rules: IntakeRules;
}

function putAside(refused: Refused, reason: string, detail: string): PlannedMessage {
  return { kind: 'quarantine', record: quarantineRecord(refused, reason, detail) };
}

function unknownUplink(uplink: Uplink, { receivedMs }: RawMessage, rules: IntakeRules): UnknownUplink {
  const { device, format, port, payload } = uplink;
  return { device, format, port, payload, receivedMs, payloadExpiresMs: unclearedExpiryMs(receivedMs, rules) };
}

function unclearedExpiryMs(receivedMs: EpochMs, { unclearedPayloadHours }: IntakeRules): EpochMs {
  return receivedMs + unclearedPayloadHours * MS_PER_HOUR;
}

function quarantineRecord(refused: Refused, reason: string, detail: string): QuarantineRecord {
  const { message, recognised, rules } = refused;
  const { receivedMs } = message;
  const uplink = recognised.event.ok && recognised.event.value.kind === 'uplink' ? recognised.event.value : undefined;
  const model = uplink === undefined ? undefined : rules.devices.get(uplink.device)?.model;
  const kept = keptRefusal(refused, uplink, model);
  const record = { receivedMs, reason, detail, ...kept };
  // Of an object only what a mapping reads is in the record, so no payload bytes that could expire.
  if (model?.cleared === true || model?.readsObject !== undefined) return record;
  return { ...record, payloadExpiresMs: unclearedExpiryMs(receivedMs, rules) };
}
