import type { EpochMs } from '@meetbrug/protocols/observation';

/** What a counter showed in one uplink. */
export interface CounterReading {
  /**
   * What orders readings, whatever the order of arrival: the full 32-bit frame counter of the uplink, or, of a device that
   * has none, the moment of the uplink in milliseconds.
   */
  readonly frameCounter: number;
  readonly atMs: EpochMs;
  /** Whole number below the counter's modulus. */
  readonly value: number;
}

export interface CounterRules {
  /** Width of the counter inside the device: it starts again at 0 after 2^width - 1. */
  readonly widthBits: 16 | 32;
  /** The fastest that the counted thing can come by; what goes faster is no count. */
  readonly countsPerSecondMax: number;
}

export function counterModulus({ widthBits }: CounterRules): number {
  return 2 ** widthBits;
}
