import { createHash } from 'node:crypto';

/** Subject, predicate and object in N-Triples. */
export type Statement = readonly [subject: string, predicate: string, object: string];

export function isBlank(term: string): boolean {
  return term.startsWith('_:');
}

/**
 * Statements whose blank nodes are named in the one way that depends on what is said alone: `c14n0`, `c14n1`, … Only where
 * each is the object of one statement and all hang below named subjects, as nested nodes and lists do: then what is said of a
 * node, with what is said below it, tells it apart from all that are not the same. Undefined where they do not: that takes
 * RDFC-1.0, whose work on nodes that look alike grows with the cube of their number, where this is linear.
 */
export function nameNestedNodes(statements: readonly Statement[]): Statement[] | undefined {
  const bySubject = Map.groupBy(statements, ([subject]) => subject);
  const order = nestedOrder(statements, bySubject);
  if (order === undefined) return undefined;
  const digests = new Map<string, string>();
  const key = ([, predicate, object]: Statement) => `${predicate} ${digests.get(object) ?? object}`;
  for (const node of order.toReversed()) {
    const said = (bySubject.get(node) ?? []).map(key).toSorted();
    digests.set(node, createHash('sha256').update(said.join('\n')).digest('hex'));
  }
  const labels = new Map<string, string>();
  const subjects = [...bySubject.keys()].filter((subject) => !isBlank(subject)).toSorted();
  // A set is gone through in the order of its growth: nodes behind the subjects that lead to them.
  const visited = new Set(subjects);
  for (const subject of visited) {
    const said = (bySubject.get(subject) ?? []).map((statement) => [key(statement), statement[2]] as const);
    for (const [, object] of said.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))) {
      if (!isBlank(object)) continue;
      labels.set(object, `_:c14n${labels.size}`);
      visited.add(object);
    }
  }
  const nameOf = (term: string) => labels.get(term) ?? term;
  return statements.map(([subject, predicate, object]) => [nameOf(subject), predicate, nameOf(object)]);
}

/** All blank nodes, each behind the one that leads to it; undefined when not all hang so. */
function nestedOrder(
  statements: readonly Statement[],
  bySubject: ReadonlyMap<string, readonly Statement[]>,
): string[] | undefined {
  const nodes = blankNodesOf(statements);
  const order = new Set<string>();
  const add = (said: readonly Statement[]): boolean =>
    said.every(([, , object]) => {
      if (!isBlank(object)) return true;
      const isNew = !order.has(object);
      order.add(object);
      return isNew;
    });
  if (!add(statements.filter(([subject]) => !isBlank(subject)))) return undefined;
  for (const node of order) if (!add(bySubject.get(node) ?? [])) return undefined;
  return order.size === nodes.size ? [...order] : undefined;
}

export function blankNodesOf(statements: readonly Statement[]): ReadonlySet<string> {
  return new Set(statements.flatMap(([subject, , object]) => [subject, object].filter(isBlank)));
}

/** Whether blank nodes lead back to themselves: taken away from the ends, some are left. */
export function areCircular(statements: readonly Statement[]): boolean {
  const bySubject = Map.groupBy(statements, ([subject]) => subject);
  const left = new Set(blankNodesOf(statements));
  const isEnd = (node: string) => (bySubject.get(node) ?? []).every(([, , object]) => !left.has(object));
  for (let ends = [...left].filter(isEnd); ends.length > 0; ends = [...left].filter(isEnd)) {
    for (const node of ends) left.delete(node);
  }
  return left.size > 0;
}
