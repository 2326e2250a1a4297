/** How often one address may fail, and how many addresses are remembered. */
export interface AttemptBounds {
  readonly failuresMax: number;
  readonly windowMs: number;
  readonly addressesMax: number;
}

/**
 * Counts failures of an address within a window that begins with the first. When more addresses fail than are remembered,
 * the oldest is forgotten: whoever has that many addresses is bounded by the secret's length, not by this.
 */
export class FailedAttempts {
  readonly #bounds: AttemptBounds;
  readonly #byAddress = new Map<string, { readonly sinceMs: number; count: number }>();

  constructor(bounds: AttemptBounds) {
    this.#bounds = bounds;
  }

  /** Until when the address is not listened to, in milliseconds from now; 0 when it is. */
  waitMs(address: string, nowMs: number): number {
    const failed = this.#byAddress.get(address);
    if (failed === undefined) return 0;
    const leftMs = failed.sinceMs + this.#bounds.windowMs - nowMs;
    if (leftMs <= 0) this.#byAddress.delete(address);
    return leftMs > 0 && failed.count >= this.#bounds.failuresMax ? leftMs : 0;
  }

  failed(address: string, nowMs: number): void {
    const known = this.#byAddress.get(address);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const [oldest] = this.#byAddress.keys();
    if (this.#byAddress.size >= this.#bounds.addressesMax && oldest !== undefined) this.#byAddress.delete(oldest);
    this.#byAddress.set(address, { sinceMs: nowMs, count: 1 });
  }
}
