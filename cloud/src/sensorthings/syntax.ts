import type { Geometry } from './geometry.ts';
import type { DurationValue, TimeValue } from './values.ts';

/** Types that expressions have; `any` is known only when it is evaluated. */
export type ExpressionType =
  | 'boolean'
  | 'number'
  | 'string'
  | 'time'
  | 'date'
  | 'timeOfDay'
  | 'duration'
  | 'geometry'
  | 'id'
  | 'any'
  | 'null';

/** Dates and times of day are text in one form, which sorts as they do. */
export type LiteralValue =
  | null
  | boolean
  | number
  | string
  | bigint
  | TimeValue
  | DurationValue
  | { geometry: Geometry };

export const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof COMPARISONS)[number];
export const ARITHMETIC = ['add', 'sub', 'mul', 'div', 'mod'] as const;
export type Arithmetic = (typeof ARITHMETIC)[number];

export interface Literal {
  readonly kind: 'literal';
  readonly type: ExpressionType;
  readonly value: LiteralValue;
  /** As it was written. */
  readonly text: string;
}

/** An expression as it was written, before anybody asked whether its names exist. */
export type Syntax =
  | Literal
  | { readonly kind: 'path'; readonly segments: readonly string[] }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Syntax[] }
  | { readonly kind: 'logic'; readonly operator: 'and' | 'or'; readonly left: Syntax; readonly right: Syntax }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly left: Syntax; readonly right: Syntax }
  | { readonly kind: 'arithmetic'; readonly operator: Arithmetic; readonly left: Syntax; readonly right: Syntax }
  | { readonly kind: 'not'; readonly operand: Syntax }
  | { readonly kind: 'negate'; readonly operand: Syntax };
