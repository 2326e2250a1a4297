import { ok } from '@meetbrug/protocols/result';
import { BudgetExhausted } from './budget.ts';
import type { Entity } from './entity.ts';
import type { EntityDirectory } from './entity-directory.ts';
import { type EvaluationContext, matches } from './evaluate.ts';
import { keyOfIri } from './key-of-iri.ts';
import { ObservationEntity, type ObservationRow } from './observation-entity.ts';
import { observationId, readObservationId } from './observation-id.ts';
import { type ObservationPlan, planObservations } from './plan-observations.ts';
import type { QueryOptions } from './query-options.ts';
import { type EntityPage, pageOf } from './read-page.ts';
import { type Answered, badRequest } from './refusal.ts';
import type { ObservationScanner } from './scan-observations.ts';
import { readSkipToken } from './skip-token.ts';

/** What reading observations needs beside their query. */
export interface ObservationReading {
  readonly scanner: ObservationScanner;
  readonly directory: EntityDirectory;
  readonly publicBaseUrl: string;
  readonly context: EvaluationContext;
}

/**
 * A page of the observations of some datastreams, or of all. By time, which is also the order when none is asked for, it
 * is read along the key and ends when it is full; in any other order everything that matches is read and sorted.
 * @param mayEndEarly when the budget ends, what was found is a page and its link goes on behind what was looked at
 */
export function readObservations(
  scope: 'all' | readonly number[],
  options: QueryOptions,
  reading: ObservationReading,
  mayEndEarly: boolean,
): Answered<EntityPage> {
  const { directory, publicBaseUrl, context, scanner } = reading;
  const asObservation = (id: number): Entity =>
    new ObservationEntity({ ...NO_ROW, datastream: id }, directory, publicBaseUrl);
  const plan = planObservations(
    options.filter,
    scope === 'all' ? 'all' : scope.map(asObservation),
    () => directory.list('Datastreams').map(({ id }) => asObservation(Number(id))),
    context,
    (iri) => keyOfIri(iri, publicBaseUrl, directory),
  );
  const direction = directionOf(options, plan);
  if (direction === undefined) {
    const range = { ...plan, descending: false, after: undefined };
    return pageOf(entitiesOf(scanner.scan(range, context.budget), reading), options, context);
  }
  const count = options.count ? countOf(plan, reading) : undefined;
  return readAlongKey(plan, direction === 'desc', options, reading, mayEndEarly, count);
}

/** The row of an observation of which nothing is known but its datastream. */
const NO_ROW: Omit<ObservationRow, 'datastream'> = {
  beginMs: 0,
  endMs: null,
  resultMs: 0,
  mantissa: null,
  scale: null,
  below: 1,
  quality: 0,
  revision: 0,
  stampMs: 0,
};

/** The direction of the key that gives the order asked for; undefined when none does. */
function directionOf({ orderBy }: QueryOptions, { datastreams }: ObservationPlan): 'asc' | 'desc' | undefined {
  const [first, ...others] = orderBy;
  if (first === undefined) return 'asc';
  const { root } = first.expression;
  const isOne = datastreams !== 'all' && datastreams.length <= 1;
  const isTime = root.kind === 'property' && root.source === 0 && root.name === 'phenomenonTime';
  // Of one datastream no two begin at once, so further keys decide nothing, and ids rise with the begin.
  const isKey = (isTime && (isOne || others.length === 0)) || (root.kind === 'id' && root.source === 0 && isOne);
  if (!isKey) return undefined;
  return first.descending ? 'desc' : 'asc';
}

function countOf(plan: ObservationPlan, { scanner, ...reading }: ObservationReading): number {
  const { budget } = reading.context;
  const { residual } = plan;
  if (residual === undefined) return scanner.count(plan, budget);
  let count = 0;
  for (const entity of entitiesOf(scanner.scan({ ...plan, descending: false, after: undefined }, budget), reading)) {
    if (matches(residual, entity, reading.context)) count += 1;
  }
  return count;
}

function readAlongKey(
  plan: ObservationPlan,
  descending: boolean,
  options: QueryOptions,
  { scanner, ...reading }: ObservationReading,
  mayEndEarly: boolean,
  count: number | undefined,
): Answered<EntityPage> {
  const token = options.skipToken === undefined ? undefined : readSkipToken(options.skipToken);
  if (token?.ok === false) return token;
  const after = token && readObservationId(token.value.id);
  if (token !== undefined && after === undefined) return badRequest('$skiptoken is none that this server gave');
  const { context } = reading;
  const found: ObservationEntity[] = [];
  let skip = token?.value.skip ?? options.skip;
  let seen: ObservationRow | undefined;
  const pageEnding = (last: ObservationRow | undefined): EntityPage => ({
    entities: found,
    count,
    next: last && { keys: [], id: observationId(last), skip },
  });
  // Nothing is asked for: neither is anything left that a next page could give.
  if (options.top === 0) return ok(pageEnding(undefined));
  try {
    for (const entity of entitiesOf(scanner.scan({ ...plan, descending, after }, context.budget), reading)) {
      if (plan.residual === undefined || matches(plan.residual, entity, context)) {
        if (found.length === options.top) return ok(pageEnding(found.at(-1)?.row));
        if (skip > 0) skip -= 1;
        else found.push(entity);
      }
      seen = entity.row;
    }
  } catch (error) {
    if (!(error instanceof BudgetExhausted) || !mayEndEarly || seen === undefined) throw error;
    return ok(pageEnding(seen));
  }
  return ok(pageEnding(undefined));
}

/** @returns entities over rows that are read while they are asked for */
export function* entitiesOf(
  rows: Iterable<ObservationRow>,
  { directory, publicBaseUrl }: Pick<ObservationReading, 'directory' | 'publicBaseUrl'>,
): Generator<ObservationEntity> {
  for (const row of rows) yield new ObservationEntity(row, directory, publicBaseUrl);
}
