import type { ExpressionFunction } from './functions.ts';
import type { SetName } from './model.ts';
import type { Arithmetic, Comparison, ExpressionType, Literal } from './syntax.ts';

/**
 * Where the properties of an expression are found: source 0 is the entity itself, every other is reached from an earlier
 * one. A source that is `many` makes the expression true when it is for any of them, as a join would.
 */
export interface Source {
  readonly parent: number;
  readonly relation: string;
  readonly set: SetName;
  readonly many: boolean;
}

/** An expression whose names exist and whose types fit. */
export type Expression =
  | Literal
  | {
      readonly kind: 'property';
      readonly type: ExpressionType;
      readonly source: number;
      readonly name: string;
      /** Into the JSON of the property. */
      readonly path: readonly string[];
    }
  | { readonly kind: 'id'; readonly type: 'id'; readonly source: number }
  | {
      readonly kind: 'call';
      readonly type: ExpressionType;
      readonly parameterTypes: readonly ExpressionType[];
      readonly apply: ExpressionFunction['apply'];
      readonly parameters: readonly Expression[];
    }
  | {
      readonly kind: 'logic';
      readonly type: 'boolean';
      readonly operator: 'and' | 'or';
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'compare';
      readonly type: 'boolean';
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'arithmetic';
      readonly type: ExpressionType;
      readonly operator: Arithmetic;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'not'; readonly type: 'boolean'; readonly operand: Expression }
  | { readonly kind: 'negate'; readonly type: ExpressionType; readonly operand: Expression };

export interface BoundExpression {
  readonly root: Expression;
  readonly sources: readonly Source[];
}

/** The parts of an expression that stand directly in it. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'logic':
    case 'compare':
    case 'arithmetic':
      return [expression.left, expression.right];
    case 'not':
    case 'negate':
      return [expression.operand];
    case 'call':
      return expression.parameters;
    default:
      return [];
  }
}

/** Every source that an expression looks at, those that it only passes through not included. */
export function sourcesIn(expression: Expression): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (one: Expression) => {
    if (one.kind === 'property' || one.kind === 'id') found.add(one.source);
    partsOf(one).forEach(visit);
  };
  visit(expression);
  return found;
}
