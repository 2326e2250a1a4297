import type { Entity } from './entity.ts';
import { type EvaluationContext, evaluate, matches } from './evaluate.ts';
import { type BoundExpression, type Expression, partsOf, sourcesIn } from './expression.ts';
import { type ObservationKey, readObservationId } from './observation-id.ts';
import type { Comparison } from './syntax.ts';
import { TimeValue } from './values.ts';

/** How a condition on observations is answered. */
export interface ObservationPlan {
  readonly datastreams: 'all' | readonly number[];
  readonly fromMs: number;
  readonly toMs: number;
  /** What the range does not say yet, for every row; undefined when it says all. */
  readonly residual: BoundExpression | undefined;
}

/** Behind every instant that an observation can have. */
export const END_MS = Date.UTC(10_000, 0, 1);

/**
 * Takes a condition apart at its outermost `and`: what speaks of datastreams and features only is decided once a
 * datastream, comparisons of `phenomenonTime`, `id` and the IRIs with constants become a range of the key, the rest stays.
 * @param keyOfIri what the IRI of an observation or of its version says
 * @param scope the datastreams in question, as observations of theirs that have no values
 */
export function planObservations(
  filter: BoundExpression | undefined,
  scope: 'all' | readonly Entity[],
  everyDatastream: () => readonly Entity[],
  context: EvaluationContext,
  keyOfIri: (iri: string) => ObservationKey | undefined,
): ObservationPlan {
  const conditions = conditionsOf(filter);
  const ofDatastream = conditions.filter((one) => !sourcesIn(one).has(0));
  const others = conditions.filter((one) => !ofDatastream.includes(one));
  let range: Range = { fromMs: 0, toMs: END_MS, datastream: undefined };
  const rest: Expression[] = [];
  for (const condition of others) {
    const narrowing = narrowingOf(condition, context.nowMs, keyOfIri);
    if (narrowing !== undefined) range = intersect(range, narrowing);
    if (narrowing?.exact !== true) rest.push(condition);
  }
  const sources = filter?.sources ?? [];
  const isWanted = (observation: Entity) =>
    ofDatastream.every((root) => matches({ root, sources }, observation, context));
  const { fromMs, toMs, datastream } = range;
  const candidates =
    scope === 'all' && ofDatastream.length === 0 && datastream === undefined
      ? 'all'
      : (scope === 'all' ? everyDatastream() : scope)
          .filter((one) => datastream === undefined || datastreamOf(one) === datastream)
          .filter(isWanted)
          .map(datastreamOf);
  const root = rest.reduce<Expression | undefined>(
    (left, right) => (left === undefined ? right : { kind: 'logic', type: 'boolean', operator: 'and', left, right }),
    undefined,
  );
  return { datastreams: candidates, fromMs, toMs, residual: root && { root, sources } };
}

function datastreamOf(observation: Entity): number {
  return Number(observation.related('Datastream')[0]?.id);
}

/** Conditions on relations to many are about one and the same of them, so they stay together. */
function conditionsOf(filter: BoundExpression | undefined): readonly Expression[] {
  if (filter === undefined) return [];
  return filter.sources.some(({ many }) => many) ? [filter.root] : conjunctsOf(filter.root);
}

function conjunctsOf(expression: Expression): readonly Expression[] {
  return expression.kind === 'logic' && expression.operator === 'and'
    ? partsOf(expression).flatMap(conjunctsOf)
    : [expression];
}

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
  readonly datastream: number | undefined;
}

/** `exact`: the range says all that the condition does. */
type Narrowing = Partial<Range> & { readonly exact: boolean };

function intersect(range: Range, { fromMs, toMs, datastream }: Narrowing): Range {
  const isOther = datastream !== undefined && range.datastream !== undefined && datastream !== range.datastream;
  return {
    fromMs: Math.max(range.fromMs, fromMs ?? 0),
    toMs: isOther ? 0 : Math.min(range.toMs, toMs ?? END_MS),
    datastream: datastream ?? range.datastream,
  };
}

const FLIPPED: Readonly<Record<Comparison, Comparison>> = {
  eq: 'eq',
  ne: 'ne',
  gt: 'lt',
  ge: 'le',
  lt: 'gt',
  le: 'ge',
};

type KeyOfIri = (iri: string) => ObservationKey | undefined;

function narrowingOf(condition: Expression, nowMs: number, keyOfIri: KeyOfIri): Narrowing | undefined {
  if (condition.kind !== 'compare') return undefined;
  const { left, right, operator } = condition;
  if (sourcesIn(right).size === 0) return narrow(left, operator, evaluate(right, [], nowMs), keyOfIri);
  if (sourcesIn(left).size > 0) return undefined;
  return narrow(right, FLIPPED[operator], evaluate(left, [], nowMs), keyOfIri);
}

function narrow(own: Expression, operator: Comparison, constant: unknown, keyOfIri: KeyOfIri): Narrowing | undefined {
  if (own.kind === 'id' && typeof constant === 'bigint') {
    return operator === 'eq' ? ofKey(readObservationId(String(constant)), true) : undefined;
  }
  if (own.kind !== 'property') return undefined;
  const isIri = own.name === 'parameters' && ['member', 'observation'].includes(own.path.join('/'));
  if (isIri && operator === 'eq' && typeof constant === 'string') return ofKey(keyOfIri(constant), false);
  return own.name === 'phenomenonTime' && constant instanceof TimeValue ? ofTime(operator, constant) : undefined;
}

function ofKey(key: ObservationKey | undefined, exact: boolean): Narrowing {
  if (key === undefined) return { toMs: 0, exact };
  return { datastream: key.datastream, fromMs: key.beginMs, toMs: key.beginMs + 1, exact };
}

/** By the rules of {@link compareValues}: where an interval's end counts the rows are looked at once more. */
function ofTime(operator: Comparison, { beginMs, endMs }: TimeValue): Narrowing | undefined {
  const [first, last] = [Math.ceil(beginMs), Math.ceil(endMs ?? beginMs)];
  switch (operator) {
    case 'ge':
      return { fromMs: first, exact: true };
    case 'gt':
      return { fromMs: endMs === undefined ? first + 1 : last, exact: true };
    case 'eq':
      return { fromMs: first, toMs: first + 1, exact: false };
    case 'lt':
      return { toMs: first, exact: false };
    case 'le':
      return { toMs: first + 1, exact: true };
    case 'ne':
      return undefined;
  }
}
