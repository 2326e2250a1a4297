import type { RowGroup } from 'hyparquet';
import type { ReadScope } from '../access/read-scope.ts';
import { unanswered } from '../http/problem.ts';
import type { ReadPool } from '../read/read-pool.ts';
import { type ExportPart, exportStream, type StartTimer } from './export-stream.ts';
import { intervalColumns } from './interval-table.ts';
import { joinBytes } from './join-bytes.ts';
import { OBSERVATION_COLUMNS } from './observation-table.ts';
import { parquetFooter } from './parquet-file.ts';
import { refusalResponse, streamResponse } from './query-response.ts';
import type { QueryPart, SeriesPart } from './query-tasks.ts';
import { createTurns } from './take-turns.ts';

export interface ExportLimits {
  /** Exports that are open at once, each with one part in memory; a further one gets 429. */
  readonly exportsMax: number;
  /** Parts that are read at once, so that pages and questions do not wait behind exports. */
  readonly readsAtOnce: number;
  /** An export whose reader takes nothing for so long is ended. */
  readonly stalledAfterMs: number;
}

export const EXPORT_LIMITS: ExportLimits = { exportsMax: 200, readsAtOnce: 1, stalledAfterMs: 120_000 };

export interface SeriesExports {
  /** Answers with the whole series; without a body, when only its headers are asked for. */
  answer(first: SeriesPart, scope: ReadScope, name: string, headOnly: boolean): Promise<Response>;
  /** Exports that are open. */
  open(): number;
}

/** Series that are sent part by part, each read when the one before was taken. */
export function createSeriesExports(
  readers: Pick<ReadPool, 'run'>,
  { exportsMax, readsAtOnce, stalledAfterMs }: ExportLimits,
  startTimer: StartTimer,
): SeriesExports {
  const turns = createTurns(readsAtOnce);
  let open = 0;
  return {
    open: () => open,
    async answer(first, scope, name, headOnly) {
      if (open >= exportsMax) {
        return unanswered({ code: 'readers-busy', detail: `${exportsMax} exports are open already` });
      }
      open += 1;
      let isOpen = true;
      const onEnd = () => {
        if (isOpen) open -= 1;
        isOpen = false;
      };
      try {
        const read = (part: SeriesPart, signal?: AbortSignal) =>
          turns.take(() => readers.run({ kind: 'query', ask: 'series', ...part }, scope, 'behind'), signal);
        const begun = await read(first);
        const refused = begun.ok
          ? begun.value.kind !== 'part' && refusalResponse(begun.value)
          : unanswered(begun.fault);
        if (refused) {
          onEnd();
          return refused;
        }
        if (headOnly) {
          onEnd();
          return streamResponse(null, first.format, name);
        }
        const rest = createParts(first, async (part, signal) => partOf(await read(part, signal)));
        const body = exportStream(
          rest.take(partOf(begun)),
          { readPart: rest.readPart, onEnd },
          { stalledAfterMs, startTimer },
        );
        return streamResponse(body, first.format, name);
      } catch (error) {
        onEnd();
        throw error;
      }
    },
  };
}

type Answered = Awaited<ReturnType<ReadPool['run']>>;

/** A part amid an export; what is none breaks the export off. */
function partOf(answered: Answered): QueryPart {
  if (!answered.ok) throw new Error(answered.fault.detail);
  const answer = answered.value as { readonly kind: string };
  if (answer.kind !== 'part') throw new Error(`a part of an export is ${answer.kind}`);
  return answer as QueryPart;
}

/** The parts of one export in their order, with what the later ones must know of the earlier ones. */
function createParts(first: SeriesPart, read: (part: SeriesPart, signal: AbortSignal) => Promise<QueryPart>) {
  const rowGroups: RowGroup[] = [];
  let rows = 0;
  let bytes = 0;
  let last: QueryPart | undefined;
  const take = (part: QueryPart): ExportPart => {
    rows += part.rows ?? 0;
    bytes += part.body.length;
    for (const group of part.rowGroups ?? []) rowGroups.push(group);
    last = part;
    const isLast = part.cursor === undefined;
    if (!isLast || first.format !== 'parquet') return { bytes: part.body, isLast };
    const { summary } = first;
    const end =
      summary === undefined
        ? parquetFooter(OBSERVATION_COLUMNS, rowGroups, bytes)
        : parquetFooter(intervalColumns(summary.aggregates), rowGroups, bytes);
    return { bytes: joinBytes([part.body, end]), isLast };
  };
  return {
    take,
    readPart: async (signal: AbortSignal) => {
      const { selected, cursor } = last ?? {};
      const before = { rows, bytes };
      return take(
        await read(
          { ...first, before, ...(selected && { selected }), ...(cursor !== undefined && { cursor }) },
          signal,
        ),
      );
    },
  };
}
