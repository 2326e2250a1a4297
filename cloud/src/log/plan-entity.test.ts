import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planEntity, type Statement } from './plan-entity.ts';

const said = (body: string, validFromMs: number, saidBy: string): Statement => ({ body, validFromMs, saidBy });

function settle(
  statements: readonly Statement[],
  start?: Statement,
): { known: Statement | undefined; versions: number } {
  let known = start;
  let versions = 0;
  for (const statement of statements) {
    const plan = planEntity(statement, known);
    if (plan !== 'keep') known = statement;
    if (plan === 'publish') versions += 1;
  }
  return { known, versions };
}

describe('what several datastreams say of one entity', () => {
  test.each<[string, Statement, Statement | undefined, string]>([
    ['the first word is published', said('a', 0, 'x'), undefined, 'publish'],
    ['the same word again is nothing', said('a', 5, 'x'), said('a', 5, 'x'), 'keep'],
    ['the same word from another datastream is noted', said('a', 5, 'y'), said('a', 5, 'x'), 'note'],
    ['the same word from later on is noted', said('a', 6, 'x'), said('a', 5, 'y'), 'note'],
    ['another word from later on is published', said('b', 6, 'x'), said('a', 5, 'y'), 'publish'],
    ['another word from before is nothing', said('b', 4, 'y'), said('a', 5, 'x'), 'keep'],
    ['a datastream may correct itself', said('b', 5, 'x'), said('a', 5, 'x'), 'publish'],
    ['of two at once, the key that sorts last wins', said('b', 5, 'y'), said('a', 5, 'x'), 'publish'],
    ['of two at once, the other key loses', said('b', 5, 'x'), said('a', 5, 'y'), 'keep'],
  ])('%s', (_, statement, known, plan) => {
    expect(planEntity(statement, known)).toBe(plan);
  });

  const statement = fc.record({
    body: fc.constantFrom('a', 'b', 'c'),
    validFromMs: fc.integer({ min: 0, max: 3 }),
    saidBy: fc.constantFrom('x', 'y', 'z'),
  });
  /** One statement for each moment and datastream: a datastream that corrects itself is a matter of order. */
  const statements = fc.uniqueArray(statement, { selector: ({ validFromMs, saidBy }) => `${validFromMs}${saidBy}` });

  test('settles on the same word in every order', () => {
    fc.assert(
      fc.property(statements, fc.infiniteStream(fc.nat()), (list, random) => {
        const shuffled = list
          .map((one) => [random.next().value as number, one] as const)
          .sort(([a], [b]) => a - b)
          .map(([, one]) => one);
        expect(settle(shuffled).known).toEqual(settle(list).known);
      }),
      { seed: 11, numRuns: 300 },
    );
  });

  test('makes no version more, however often it is said again', () => {
    fc.assert(
      fc.property(statements, (list) => {
        const { known } = settle(list);
        expect(settle([...list, ...list, ...list], known).versions).toBe(0);
      }),
      { seed: 12, numRuns: 300 },
    );
  });
});
