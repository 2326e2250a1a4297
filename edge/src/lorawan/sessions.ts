import { hash } from 'node:crypto';
import {
  type AddressRange,
  type DataFrame,
  type FrameFaultCode,
  frameCipher,
  isInRange,
  type OpenedFrame,
  openFrame,
  type Session,
} from '@meetbrug/protocols/lorawan';
import type { Fault, Result } from '@meetbrug/protocols/result';
import type { SessionCounter } from '../outbox/session-counter-store.ts';

/** A session as it is remembered: `name` tells it from a later one of the same device, with other keys. */
interface NamedSession extends Session {
  readonly name: string;
}

export interface SessionRules {
  readonly frameCounterGapMax: number;
  /** Where the city's own devices are. */
  readonly ownDevAddrs?: readonly AddressRange[];
  /** The counter of a session as it was last committed. */
  readonly committedCounter: (session: string) => number | undefined;
}

export interface OpenedBySession extends OpenedFrame {
  /** What to commit with whatever becomes of the frame; absent where the counter does not move. */
  readonly counter?: SessionCounter;
}

const CIPHER = frameCipher((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));

/**
 * The LoRaWAN sessions of a configuration, with their counters as the running transaction has left them. As many are
 * remembered as are configured.
 */
export class LorawanSessions {
  readonly #byAddress: ReadonlyMap<string, readonly NamedSession[]>;
  readonly #rules: SessionRules;
  /** Where a counter is committed or planned. */
  readonly #counters = new Map<string, number>();

  constructor(sessions: readonly Session[], rules: SessionRules) {
    this.#byAddress = Map.groupBy(
      sessions.map((session) => ({ ...session, name: sessionName(session) })),
      ({ devAddr }) => devAddr,
    );
    this.#rules = rules;
  }

  /** Whether the address is that of a session, or lies among the city's own: what a gateway hears is mostly other people's. */
  knows(devAddr: string): boolean {
    if (this.#byAddress.has(devAddr)) return true;
    return this.#rules.ownDevAddrs?.some((range) => isInRange(devAddr, range)) === true;
  }

  /** Opens a frame. What it gives as its counter is {@link note}d with the transaction that commits it. */
  open(phyPayload: Uint8Array, frame: DataFrame): Result<OpenedBySession, Fault<FrameFaultCode>> {
    const sessions = (this.#byAddress.get(frame.devAddr) ?? []).map((session) => this.#withCounter(session));
    const opened = openFrame(phyPayload, frame, sessions, {
      cipher: CIPHER,
      frameCounterGapMax: this.#rules.frameCounterGapMax,
    });
    if (!opened.ok || !opened.value.isNew) return opened;
    const { session, frameCounter } = opened.value;
    return { ok: true, value: { ...opened.value, counter: { session: session.name, frameCounter } } };
  }

  /** The running transaction moves the counter of a session. */
  note({ session, frameCounter }: SessionCounter): void {
    this.#counters.set(session, frameCounter);
  }

  /** The running transaction did not happen: counters are what was committed. */
  rollBack(): void {
    this.#counters.clear();
  }

  #withCounter(session: NamedSession): NamedSession {
    const noted = this.#counters.get(session.name) ?? this.#rules.committedCounter(session.name);
    if (noted === undefined) return session;
    this.#counters.set(session.name, noted);
    return { ...session, lastFrameCounter: Math.max(noted, session.lastFrameCounter ?? 0) };
  }
}

/** A hash of 128 random bits gives nothing of the key away. */
function sessionName({ devEui, devAddr, nwkSKey }: Session): string {
  return `${devEui}/${devAddr}/${hash('sha256', nwkSKey, 'hex').slice(0, 16)}`;
}

/** Where no frame is opened. */
export const NO_SESSIONS = new LorawanSessions([], { frameCounterGapMax: 1, committedCounter: () => undefined });
