import { fingerprintSessionsAgree, type UplinkFingerprint } from './uplink-fingerprint.ts';

/**
 * Which uplinks were seen among the last ones: two generations of an open-addressing hash set in typed arrays. When the
 * younger one is full the older one is dropped, so between half and all of `uplinksMax` uplinks are remembered.
 */
export class UplinkWindow {
  readonly #generationMax: number;
  #young: Generation;
  #old: Generation;

  constructor(uplinksMax: number) {
    this.#generationMax = Math.ceil(uplinksMax / 2);
    this.#young = new Generation(this.#generationMax);
    this.#old = new Generation(this.#generationMax);
  }

  has(fingerprint: UplinkFingerprint): boolean {
    return this.#young.has(fingerprint) || this.#old.has(fingerprint);
  }

  add(fingerprint: UplinkFingerprint): void {
    if (this.#young.size >= this.#generationMax) {
      const emptied = this.#old;
      emptied.clear();
      this.#old = this.#young;
      this.#young = emptied;
    }
    this.#young.add(fingerprint);
  }
}

/** Seven tenths full at most: a search for something new looks at six slots, a million uplinks take 17 MB. */
const SLOTS_PER_UPLINK = 1.4;

class Generation {
  size = 0;
  readonly #slotCount: number;
  /** high, low, session of each slot. */
  readonly #slots: Uint32Array;

  constructor(uplinksMax: number) {
    this.#slotCount = Math.ceil(uplinksMax * SLOTS_PER_UPLINK);
    this.#slots = new Uint32Array(this.#slotCount * 3);
  }

  has({ high, low, session }: UplinkFingerprint): boolean {
    const slots = this.#slots;
    for (let slot = this.#home(high); slots[slot * 3 + 1] !== 0; slot = this.#after(slot)) {
      const at = slot * 3;
      if (slots[at] !== high || slots[at + 1] !== low) continue;
      if (fingerprintSessionsAgree(slots[at + 2] as number, session)) return true;
    }
    return false;
  }

  add({ high, low, session }: UplinkFingerprint): void {
    const slots = this.#slots;
    let slot = this.#home(high);
    while (slots[slot * 3 + 1] !== 0) slot = this.#after(slot);
    slots[slot * 3] = high;
    slots[slot * 3 + 1] = low;
    slots[slot * 3 + 2] = session;
    this.size += 1;
  }

  /** Where the search begins; `high` is spread evenly over 32 bits. */
  #home(high: number): number {
    return Math.floor((high / 2 ** 32) * this.#slotCount);
  }

  #after(slot: number): number {
    return slot + 1 === this.#slotCount ? 0 : slot + 1;
  }

  clear(): void {
    this.#slots.fill(0);
    this.size = 0;
  }
}
