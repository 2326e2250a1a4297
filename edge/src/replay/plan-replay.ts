import { type DatastreamKey, type EpochMs, formatObservedValue } from '@meetbrug/protocols/observation';
import { recogniseKept } from '../decode/recognise-kept.ts';
import type { RecognisedMessage } from '../decode/recognise-message.ts';
import { type IntakeRules, planRecognised } from '../intake/plan-message.ts';
import type { NewUplink } from '../outbox/outbox.ts';
import type { QuarantineRecord } from '../outbox/quarantine-store.ts';
import { rowChecksum } from '../outbox/row-checksum.ts';
import type { SessionCounter } from '../outbox/session-counter-store.ts';
import { decodeObservations, type StoredObservation } from '../outbox/stored-observations.ts';
import type { UplinkFingerprint } from '../outbox/uplink-fingerprint.ts';
import type { RawForm } from './raw-form.ts';
import { readKeptFrame } from './read-kept-frame.ts';

/** A frame that is opened now moves the counter of its session, if that is not further already. */
export type PlannedReplay = PlannedOutcome & { readonly counter?: SessionCounter };

type PlannedOutcome =
  | {
      readonly kind: 'uplink';
      /** A row of its own, whose sequence and so whose revision lies above all that there are. */
      readonly uplink: NewUplink;
      readonly outcome: 'taken' | 'corrected';
      /** Values that cannot be used still, in place of the records of the raw form. */
      readonly quarantine: readonly QuarantineRecord[];
    }
  /** The uplink stands as it was taken; its refused values are refused for these reasons now. */
  | { readonly kind: 'unchanged'; readonly quarantine: readonly QuarantineRecord[] }
  | { readonly kind: 'solved'; readonly outcome: 'duplicate' | 'event' }
  | { readonly kind: 'still-failing'; readonly reason: string; readonly detail: string }
  | { readonly kind: 'not-kept' };

export interface ReplayRules {
  /** Those of the intake, with a derivation that only this replay uses: what is old tells nothing about today's values. */
  readonly intake: IntakeRules;
  readonly isSeen: (fingerprint: UplinkFingerprint) => boolean;
  readonly datastreamOf: (descriptionId: number) => DatastreamKey | undefined;
  /** When a row is written for it: the age of a row is how long it has been in the outbox. */
  readonly nowMs: EpochMs;
}

/** What a raw form says, and how far a frame that it holds moves the counter of its session. */
export type ReadForm = RecognisedMessage & { readonly counter?: SessionCounter };

const DAMAGED = 'damaged-row';
const NOT_KEPT = { kind: 'not-kept' } as const;

/** What a kept raw form says; undefined where it is not kept so that it can be read. A frame may still be closed: a fault. */
export function readRawForm(
  { message, records }: RawForm,
  { payloadBytesMax, sessions }: Pick<IntakeRules, 'payloadBytesMax' | 'sessions'>,
): ReadForm | undefined {
  // Bytes whose checksum is wrong may say anything.
  if (message.payload.byteLength === 0 || records.some(({ reason }) => reason === DAMAGED)) return undefined;
  const frame = sessions === undefined ? undefined : readKeptFrame(message, sessions);
  if (frame !== undefined) return frame;
  const recognised = recogniseKept(message, payloadBytesMax);
  if (!recognised.event.ok) return undefined;
  // Without its body it is kept as an uplink, with its moment: the time of this row is not when the message came.
  return { ...recognised, body: undefined };
}

/**
 * Decides about a raw form that is run again, by the rules of today. One that gives what it gave before adds nothing; one
 * that gives anything else is written whole, and the cloud recognises by its value what it has already.
 *
 * Counters and sums of counts need no exception, because they take readings in any order: a known reading changes nothing,
 * one between two others splits their count, one older than all that are kept counts for nothing, and a window that was
 * decided for privacy stays on its side of the threshold.
 */
export function planReplay(form: RawForm, read: ReadForm | undefined, rules: ReplayRules): PlannedReplay {
  if (read === undefined) return NOT_KEPT;
  const { counter, ...recognised } = read;
  const planned = planForm(form, recognised, rules);
  return counter === undefined ? planned : { ...planned, counter };
}

function planForm(form: RawForm, recognised: RecognisedMessage, rules: ReplayRules): PlannedOutcome {
  const { message, records, uplink: taken } = form;
  if (lacksItsObject(form, recognised, rules)) return NOT_KEPT;
  const isSeen = taken === undefined ? rules.isSeen : () => false;
  const planned = planRecognised(message, recognised, taken === undefined ? rules.intake : lateToo(rules), isSeen);
  if (planned.kind === 'quarantine') {
    return { kind: 'still-failing', reason: planned.record.reason, detail: planned.record.detail };
  }
  if (planned.kind !== 'uplink') {
    return { kind: 'solved', outcome: planned.kind === 'duplicate' ? 'duplicate' : 'event' };
  }
  const { quarantine } = planned;
  const uplink = { ...planned.uplink, receivedMs: rules.nowMs };
  if (taken === undefined) return { kind: 'uplink', outcome: 'taken', uplink, quarantine };
  const { row } = taken;
  const isIntact = row !== undefined && rowChecksum(row) === row.checksum;
  const known = valuesOf(isIntact ? decodeObservations(row.observations) : [], rules);
  const isKnown = uplink.observations.every(
    ({ datastream, beginMs, value }) => known.get(`${datastream.key} ${beginMs}`) === formatObservedValue(value),
  );
  // What a sum holds is not in the row; a value that was refused is in no sum.
  const mayMoveSums = uplink.contributions.length > 0 && records.length > 0;
  if (isKnown && !mayMoveSums) return { kind: 'unchanged', quarantine };
  return { kind: 'uplink', outcome: 'corrected', uplink, quarantine };
}

/** What was taken once is not stale: the row of a replay is younger than the message that it came from. */
function lateToo({ intake: { staleAfterDays: _, ...rules } }: ReplayRules): IntakeRules {
  return rules;
}

/** Of the object of a device that was not configured names and types were kept, no values. */
function lacksItsObject({ records }: RawForm, { event }: RecognisedMessage, { intake }: ReplayRules): boolean {
  if (!event.ok || event.value.kind !== 'uplink') return false;
  const model = intake.devices.get(event.value.device)?.model;
  return model?.readsObject !== undefined && records.some(({ reason }) => reason === 'unknown-device');
}

function valuesOf(observations: readonly StoredObservation[], { datastreamOf }: ReplayRules): Map<string, string> {
  return new Map(
    observations.map(([description, beginMs, , , value]) => [`${datastreamOf(description)} ${beginMs}`, value]),
  );
}
