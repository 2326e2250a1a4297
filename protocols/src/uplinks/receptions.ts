import type { Reception } from './network-event.ts';

export const RECEPTIONS_MAX = 16;

/** Best signal first: higher RSSI, then higher SNR; unknown counts as worst. Beyond {@link RECEPTIONS_MAX} the weakest go. */
export function strongestFirst(receptions: Reception[]): readonly Reception[] {
  if (receptions.length < 2) return receptions;
  return receptions.sort(byStrength).slice(0, RECEPTIONS_MAX);
}

function byStrength(a: Reception, b: Reception): number {
  return descending(a.rssi, b.rssi) || descending(a.snr, b.snr);
}

/** Infinite minus infinite is no number, so the unknown are compared before the known. */
function descending(a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return b - a;
}
