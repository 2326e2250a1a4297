import { decimal } from '@meetbrug/protocols/observation';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Column } from './column.ts';
import { type CsvDialect, csvHeader, csvLines } from './csv.ts';

interface Row {
  readonly text: string;
  readonly value: { readonly mantissa: number; readonly scale: number } | undefined;
}

const COLUMNS: readonly Column<Row>[] = [
  { name: 'text', kind: 'text', read: ({ text }) => text },
  { name: 'value', kind: 'decimal', read: ({ value }) => value },
];

/** Reads RFC 4180, one character after the other. */
function parseCsv(text: string, separator: string): string[][] {
  const lines: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    if (isQuoted && character === '"' && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === separator) {
      lines.at(-1)?.push(cell);
      cell = '';
    } else if (!isQuoted && text.startsWith('\r\n', at)) {
      lines.at(-1)?.push(cell);
      lines.push([]);
      cell = '';
      at += 1;
    } else cell += character;
  }
  lines.pop();
  return lines;
}

const dialect = (locale: CsvDialect['locale']): CsvDialect => ({ locale, zone: 'UTC', byteOrderMark: false });

const rows = fc.array(
  fc.record({
    text: fc.string({ unit: fc.constantFrom(...'ab",;\n\r=+-@\t é') }),
    value: fc.option(fc.record({ mantissa: fc.integer({ min: -9_999, max: 9_999 }), scale: fc.nat(4) }), {
      nil: undefined,
    }),
  }),
  { minLength: 1, maxLength: 10 },
);

test.each(['en', 'nl'] as const)('every text and number comes back from CSV in the locale %s', (locale) => {
  const separator = locale === 'en' ? ',' : ';';
  fc.assert(
    fc.property(rows, (written) => {
      const exact = written.map(({ text, value }) => ({ text, value: value && decimal(value.mantissa, value.scale) }));
      const read = parseCsv(csvLines(COLUMNS, exact, dialect(locale)), separator);
      expect(read.map(([text]) => text?.replace(/^'(?=[=+\-@\t\r])/, ''))).toEqual(exact.map(({ text }) => text));
      const numbers = read.map(([, value = '']) => (value === '' ? undefined : Number(value.replace(',', '.'))));
      expect(numbers).toEqual(exact.map(({ value }) => value && value.mantissa / 10 ** value.scale));
    }),
    { seed: 6, numRuns: 500 },
  );
});

test('no cell begins as a formula that a spreadsheet would run', () => {
  for (const text of ['=1+1', '+cmd', '-2', '@SUM(A1)', '\t=1']) {
    expect(csvLines(COLUMNS, [{ text, value: undefined }], dialect('en'))).toMatch(/^"?'/);
  }
});

test('the header begins with a byte order mark when it is asked for', () => {
  expect(csvHeader(COLUMNS, { ...dialect('nl'), byteOrderMark: true })).toBe('\ufefftext;value\r\n');
  expect(csvHeader(COLUMNS, dialect('en'))).toBe('text,value\r\n');
});
