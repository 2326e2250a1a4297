import type { Decimal } from '@meetbrug/protocols/observation';

/**
 * One column of a table of rows. `instant` is epoch milliseconds; `decimal` is exact as text and the nearest double in
 * columnar formats; `number` is a double that prints as it is meant; `integer` is a safe integer. Undefined is an empty cell.
 */
export type Column<Row> = {
  readonly name: string;
  /** Only in columnar formats: what a text says otherwise. */
  readonly columnarOnly?: true;
} & (
  | { readonly kind: 'text'; readonly read: (row: Row) => string | undefined }
  | { readonly kind: 'instant'; readonly read: (row: Row) => number | undefined }
  | { readonly kind: 'integer' | 'number'; readonly read: (row: Row) => number | undefined }
  | { readonly kind: 'decimal'; readonly read: (row: Row) => Decimal | undefined }
);
