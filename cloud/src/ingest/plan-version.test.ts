import { equalObservedValues, exactDecimal, type ObservedValue } from '@meetbrug/protocols/observation';
import { describe, expect, test } from 'vitest';
import { type CurrentVersion, planVersion, type Version } from './plan-version.ts';

const A = exactDecimal(215, 1);
const B = exactDecimal(216, 1);
const S: ObservedValue = { below: 10 };
const T: ObservedValue = { below: 20 };

function current(revision: number, value: ObservedValue, confirmedRevision = revision): CurrentVersion {
  return { revision, value, confirmedRevision };
}

/** What a store does with the plans: published versions in order, and the one that counts. */
function replay(arrivals: readonly Version[]) {
  let now: CurrentVersion | undefined;
  const earlier: Version[] = [];
  const kinds: string[] = [];
  for (const arrival of arrivals) {
    const plan = planVersion(arrival, now, (revision) => earlier.find((one) => one.revision === revision));
    kinds.push(plan.kind);
    if (plan.kind === 'new' || plan.kind === 'correction') {
      if (now !== undefined) earlier.push(now);
      now = { ...arrival, confirmedRevision: arrival.revision };
    } else if (plan.kind === 'duplicate' && plan.confirms && now !== undefined) {
      now = { ...now, confirmedRevision: arrival.revision };
    } else if (plan.kind === 'superseded') {
      earlier.push(arrival);
    }
  }
  return { kinds, now };
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  );
}

describe('the rules of identity and revision', () => {
  test.each<[string, Version, CurrentVersion | undefined, Version | undefined, string]>([
    ['an unknown observation is new', { revision: 1, value: A }, undefined, undefined, 'new'],
    [
      'the same key with the same value is a duplicate',
      { revision: 5, value: A },
      current(5, A),
      undefined,
      'duplicate',
    ],
    [
      'a higher revision with the same value is a duplicate',
      { revision: 6, value: A },
      current(5, A),
      undefined,
      'duplicate',
    ],
    [
      'a higher revision that shortens the interval is a correction, whatever the value',
      { revision: 6, value: A, endMs: 50 },
      { ...current(5, A), endMs: 100 },
      undefined,
      'correction',
    ],
    [
      'a lower revision with the same value is a duplicate',
      { revision: 4, value: A },
      current(5, A),
      undefined,
      'duplicate',
    ],
    [
      'a higher revision with another value is a correction',
      { revision: 6, value: B },
      current(5, A),
      undefined,
      'correction',
    ],
    [
      'a lower revision with another value is superseded',
      { revision: 4, value: B },
      current(5, A),
      undefined,
      'superseded',
    ],
    ['a suppressed count again is a duplicate', { revision: 6, value: S }, current(5, S), undefined, 'duplicate'],
    [
      'a count in place of a suppressed one is a correction',
      { revision: 6, value: A },
      current(5, S),
      undefined,
      'correction',
    ],
    [
      'a suppressed count with another bound is a correction',
      { revision: 6, value: T },
      current(5, S),
      undefined,
      'correction',
    ],
    [
      'a suppressed count under a known key is a conflict',
      { revision: 5, value: S },
      current(5, A),
      undefined,
      'conflict',
    ],
    ['the same key with another value is a conflict', { revision: 5, value: B }, current(5, A), undefined, 'conflict'],
    [
      'a confirmed key with another value is a conflict',
      { revision: 7, value: B },
      current(5, A, 7),
      undefined,
      'conflict',
    ],
    [
      'a revision below a confirmed one is superseded',
      { revision: 6, value: B },
      current(5, A, 7),
      undefined,
      'superseded',
    ],
    [
      'a corrected version that comes again is a duplicate',
      { revision: 4, value: B },
      current(5, A),
      { revision: 4, value: B },
      'duplicate',
    ],
    [
      'a superseded version that comes again is a duplicate',
      { revision: 6, value: B },
      current(5, A, 7),
      { revision: 6, value: B },
      'duplicate',
    ],
    [
      'a superseded key with another value is a conflict, also with the value that counts',
      { revision: 6, value: A },
      current(5, A, 7),
      { revision: 6, value: B },
      'conflict',
    ],
    [
      'a corrected key with another value is a conflict',
      { revision: 4, value: A },
      current(5, A),
      { revision: 4, value: B },
      'conflict',
    ],
  ])('%s', (_, incoming, now, earlier, expected) => {
    expect(planVersion(incoming, now, () => earlier).kind).toBe(expected);
  });

  test('A, B, A with rising revisions are three versions', () => {
    const { kinds } = replay([
      { revision: 1, value: A },
      { revision: 2, value: B },
      { revision: 3, value: A },
    ]);
    expect(kinds).toEqual(['new', 'correction', 'correction']);
  });

  const histories: [string, ObservedValue[]][] = [
    ['A B A', [A, B, A]],
    ['A A B', [A, A, B]],
    ['A B B', [A, B, B]],
    ['A B A B', [A, B, A, B]],
    ['A A B A', [A, A, B, A]],
    ['suppressed A suppressed', [S, A, S]],
    ['suppressed, suppressed otherwise, suppressed', [S, T, S]],
    ['A suppressed suppressed A', [A, S, S, A]],
  ];
  test.each(histories)(
    '%s, in every order and with redelivery, ends at the value of the highest revision',
    (_, values) => {
      const versions = values.map((value, index) => ({ revision: index + 1, value }));
      for (const order of permutations(versions)) {
        for (const again of order) {
          const { kinds, now } = replay([...order, again]);
          expect(now && equalObservedValues(now.value, values.at(-1) as ObservedValue), JSON.stringify(order)).toBe(
            true,
          );
          expect(kinds).not.toContain('conflict');
          expect(['duplicate', 'superseded']).toContain(kinds.at(-1));
        }
      }
    },
  );
});
