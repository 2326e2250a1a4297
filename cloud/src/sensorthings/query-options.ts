import type { BoundExpression } from './expression.ts';
import type { Relation } from './model.ts';

/** An option as it was written, its name with the dollar sign. */
export type RawOption = readonly [name: string, text: string];

export interface OrderKey {
  readonly expression: BoundExpression;
  readonly descending: boolean;
}

export interface ExpandItem {
  readonly name: string;
  readonly relation: Relation;
  readonly options: QueryOptions;
}

/** The query options of a request or of one `$expand`, read and checked. */
export interface QueryOptions {
  readonly filter: BoundExpression | undefined;
  readonly orderBy: readonly OrderKey[];
  readonly top: number;
  readonly skip: number;
  readonly count: boolean;
  /** Names of properties and relations, `id` and `selfLink`; undefined for all. */
  readonly select: ReadonlySet<string> | undefined;
  readonly expand: readonly ExpandItem[];
  readonly dataArray: boolean;
  readonly skipToken: string | undefined;
  /** As they were written, for the link to the next page. */
  readonly raw: readonly RawOption[];
}
