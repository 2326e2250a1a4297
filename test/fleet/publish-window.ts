/** Counts what waits for an answer, bounds it, and wakes the one who waits for room or for the end. */
export class PublishWindow {
  readonly #max: number;
  #unanswered = 0;
  #wake: () => void = () => undefined;

  constructor(max: number) {
    this.#max = max;
  }

  get unanswered(): number {
    return this.#unanswered;
  }

  open(): void {
    this.#unanswered += 1;
  }

  close(): void {
    this.#unanswered -= 1;
    this.#wake();
  }

  /** Resolves when there is room or the signal has fired. */
  async slot(signal?: AbortSignal): Promise<void> {
    while (this.#unanswered >= this.#max && !signal?.aborted) await this.#changed(signal);
  }

  /** Resolves when all are answered, or after `timeoutMs`. */
  async drained(timeoutMs: number): Promise<void> {
    const signal = AbortSignal.timeout(timeoutMs);
    while (this.#unanswered > 0 && !signal.aborted) await this.#changed(signal);
  }

  async #changed(signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#wake = wake;
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
