import type { Budget } from './budget.ts';
import { compareValues } from './compare-values.ts';
import { comparableId, type Entity } from './entity.ts';
import type { BoundExpression, Expression, Source } from './expression.ts';
import type { Geometry, Position } from './geometry.ts';
import type { Arithmetic, ExpressionType } from './syntax.ts';
import { DurationValue, TimeValue, toOperand } from './values.ts';

export interface EvaluationContext {
  readonly nowMs: number;
  readonly budget: Budget;
  /** The observations of some datastreams, newest first, read while they are asked for. */
  observations(scope: readonly number[]): Iterable<Entity>;
}

/** The entity that each source stands for; undefined where a relation leads to nothing. */
type Environment = (Entity | undefined)[];

/** Whether a condition holds of an entity; for relations to many, of any of them. Null is not true. */
export function matches({ root, sources }: BoundExpression, entity: Entity, context: EvaluationContext): boolean {
  const environment: Environment = [entity];
  const holdsFrom = (index: number): boolean => {
    const source = sources[index];
    if (source === undefined) return evaluate(root, environment, context.nowMs) === true;
    for (const candidate of candidatesOf(source, environment, context)) {
      environment[index] = candidate;
      if (holdsFrom(index + 1)) return true;
    }
    return false;
  };
  return holdsFrom(1);
}

/** The value of an expression that leads to one entity at most. */
export function evaluateFor({ root, sources }: BoundExpression, entity: Entity, context: EvaluationContext): unknown {
  const environment: Environment = [entity];
  for (const [index, source] of sources.entries()) {
    if (index > 0) [environment[index]] = candidatesOf(source, environment, context);
  }
  return evaluate(root, environment, context.nowMs);
}

function candidatesOf(
  source: Source,
  environment: Environment,
  context: EvaluationContext,
): Iterable<Entity | undefined> {
  context.budget.spend(1);
  const parent = environment[source.parent];
  if (parent === undefined) return [undefined];
  if (source.set === 'Observations') return context.observations(parent.observationScope());
  const related = parent.related(source.relation);
  return related.length === 0 ? [undefined] : related;
}

/** The value of an expression; `environment` holds an entity for each source that it looks at. */
export function evaluate(expression: Expression, environment: Readonly<Environment>, nowMs: number): unknown {
  const of = (part: Expression) => evaluate(part, environment, nowMs);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'property':
      return readProperty(expression, environment[expression.source]);
    case 'id': {
      const entity = environment[expression.source];
      return entity === undefined ? null : comparableId(entity);
    }
    case 'logic':
      return expression.operator === 'and'
        ? of(expression.left) === true && of(expression.right) === true
        : of(expression.left) === true || of(expression.right) === true;
    case 'not': {
      const operand = of(expression.operand);
      return typeof operand === 'boolean' ? !operand : null;
    }
    case 'compare':
      return compareValues(expression.operator, of(expression.left), of(expression.right));
    case 'arithmetic':
      return reckon(expression.operator, of(expression.left), of(expression.right));
    case 'negate': {
      const operand = of(expression.operand);
      return typeof operand === 'number' ? -operand : null;
    }
    case 'call': {
      const values = expression.parameters.map((part, index) => argument(of(part), expression.parameterTypes[index]));
      return values.includes(null) ? null : expression.apply(values, nowMs);
    }
  }
}

function readProperty({ name, path }: Extract<Expression, { kind: 'property' }>, entity: Entity | undefined): unknown {
  let value: unknown = entity?.property(name);
  for (const step of path) {
    const isObject = typeof value === 'object' && value !== null && Object.hasOwn(value, step);
    value = isObject ? (value as Record<string, unknown>)[step] : null;
  }
  return toOperand(value);
}

/** A value as a function takes it: null when it is of another type. */
function argument(value: unknown, type: ExpressionType | undefined): unknown {
  switch (type) {
    case 'string':
    case 'number':
      return typeof value === type ? value : null;
    case 'time':
      return value instanceof TimeValue ? value : null;
    case 'geometry':
      return toGeometry(value);
    default:
      return value;
  }
}

/** Of a literal, or of a GeoJSON point: entities have no other. */
function toGeometry(value: unknown): Geometry | null {
  if (typeof value !== 'object' || value === null) return null;
  if ('geometry' in value) return value.geometry as Geometry;
  return 'coordinates' in value ? { kind: 'points', points: [value.coordinates as Position] } : null;
}

function reckon(operator: Arithmetic, left: unknown, right: unknown): unknown {
  const sign = operator === 'sub' ? -1 : 1;
  if (left instanceof TimeValue && right instanceof DurationValue) return shift(left, sign * right.ms);
  if (left instanceof TimeValue && right instanceof TimeValue) return new DurationValue(left.beginMs - right.beginMs);
  if (left instanceof DurationValue && right instanceof DurationValue)
    return new DurationValue(left.ms + sign * right.ms);
  if (typeof left !== 'number' || typeof right !== 'number') return null;
  const value = reckonNumbers(operator, left, right);
  return Number.isFinite(value) ? value : null;
}

function reckonNumbers(operator: Arithmetic, left: number, right: number): number {
  switch (operator) {
    case 'add':
      return left + right;
    case 'sub':
      return left - right;
    case 'mul':
      return left * right;
    case 'div':
      return left / right;
    case 'mod':
      return left % right;
  }
}

/** The furthest that a Date reaches (ECMA-262 section 21.4.1.1). */
const DATE_MAX_MS = 8.64e15;

function shift({ beginMs, endMs }: TimeValue, byMs: number): TimeValue {
  const shifted = (ms: number) => Math.max(-DATE_MAX_MS, Math.min(DATE_MAX_MS, ms + byMs));
  return new TimeValue(shifted(beginMs), endMs === undefined ? undefined : shifted(endMs));
}
