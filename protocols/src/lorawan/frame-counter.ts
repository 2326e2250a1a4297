const ON_AIR_VALUES = 0x1_0000;
export const FRAME_COUNTER_MAX = 0xffff_ffff;
/** MAX_FCNT_GAP of LoRaWAN 1.0.x. */
export const FRAME_COUNTER_GAP_MAX = 16_384;

/**
 * The full 32-bit counters that the 16 bits on air can stand for, the likely one first. The upper half is that of the last
 * accepted counter, one more where the lower bits went backwards. A frame that is late or sent again went backwards too:
 * then the second says with which counter its MIC was made, so that it is told from a forged one.
 */
export function counterCandidates(onAir: number, last: number | undefined): readonly number[] {
  if (last === undefined) return [onAir];
  const sameHalf = last - (last % ON_AIR_VALUES) + onAir;
  if (sameHalf >= last) {
    // Just behind a roll-over a late frame belongs to the half before.
    const halfBefore = sameHalf - ON_AIR_VALUES;
    return halfBefore >= 0 && sameHalf - last > ON_AIR_VALUES / 2 ? [sameHalf, halfBefore] : [sameHalf];
  }
  const nextHalf = sameHalf + ON_AIR_VALUES;
  return nextHalf > FRAME_COUNTER_MAX ? [sameHalf] : [nextHalf, sameHalf];
}

/** The upper 16 bits in the byte order of the air, least significant first. */
export function counterUpperBytes(counter: number): Uint8Array {
  const upper = Math.floor(counter / ON_AIR_VALUES);
  return Uint8Array.of(upper & 0xff, upper >> 8);
}
