import type { EpochMs } from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import type { UplinkRow } from '../outbox/row-checksum.ts';
import { formOfRecord, formOfRefusedValues, formOfRow, type QuarantineRow, type RawForm } from './raw-form.ts';
import { type ReplayProgress, replayProgressSchema } from './replay-progress.ts';
import { isSelected, type ReplaySelection, replaySelectionSchema } from './replay-selection.ts';

/** A request that is not done. */
export interface OpenReplay {
  readonly id: number;
  readonly selection: ReplaySelection;
  /** Digest of the configuration that the request was made with. */
  readonly configuration: string;
  readonly progress: ReplayProgress;
}

interface RequestRow {
  readonly id: number;
  readonly selection: string;
  readonly configuration: string;
  readonly progress: string;
}

/** Requests that are done are kept, for whoever waits for them, until so many newer ones are there. */
const DONE_KEPT = 100;

/** Raw forms of one look, and where the next one begins. */
export interface RawForms {
  readonly forms: readonly { readonly form: RawForm; readonly progress: ReplayProgress }[];
  /** When all forms have been run. */
  readonly progress: ReplayProgress;
}

/** Raw forms that were asked to be run again, and how far that is. Reads and writes belong to the caller's transaction. */
export class ReplayQueue {
  /** The last request that was there at the start: it was made for whatever this program was started with. */
  readonly #lastAtStart: number;
  readonly #open: Database.Statement<[], RequestRow>;
  readonly #save: Database.Statement<[string, number, number | null, number]>;
  readonly #forget: Database.Statement<[number]>;
  readonly #records: Database.Statement<[number, number, number], QuarantineRow>;
  readonly #recordsOfUplink: Database.Statement<[number], QuarantineRow>;
  readonly #rows: Database.Statement<[number, number, number], UplinkRow>;

  constructor(connection: Database.Database) {
    this.#lastAtStart = (connection.prepare<[], number>('SELECT max(id) FROM replays').pluck().get() ?? 0) as number;
    this.#open = connection.prepare(
      'SELECT id, selection, configuration, progress FROM replays WHERE done_ms IS NULL ORDER BY id LIMIT 16',
    );
    this.#save = connection.prepare(
      'UPDATE replays SET progress = ?, taken_ms = coalesce(taken_ms, ?), done_ms = ? WHERE id = ?',
    );
    this.#forget = connection.prepare('DELETE FROM replays WHERE done_ms IS NOT NULL AND id <= ?');
    this.#records = connection.prepare('SELECT * FROM quarantine WHERE id >= ? AND id < ? ORDER BY id LIMIT ?');
    this.#recordsOfUplink = connection.prepare('SELECT * FROM quarantine WHERE uplink_id = ? ORDER BY id');
    this.#rows = connection.prepare('SELECT * FROM uplinks WHERE id >= ? AND id < ? ORDER BY id LIMIT ?');
  }

  /**
   * The oldest request that can be worked on: made with this configuration, or before this program started. One that was
   * made with a newer configuration waits for the next start.
   */
  next(configuration: string): OpenReplay | undefined {
    const row = this.#open.all().find((each) => each.id <= this.#lastAtStart || each.configuration === configuration);
    if (row === undefined) return undefined;
    return {
      id: row.id,
      configuration: row.configuration,
      selection: replaySelectionSchema.parse(JSON.parse(row.selection)),
      progress: replayProgressSchema.parse(JSON.parse(row.progress)),
    };
  }

  /** The next raw forms of a request, quarantine first. Without forms and with nothing remaining it is done. */
  read({ selection, progress }: Pick<OpenReplay, 'selection' | 'progress'>, rowsMax: number): RawForms {
    if (progress.quarantine.from < progress.quarantine.end) return this.#readQuarantine(selection, progress, rowsMax);
    return this.#readKept(selection, progress, rowsMax);
  }

  #readQuarantine(selection: ReplaySelection, progress: ReplayProgress, rowsMax: number): RawForms {
    const { from, end } = progress.quarantine;
    const rows = this.#records.all(from, end, rowsMax);
    const behind = (next: number): ReplayProgress => ({ ...progress, quarantine: { from: next, end } });
    const forms = rows.flatMap((record) => {
      if (!isSelected(selection, record.received_ms, record.reason)) return [];
      const { uplink_id: uplinkId } = record;
      if (uplinkId === null) return [{ form: formOfRecord(record), progress: behind(record.id + 1) }];
      const records = this.#recordsOfUplink.all(uplinkId);
      // All values of one uplink are run with the first of them that is asked for.
      const first = records.find(({ received_ms, reason }) => isSelected(selection, received_ms, reason));
      if (first?.id !== record.id) return [];
      const [row] = this.#rows.all(uplinkId, uplinkId + 1, 1);
      return [{ form: formOfRefusedValues(uplinkId, records, row), progress: behind(record.id + 1) }];
    });
    const last = rows.length < rowsMax ? undefined : rows.at(-1);
    return { forms, progress: behind(last === undefined ? end : last.id + 1) };
  }

  #readKept(selection: ReplaySelection, progress: ReplayProgress, rowsMax: number): RawForms {
    const { from, end } = progress.kept;
    const rows = this.#rows.all(from, end, rowsMax);
    const behind = (next: number): ReplayProgress => ({ ...progress, kept: { from: next, end } });
    const forms = rows.flatMap((row) => {
      // A row without a topic was derived here, or a newer row holds the raw form.
      if (row.topic === '' || row.gaps !== null || !isSelected(selection, row.received_ms)) return [];
      return [{ form: formOfRow(row, this.#recordsOfUplink.all(row.id)), progress: behind(row.id + 1) }];
    });
    const last = rows.length < rowsMax ? undefined : rows.at(-1);
    return { forms, progress: behind(last === undefined ? end : last.id + 1) };
  }

  /** Notes how far a request is. Part of the transaction in which that was done. */
  save(id: number, progress: ReplayProgress, nowMs: EpochMs, isDone: boolean): void {
    this.#save.run(JSON.stringify(progress), nowMs, isDone ? nowMs : null, id);
    if (isDone) this.#forget.run(id - DONE_KEPT);
  }
}
