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

/** What a frame says once it is opened. */
export interface RecognisedFrame {
  readonly event: NetworkEvent;
  /** Whether its counter is beyond the last one of its session. */
  readonly isNew: boolean;
  readonly counter?: SessionCounter;
}

/** Opens the frame that a message of the format `lorawan` holds. Call it inside the transaction that commits the counter. */
export function recogniseFrame(
  message: RawMessage,
  sessions: LorawanSessions,
): Result<RecognisedFrame, Fault<UplinkFaultCode>> {
  const heard = readFrameMessage(message);
  if (!heard.ok) return heard;
  const frame = readPhyPayload(heard.value.phyPayload);
  if (!frame.ok) return fail('not-this-format', frame.fault.detail);
  if (frame.value.kind !== 'data') return ok({ event: { kind: 'other', event: frame.value.kind }, isNew: true });
  const opened = sessions.open(heard.value.phyPayload, frame.value);
  if (!opened.ok) return opened;
  const { isNew, counter } = opened.value;
  const event = frameEvent(heard.value, frame.value, opened.value, message.receivedMs);
  return ok({ event, isNew, ...(counter === undefined ? {} : { counter }) });
}
