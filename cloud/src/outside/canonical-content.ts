import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import jsonld from 'jsonld/lib/jsonld.js';
import { areCircular, blankNodesOf, nameNestedNodes, type Statement } from './name-blank-nodes.ts';

/** Bounds the work on blank nodes that look alike. */
const WORK_FACTOR_MAX = 2;
/** Nodes that hang together otherwise than nested: a hundred that all look alike take a third of a second. */
const ENTANGLED_NODES_MAX = 100;

/**
 * What a graph says, the same for every way of saying it: N-Triples in order, each once, blank nodes named by what is said
 * ({@link nameNestedNodes}, or RDFC-1.0). A graph whose blank nodes can only be told apart with more work than it is worth, or
 * lead in a circle, is refused.
 */
export async function canonicalContent(statements: readonly Statement[]): Promise<Result<string, Fault<'entangled'>>> {
  const each = [...new Map(statements.map((statement) => [statement.join(' '), statement])).values()];
  const named = nameNestedNodes(each);
  return named === undefined ? untangle(each) : ok(named.map(toLine).toSorted().join(''));
}

async function untangle(statements: readonly Statement[]): Promise<Result<string, Fault<'entangled'>>> {
  if (blankNodesOf(statements).size > ENTANGLED_NODES_MAX) {
    return fail('entangled', `more than ${ENTANGLED_NODES_MAX} blank nodes that are not simply nested`);
  }
  // ldes-client 0.3.0 says nothing and leaves the member out.
  if (areCircular(statements))
    return fail('entangled', 'its blank nodes lead back to themselves: readers lose such a member');
  const canonizeOptions = { algorithm: 'RDFC-1.0', maxWorkFactor: WORK_FACTOR_MAX } as const;
  const text = statements.map(toLine).join('');
  try {
    return ok(await jsonld.canonize(text, { inputFormat: 'application/n-quads', canonizeOptions }));
  } catch (error) {
    return fail('entangled', `its blank nodes cannot be told apart: ${(error as Error).message.slice(0, 200)}`);
  }
}

function toLine(statement: Statement): string {
  return `${statement.join(' ')} .\n`;
}
