/** What one request may ask for; beyond a limit it is refused with the limit in the reason. */
export const LIMITS = {
  /** Characters of path and query together. */
  targetLength: 16_000,
  pathSegments: 20,
  /** Characters of one `$filter` or `$orderby`. */
  expressionLength: 8_000,
  /** Operators, functions, properties and literals of one expression. */
  expressionNodes: 400,
  /** Parentheses and function calls within each other. */
  expressionNesting: 40,
  /** Positions of all geometries of one expression. */
  geometryPositions: 1_000,
  orderKeys: 10,
  /** Entities in one page, and how many when `$top` is not said. */
  top: 10_000,
  topDefault: 100,
  skip: 1_000_000,
  /** `$expand` within `$expand`, and all of them in one request. */
  expandDepth: 6,
  expandItems: 30,
  /** Entities in one answer, those that are expanded included. */
  entities: 50_000,
  /** Entities that one `$orderby` sorts. */
  sorted: 200_000,
  /** Rows read and keys looked up. */
  reads: 500_000,
  milliseconds: 700,
} as const;
