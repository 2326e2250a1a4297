export interface SlotBounds {
  readonly together: number;
  readonly perAddress: number;
}

/** Open connections, counted by address. */
export interface ConnectionSlots {
  /** Takes a slot; what it gives back frees it, once. A word instead: there is none left. */
  take(address: string): (() => void) | 'too-many-connections' | 'too-many-from-address';
  taken(): number;
}

/** Remembers no more addresses than there are connections. */
export function createConnectionSlots({ together, perAddress }: SlotBounds): ConnectionSlots {
  const counts = new Map<string, number>();
  let taken = 0;
  return {
    take(address) {
      const count = counts.get(address) ?? 0;
      if (taken >= together) return 'too-many-connections';
      if (count >= perAddress) return 'too-many-from-address';
      counts.set(address, count + 1);
      taken += 1;
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        taken -= 1;
        const left = (counts.get(address) ?? 1) - 1;
        if (left === 0) counts.delete(address);
        else counts.set(address, left);
      };
    },
    taken: () => taken,
  };
}
