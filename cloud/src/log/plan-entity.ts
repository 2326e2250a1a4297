/** What one datastream's description says of an entity. */
export interface Statement {
  readonly body: string;
  /** From when the description holds. */
  readonly validFromMs: number;
  /** The key of the datastream. */
  readonly saidBy: string;
}

/** `publish`: a new version. `note`: the same text, better said. `keep`: nothing changes. */
export type EntityPlan = 'publish' | 'note' | 'keep';

/**
 * The merge rule for what several datastreams describe (a measuring point, a sensor, a procedure). Where they differ, the
 * description that holds from the latest moment is right; of two from the same moment, the one of the datastream whose key
 * sorts last. So two datastreams that contradict each other settle after at most one version each, in whatever order they
 * speak, and never take turns.
 */
export function planEntity(said: Statement, known: Statement | undefined): EntityPlan {
  if (known === undefined) return 'publish';
  const isBetter =
    said.validFromMs > known.validFromMs || (said.validFromMs === known.validFromMs && said.saidBy >= known.saidBy);
  if (!isBetter) return 'keep';
  if (said.body !== known.body) return 'publish';
  return said.validFromMs === known.validFromMs && said.saidBy === known.saidBy ? 'keep' : 'note';
}
