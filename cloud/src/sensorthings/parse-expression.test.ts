import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readExpression } from './bind-expression.ts';
import { LIMITS } from './limits.ts';
import { SET_NAMES } from './model.ts';
import { parseExpression } from './parse-expression.ts';
import { readOptions } from './read-options.ts';
import { readResourcePath } from './resource-path.ts';

/** Pieces of expressions: put together at random they are often nearly right, which is where parsers fail. */
const piece = fc.constantFrom(
  ...[
    'eq',
    'ne',
    'gt',
    'and',
    'or',
    'not',
    'add',
    'sub',
    'div',
    '-',
    '(',
    ')',
    ',',
    "'",
    "''",
    ' ',
    '/',
    ';',
    '$',
    '=',
  ],
  ...['result', 'name', 'properties/a', 'Datastream/Thing/name', 'Datastreams/Observations/result', 'id', '@iot.id'],
  ...['1', '1.5e3', "'text'", 'true', 'null', '2026-07-01T00:00:00Z', '2026-07-01', '12:00:00', "duration'P1D'"],
  ...[
    "geography'POINT(1 2)'",
    "geography'POLYGON((0 0,1 0,1 1,0 0))'",
    "geography'",
    'POLYGON((',
    '0 0',
    'geo.distance(',
  ],
  ...[
    'length(',
    'now()',
    'substringof(',
    'year(phenomenonTime)',
    '$filter=',
    '$expand=Observations(',
    '$top=1',
    '\u0000',
    '😀',
  ],
);
const nearlyRight = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(' '));
const text = fc.oneof(nearlyRight, nearlyRight, fc.string({ maxLength: 200, unit: 'binary' }));
const FUZZ = { seed: 18_088, numRuns: 10_000 };

describe('whatever text comes', () => {
  test('an expression is read or refused, and never throws or hangs', () => {
    let read = 0;
    let slowestMs = 0;
    fc.assert(
      fc.property(text, fc.constantFrom(...SET_NAMES), (written, set) => {
        const before = performance.now();
        const expression = readExpression(written, set);
        slowestMs = Math.max(slowestMs, performance.now() - before);
        if (expression.ok) read += 1;
        else expect(expression.fault.detail).not.toBe('');
      }),
      FUZZ,
    );
    // Some must be right, or the pieces show nothing.
    expect(read).toBeGreaterThan(50);
    expect(slowestMs).toBeLessThan(2_000);
  });

  test('options and paths are read or refused', () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom(...SET_NAMES), (one, other, set) => {
        for (const name of ['$filter', '$orderby', '$expand', '$select', '$skiptoken']) readOptions(set, [[name, one]]);
        readOptions(set, [[one, other]]);
        readResourcePath(`/${set}(1)/${one}/${other}`);
        readResourcePath(one);
      }),
      { ...FUZZ, numRuns: 2_000 },
    );
  });

  test.each([
    ['quotes', "'".repeat(7_999)],
    ['open parentheses', '('.repeat(7_999)],
    ['digits', '1'.repeat(7_999)],
    ['spaces', ' '.repeat(7_999)],
    ['slashes', `a${'/a'.repeat(3_999)}`],
    ['positions', `geography'MULTIPOINT(${'1 1,'.repeat(1_900)}1 1)' eq null`],
    ['lists', `geography'POLYGON${'('.repeat(7_000)}'`],
  ])('of many %s it is read or refused at once', (_, written) => {
    const before = performance.now();
    readExpression(written, 'Observations');
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});

describe('an expression', () => {
  test.each([
    ['a or b and c', '(a or (b and c))'],
    ['not a eq 1 and b', '((not (a eq 1)) and b)'],
    ['a add b mul c sub d', '((a add (b mul c)) sub d)'],
    ['-a mul b', '((-a) mul b)'],
    ['a eq b add 1', '(a eq (b add 1))'],
    ['(a or b) and c', '((a or b) and c)'],
  ])('%s binds as %s', (written, bound) => {
    const left = parseExpression(written);
    const right = parseExpression(bound);
    expect(left.ok).toBe(true);
    expect(left).toEqual(right);
  });

  test.each([
    ['characters', `a eq '${'x'.repeat(LIMITS.expressionLength)}'`, 'characters'],
    ['parts', Array(LIMITS.expressionNodes).fill('a').join(' or '), 'operators, functions and values'],
    [
      'levels',
      `${'('.repeat(LIMITS.expressionNesting + 1)}a${')'.repeat(LIMITS.expressionNesting + 1)}`,
      'nested deeper',
    ],
    [
      'positions',
      `geo.length(geography'LINESTRING(${Array(LIMITS.geometryPositions + 2)
        .fill('0 0')
        .join(',')})')`,
      'positions',
    ],
  ])('of too many %s is refused', (_, written, reason) => {
    expect(parseExpression(written)).toMatchObject({ ok: false, fault: { detail: expect.stringContaining(reason) } });
  });
});
