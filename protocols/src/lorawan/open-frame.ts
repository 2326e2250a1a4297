import { type Fault, fail, ok, type Result } from '../result/mod.ts';
import type { FrameCipher } from './frame-cipher.ts';
import { counterCandidates } from './frame-counter.ts';
import type { DataFrame } from './phy-payload.ts';
import type { Session } from './session.ts';

/** A data frame whose MIC is right. */
export interface OpenedFrame<S extends Session = Session> {
  readonly session: S;
  /** All 32 bits. */
  readonly frameCounter: number;
  /** Whether the counter is beyond the session's last one: else the frame is late, sent again, or replayed. */
  readonly isNew: boolean;
  /** Decrypted. */
  readonly payload: Uint8Array;
}

export type FrameFaultCode = 'unknown-session' | 'bad-mic' | 'frame-counter-gap';

export interface FrameRules {
  readonly cipher: FrameCipher;
  /** How many frames may have been lost since the last one. */
  readonly frameCounterGapMax: number;
}

/**
 * Finds the session of a frame and opens it (LoRaWAN 1.0.4, section 4.3). A DevAddr is not unique, so each of its sessions
 * is tried and the MIC decides. A gap is judged only when the MIC is right: a forged frame is called forged.
 * @param sessions those with the frame's DevAddr
 */
export function openFrame<S extends Session>(
  bytes: Uint8Array,
  { counterOnAir, devAddr }: DataFrame,
  sessions: readonly S[],
  { cipher, frameCounterGapMax }: FrameRules,
): Result<OpenedFrame<S>, Fault<FrameFaultCode>> {
  if (sessions.length === 0) return fail('unknown-session', 'no session has the DevAddr of the frame');
  for (const session of sessions) {
    const { lastFrameCounter: last } = session;
    for (const frameCounter of counterCandidates(counterOnAir, last)) {
      if (!cipher.verifies(bytes, session, frameCounter)) continue;
      if (last !== undefined && frameCounter - last > frameCounterGapMax) {
        const lost = `${frameCounter - last} beyond the last frame counter of ${session.devEui}`;
        return fail('frame-counter-gap', `${lost}; lorawan.frameCounterGapMax is ${frameCounterGapMax}`);
      }
      const isNew = last === undefined || frameCounter > last;
      return ok({ session, frameCounter, isNew, payload: cipher.decrypt(bytes, session, frameCounter) });
    }
  }
  return fail('bad-mic', `the MIC is right with no session of DevAddr ${devAddr}`);
}
