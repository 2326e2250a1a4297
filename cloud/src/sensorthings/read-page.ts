import { ok } from '@meetbrug/protocols/result';
import { BudgetExhausted } from './budget.ts';
import type { Entity } from './entity.ts';
import { type EvaluationContext, matches } from './evaluate.ts';
import { LIMITS } from './limits.ts';
import { isBehind, keysOf, type Ordered, sortEntities } from './order-entities.ts';
import type { QueryOptions } from './query-options.ts';
import type { Answered } from './refusal.ts';
import { readSkipToken, type SkipToken } from './skip-token.ts';

/** One page of a collection. */
export interface EntityPage {
  readonly entities: readonly Entity[];
  /** Of all that match, where it was asked for. */
  readonly count: number | undefined;
  /** Where to go on; undefined when nothing is left. */
  readonly next: SkipToken | undefined;
}

/** A page out of entities that are all at hand: filter, count, order, skip, top, as 18-088 section 9.3.3.1 orders them. */
export function pageOf(
  entities: Iterable<Entity>,
  options: QueryOptions,
  context: EvaluationContext,
): Answered<EntityPage> {
  const { filter, orderBy, top, count } = options;
  const token = options.skipToken === undefined ? undefined : readSkipToken(options.skipToken);
  if (token?.ok === false) return token;
  const matching: Ordered[] = [];
  for (const entity of entities) {
    context.budget.spend(1);
    if (filter !== undefined && !matches(filter, entity, context)) continue;
    if (matching.length === LIMITS.sorted) throw new BudgetExhausted(`it sorts more than ${LIMITS.sorted} entities`);
    matching.push({ entity, keys: keysOf(orderBy, entity, context) });
  }
  const ordered = sortEntities(matching, orderBy);
  const behind = token === undefined ? ordered : ordered.filter((one) => isBehind(one, token.value, orderBy));
  const skip = token?.value.skip ?? options.skip;
  const page = behind.slice(skip, skip + top);
  const last = page.at(-1);
  const isMore = last !== undefined && behind.length > skip + top;
  return ok({
    entities: page.map(({ entity }) => entity),
    count: count ? matching.length : undefined,
    next: isMore ? { keys: last.keys, id: String(last.entity.id), skip: 0 } : undefined,
  });
}
