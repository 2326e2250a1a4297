import type { EpochMs } from '@meetbrug/protocols/observation';

/** What a counter showed in one uplink. */
export interface CounterReading {
  /** Full 32-bit frame counter of the uplink: it orders readings, whatever the order of arrival. */
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

export const FRAME_COUNTER_MAX = 0xffff_ffff;

export function counterModulus({ widthBits }: CounterRules): number {
  return 2 ** widthBits;
}
