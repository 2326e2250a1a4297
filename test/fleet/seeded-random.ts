/** Randomness that a seed repeats: the same seed gives the same fleet, the same messages and the same kill instants. */
export interface SeededRandom {
  /** Uniform in [0, 1). */
  unit(): number;
  /** Uniform whole number, both ends included. */
  between(min: number, max: number): number;
  /** True in `percent` of the calls. */
  chance(percent: number): boolean;
  /** Lower-case hex digits. */
  hex(digits: number): string;
}

/** Mulberry32: one 32-bit word of state, enough spread for simulated sensors, never for secrets. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    unit,
    between: (min, max) => min + Math.floor(unit() * (max - min + 1)),
    chance: (percent) => unit() * 100 < percent,
    hex: (digits) => Array.from({ length: digits }, () => Math.floor(unit() * 16).toString(16)).join(''),
  };
}
