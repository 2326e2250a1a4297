import { fail, ok } from '@meetbrug/protocols/result';
import { type RawMessage, readFrameMessage } from '@meetbrug/protocols/uplinks';
import type { RecognisedMessage } from '../decode/recognise-message.ts';
import { recogniseFrame } from '../lorawan/recognise-frame.ts';
import type { LorawanSessions } from '../lorawan/sessions.ts';
import type { SessionCounter } from '../outbox/session-counter-store.ts';

/** A frame that was kept encrypted, opened with the sessions of today: its event, or why it stays closed. */
export interface KeptFrame extends RecognisedMessage {
  /** Present where the frame is beyond the last one of its session. */
  readonly counter?: SessionCounter;
}

/**
 * Opens a frame that lies in the quarantine; undefined for any other raw form, whose fields are never kept by these names. One
 * that is behind the counter of its session is late and not replayed: it was heard before what has moved the counter, and
 * whether it was taken by another road, the window knows.
 */
export function readKeptFrame(message: RawMessage, sessions: LorawanSessions): KeptFrame | undefined {
  if (!readFrameMessage(message).ok) return undefined;
  const closed = { format: 'lorawan', body: undefined } as const;
  const opened = recogniseFrame(message, sessions);
  if (!opened.ok) return { ...closed, event: opened };
  if (opened.value.kind === 'strange') {
    return { ...closed, event: fail('unknown-session', 'no session has the DevAddr of the frame') };
  }
  const { event, counter } = opened.value;
  return { ...closed, event: ok(event), ...(counter === undefined ? {} : { counter }) };
}
