import { formatDecimal } from '@meetbrug/protocols/observation';
import type { Column } from './column.ts';
import { formatZoned, type Zone } from './zoned-instant.ts';

/** How numbers and columns are written: `en` as RFC 4180 and programs have it, `nl` as Excel opens it in Flanders. */
export const CSV_LOCALES = ['en', 'nl'] as const;
export type CsvLocale = (typeof CSV_LOCALES)[number];

export interface CsvDialect {
  readonly locale: CsvLocale;
  readonly zone: Zone;
  /** Excel takes a file for UTF-8 only when it begins so. */
  readonly byteOrderMark: boolean;
}

const LINE_END = '\r\n';
const SIGNS = { en: { separator: ',', decimal: '.' }, nl: { separator: ';', decimal: ',' } } as const;
/** A spreadsheet would run what begins so as a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const QUOTED = /[",;\r\n]/;

/** The line of names, behind a byte order mark when it is asked for. */
export function csvHeader<Row>(columns: readonly Column<Row>[], { locale, byteOrderMark }: CsvDialect): string {
  const names = columns.map(({ name }) => name);
  return `${byteOrderMark ? '\ufeff' : ''}${names.join(SIGNS[locale].separator)}${LINE_END}`;
}

/** Rows as lines, each with its end (RFC 4180). An empty cell says that there is nothing. */
export function csvLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[], dialect: CsvDialect): string {
  const { separator } = SIGNS[dialect.locale];
  const [first, ...others] = columns.map((column) => cellWriter(column, dialect));
  if (first === undefined) return '';
  let text = '';
  for (const row of rows) {
    text += first(row);
    for (const write of others) text += separator + write(row);
    text += LINE_END;
  }
  return text;
}

/** How the cells of one column are written; made anew for every piece of text, as it remembers what it has written. */
function cellWriter<Row>(column: Column<Row>, { locale, zone }: CsvDialect): (row: Row) => string {
  switch (column.kind) {
    case 'text': {
      const written = new Map<string, string>();
      return (row) => {
        const text = column.read(row);
        if (text === undefined) return '';
        const known = written.get(text) ?? csvText(text);
        written.set(text, known);
        return known;
      };
    }
    case 'instant':
      return (row) => {
        const ms = column.read(row);
        return ms === undefined ? '' : formatZoned(ms, zone);
      };
    case 'integer':
      return (row) => String(column.read(row) ?? '');
    case 'decimal':
      return (row) => {
        const value = column.read(row);
        return value === undefined ? '' : csvNumber(formatDecimal(value), locale);
      };
    case 'number':
      return (row) => {
        const value = column.read(row);
        return value === undefined ? '' : csvNumber(String(value), locale);
      };
  }
}

function csvNumber(text: string, locale: CsvLocale): string {
  return locale === 'en' ? text : text.replace('.', SIGNS[locale].decimal);
}

/** Text as a cell of either locale; an apostrophe before what a spreadsheet would take for a formula. */
export function csvText(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return QUOTED.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
