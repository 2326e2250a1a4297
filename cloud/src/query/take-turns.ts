/** Lets so many at a time do something; the others wait in the order in which they came. */
export interface Turns {
  /** Settles as `work` does; a turn that was called off before it began rejects with the reason of its signal. */
  take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** @param places how many work at once; how many may wait is for the caller to bound */
export function createTurns(places: number): Turns {
  const waiting: (() => void)[] = [];
  let free = places;
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async take(work, signal) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        signal?.throwIfAborted();
        return await work();
      } finally {
        leave();
      }
    },
  };
}
