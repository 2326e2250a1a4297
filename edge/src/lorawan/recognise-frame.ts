import { readPhyPayload } from '@meetbrug/protocols/lorawan';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import {
  frameEvent,
  type NetworkEvent,
  type RawMessage,
  readFrameMessage,
  type UplinkFaultCode,
} from '@meetbrug/protocols/uplinks';
import type { SessionCounter } from '../outbox/session-counter-store.ts';
import type { LorawanSessions } from './sessions.ts';

export type RecognisedFrame =
  | {
      readonly kind: 'opened';
      readonly event: NetworkEvent;
      /** Whether its counter is beyond the last one of its session. */
      readonly isNew: boolean;
      /** Present where the counter of the session moves. */
      readonly counter?: SessionCounter;
    }
  /** Of no device of this city. */
  | { readonly kind: 'strange' };

/** Opens the frame that a message of the format `lorawan` holds. */
export function recogniseFrame(
  message: RawMessage,
  sessions: LorawanSessions,
): Result<RecognisedFrame, Fault<UplinkFaultCode>> {
  const heard = readFrameMessage(message);
  if (!heard.ok) return heard;
  const frame = readPhyPayload(heard.value.phyPayload);
  if (!frame.ok) return fail('not-this-format', frame.fault.detail);
  if (frame.value.kind !== 'data') {
    return ok({ kind: 'opened', event: { kind: 'other', event: frame.value.kind }, isNew: true });
  }
  if (!sessions.knows(frame.value.devAddr)) return ok({ kind: 'strange' });
  const opened = sessions.open(heard.value.phyPayload, frame.value);
  if (!opened.ok) return opened;
  const { isNew, counter } = opened.value;
  const event = frameEvent(heard.value, frame.value, opened.value, message.receivedMs);
  return ok({ kind: 'opened', event, isNew, ...(counter === undefined ? {} : { counter }) });
}
