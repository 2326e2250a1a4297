import { writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { makeTestFile } from '../log/test-store.ts';
import { openProductStore } from './product-store.ts';

function open(file: string, definition = 'one') {
  const products = openProductStore(file, definition);
  onTestFinished(() => products.close());
  return products;
}

test('a phase that is read again in an older version stays as it is', () => {
  const products = open(makeTestFile());
  products.setAlert(1, { beginMs: 5, level: 2 }, 9);
  products.setAlert(1, { beginMs: 5, level: 0 }, 4);
  expect(products.alertsFrom(1, 0, 10)).toEqual([{ beginMs: 5, level: 2 }]);
  expect([products.alertBefore(1, 5), products.alertBefore(1, 6), products.alertBefore(2, 6)]).toEqual([
    undefined,
    2,
    undefined,
  ]);
});

test('spans of one gauge join, and what is untouched of a half-done one is kept', () => {
  const products = open(makeTestFile());
  const untouched = { fromMs: 50, before: 1 } as const;
  products.markSpan({ datastream: 1, fromMs: 50, toMs: 60, untouched });
  products.markSpan({ datastream: 1, fromMs: 20, toMs: 30 });
  expect(products.spans(10)).toEqual([{ datastream: 1, fromMs: 20, toMs: 60, untouched }]);
  products.replaceSpan(1, undefined);
  expect(products.spans(10)).toEqual([]);
});

const [APRIL_1, APRIL_2, MAY_1] = [Date.UTC(2026, 3, 1), Date.UTC(2026, 3, 2), Date.UTC(2026, 4, 1)];

function openMarked() {
  const products = open(makeTestFile());
  const marks = [
    [1, APRIL_2],
    [2, APRIL_1],
    [3, APRIL_1],
    [4, APRIL_1],
    [3, MAY_1],
  ] as const;
  for (const [datastream, dayMs] of marks) products.markDay({ datastream, dayMs, dueMs: dayMs + 50 });
  return products;
}
const byDay = () => false;

test('the earliest day that is due comes first, a part at a time', () => {
  const products = openMarked();
  expect(products.dueDays(APRIL_1 + 49, 2, byDay)).toEqual([]);
  const due = products.dueDays(MAY_1 + 50, 2, byDay);
  expect(due.map(({ datastream }) => datastream)).toEqual([2, 3]);
  products.forgetDays(due);
  expect(products.dueDays(MAY_1 + 50, 2, byDay)).toEqual([{ datastream: 4, dayMs: APRIL_1 }]);
  expect(products.isMarked({ datastream: 3, dayMs: APRIL_1 })).toBe(false);
  expect(products.isMarked({ datastream: 4, dayMs: APRIL_1 })).toBe(true);
});

test('days of a month that lies by datastream come a datastream at a time, those that are due', () => {
  const products = openMarked();
  expect(products.dueDays(APRIL_2 + 50, 3, (dayMs) => dayMs < MAY_1)).toEqual([
    { datastream: 1, dayMs: APRIL_2 },
    { datastream: 2, dayMs: APRIL_1 },
    { datastream: 3, dayMs: APRIL_1 },
  ]);
  expect(products.dueDays(APRIL_1 + 50, 9, (dayMs) => dayMs < MAY_1)).toEqual(
    [2, 3, 4].map((datastream) => ({ datastream, dayMs: APRIL_1 })),
  );
});

test('a day that was computed and changes again is marked again', () => {
  const products = openMarked();
  const mark = { datastream: 2, dayMs: APRIL_1 };
  products.forgetDays([mark]);
  expect(products.isMarked(mark)).toBe(false);
  products.markDay({ ...mark, dueMs: APRIL_1 + 50 });
  expect(products.isMarked(mark)).toBe(true);
});

test.each([
  ['another definition', (_: string) => undefined, 'two'],
  [
    'a damaged file',
    (file: string) => writeFileSync(file, 'this is no database at all, but long enough to be read'),
    'one',
  ],
])('%s begins anew', (_, damage, definition) => {
  const file = makeTestFile();
  const before = openProductStore(file, 'one');
  before.setCursor(1, { nextOrdinal: 7, lastStampMs: 3 });
  before.close();
  const kept = openProductStore(file, 'one');
  expect(kept.cursor(1)).toEqual({ nextOrdinal: 7, lastStampMs: 3 });
  kept.close();
  damage(file);
  expect(open(file, definition).cursor(1)).toEqual({ nextOrdinal: 0, lastStampMs: 0 });
});
