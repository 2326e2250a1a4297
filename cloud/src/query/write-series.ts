import type { RowGroup } from 'hyparquet';
import type { Column } from './column.ts';
import { type CsvDialect, csvHeader, csvLines } from './csv.ts';
import { joinBytes } from './join-bytes.ts';
import { PARQUET_MAGIC, parquetGroup } from './parquet-file.ts';
import type { ObservationFormat } from './query-formats.ts';

/** Rows and how each is written. */
export interface SeriesTable<Row> {
  readonly columns: readonly Column<Row>[];
  /** One row as a JSON object. */
  readonly json: (row: Row) => string;
}

/** Where a part stands in its answer. */
export interface PartFrame {
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Rows and bytes of the parts before. */
  readonly before: { readonly rows: number; readonly bytes: number };
  /** JSON object before its observations. */
  readonly head: object;
  /** Address of the next page. */
  readonly next: string | undefined;
  readonly dialect: CsvDialect;
}

export interface WrittenPart {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** For the end of a Parquet file, which `parquetFooter` writes. */
  readonly rowGroups?: readonly RowGroup[];
}

type Write = <Row>(
  table: SeriesTable<Row>,
  rows: readonly Row[],
  frame: PartFrame,
) => WrittenPart | Promise<WrittenPart>;

/** The parts of one answer, joined, are one document of the format; a Parquet file then lacks its end. */
export const WRITERS: Readonly<Record<ObservationFormat, Write>> = {
  json({ json }, rows, { isFirst, isLast, before, head, next }) {
    const begin = isFirst ? `${JSON.stringify(head).slice(0, -1)},"observations":[` : '';
    const between = before.rows > 0 && rows.length > 0 ? ',' : '';
    const end = isLast ? `],"next":${JSON.stringify(next ?? null)}}` : '';
    return { bytes: utf8(`${begin}${between}${rows.map(json).join(',')}${end}`) };
  },
  csv({ columns }, rows, { isFirst, dialect }) {
    const written = columns.filter(({ columnarOnly }) => columnarOnly !== true);
    return { bytes: utf8((isFirst ? csvHeader(written, dialect) : '') + csvLines(written, rows, dialect)) };
  },
  async arrow({ columns }, rows, { isFirst, isLast }) {
    // Takes 19 MB and a tenth of a second in each thread: only those that are asked for it pay.
    const { createArrowParts } = await import('./arrow-stream.ts');
    const parts = createArrowParts(columns);
    return { bytes: joinBytes([isFirst ? parts.begin() : [], parts.rows(rows), isLast ? parts.end() : []]) };
  },
  parquet({ columns }, rows, { isFirst, before }) {
    const magic = isFirst ? PARQUET_MAGIC : new Uint8Array(0);
    if (rows.length === 0) return { bytes: magic, rowGroups: [] };
    const { bytes, groups } = parquetGroup(columns, rows, before.bytes + magic.length);
    return { bytes: joinBytes([magic, bytes]), rowGroups: groups };
  },
};

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
