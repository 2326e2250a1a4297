export interface ContactBounds {
  /** With nothing on its way: how long the cloud may be silent before the edge says hello again. */
  readonly keepaliveMs: number;
  /** How long it may be silent while something waits for its answer. */
  readonly silenceMsMax: number;
  /** Longest pause between two hellos without a welcome; at least a second. */
  readonly helloPauseMsMax: number;
}

const HELLO_PAUSE_MS_MIN = 1_000;

/**
 * What is known of the cloud at the other end, from what it says alone: an open connection says nothing, it may end at a
 * broker between, or nowhere. All times are monotonic milliseconds.
 */
export class CloudContact {
  readonly #bounds: ContactBounds;
  #isOpen = false;
  #isWelcomed = false;
  #acknowledgedMs: number | undefined;
  /** Of this connection. */
  #heardMs: number | undefined;
  /** Since when the cloud owes an answer. */
  #askedMs: number | undefined;
  #helloPauseMs = HELLO_PAUSE_MS_MIN;
  #helloDueMs = 0;

  constructor(bounds: ContactBounds) {
    this.#bounds = { ...bounds, helloPauseMsMax: Math.max(bounds.helloPauseMsMax, HELLO_PAUSE_MS_MIN) };
  }

  /** Whether the cloud has welcomed this edge on this connection and takes batches. */
  get isWelcomed(): boolean {
    return this.#isWelcomed;
  }

  /** When it last acknowledged a batch, on any connection. */
  get acknowledgedMs(): number | undefined {
    return this.#acknowledgedMs;
  }

  /** Whether it is welcomed and has not owed an answer for longer than `answerMsMax`. */
  isAnswering(nowMs: number, answerMsMax: number): boolean {
    return this.#isWelcomed && (this.#askedMs === undefined || nowMs - this.#askedMs <= answerMsMax);
  }

  opened(): void {
    this.#isOpen = true;
  }

  /** The connection is gone, and a next one begins from nothing. */
  lost(): void {
    this.#isOpen = false;
    this.#isWelcomed = false;
    this.#heardMs = undefined;
    this.#askedMs = undefined;
    this.#helloPauseMs = HELLO_PAUSE_MS_MIN;
  }

  /** The next hello waits longer, for as long as no welcome comes. */
  saidHello(nowMs: number): void {
    this.asked(nowMs);
    this.#helloDueMs = nowMs + this.#helloPauseMs;
    this.#helloPauseMs = Math.min(this.#helloPauseMs * 2, this.#bounds.helloPauseMsMax);
  }

  /** Something was sent that the cloud answers. */
  asked(nowMs: number): void {
    this.#askedMs ??= nowMs;
  }

  welcomed(nowMs: number): void {
    this.#isWelcomed = true;
    this.#helloPauseMs = HELLO_PAUSE_MS_MIN;
    this.#heard(nowMs);
  }

  /** @param isWaiting whether other batches still wait for their acknowledgement */
  acknowledged(nowMs: number, isWaiting: boolean): void {
    this.#acknowledgedMs = nowMs;
    this.#heard(nowMs);
    if (isWaiting) this.#askedMs = nowMs;
  }

  #heard(nowMs: number): void {
    this.#heardMs = nowMs;
    this.#askedMs = undefined;
  }

  /**
   * What is due. Before a welcome: hello again, with growing pauses, and never a new connection, for the cloud may only
   * come later to the broker between. After it: hello when nothing was heard for long, and an end of the connection when
   * the answer to anything is overdue.
   */
  due(nowMs: number): 'hello' | 'close' | undefined {
    if (!this.#isOpen) return undefined;
    if (!this.#isWelcomed) return this.#askedMs !== undefined && nowMs >= this.#helloDueMs ? 'hello' : undefined;
    if (this.#askedMs !== undefined) return nowMs - this.#askedMs > this.#bounds.silenceMsMax ? 'close' : undefined;
    return nowMs - (this.#heardMs ?? nowMs) >= this.#bounds.keepaliveMs ? 'hello' : undefined;
  }
}
