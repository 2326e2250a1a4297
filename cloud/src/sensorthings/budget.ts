import { LIMITS } from './limits.ts';

/** What is left of one request's reads, entities and time. */
export interface Budget {
  /** Takes so many reads; throws {@link BudgetExhausted} when there are not that many left, or the time is over. */
  spend(reads: number): void;
  /** Takes one entity of the answer. */
  render(): void;
}

/** Thrown out of a read amid its loops, and turned into a refusal or a shorter page where the request is answered. */
export class BudgetExhausted extends Error {
  override readonly name = 'BudgetExhausted';
}

export interface BudgetLimits {
  readonly reads: number;
  readonly entities: number;
  readonly milliseconds: number;
}

/** Reads and entities between two looks at the clock. */
const CLOCK_EVERY = 256;

/** @param elapsedMs a clock that only rises */
export function createBudget(elapsedMs: () => number, limits: BudgetLimits = LIMITS): Budget {
  const endMs = elapsedMs() + limits.milliseconds;
  let reads = 0;
  let entities = 0;
  let lookedAt = 0;
  const lookAtClock = () => {
    if (reads + entities - lookedAt < CLOCK_EVERY) return;
    lookedAt = reads + entities;
    if (elapsedMs() > endMs) throw new BudgetExhausted(`it takes longer than ${limits.milliseconds} ms`);
  };
  return {
    spend(count) {
      reads += count;
      if (reads > limits.reads) throw new BudgetExhausted(`it reads more than ${limits.reads} rows and keys`);
      lookAtClock();
    },
    render() {
      entities += 1;
      lookAtClock();
      if (entities > limits.entities) throw new BudgetExhausted(`its answer has more than ${limits.entities} entities`);
    },
  };
}
