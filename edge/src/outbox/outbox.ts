import { addRange, BATCH_BOUNDS, type SequenceRange } from '@meetbrug/protocols/delivery';
import type { DatastreamDescription, DatastreamKey, EpochMs } from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import type { CounterState } from '../derive/counter/mod.ts';
import type { DatedHeights, LevelRevision } from '../descriptions/plan-revisions.ts';
import type { Datastream } from '../normalise/datastream.ts';
import { CountCellStore, type UnpublishedCountReason } from './count-cell-store.ts';
import { CounterStore } from './counter-store.ts';
import { DescriptionStore } from './description-store.ts';
import type { GroupWriter, NewUplink, OutboxBounds, ReadUplinks, StoredUplink } from './group-writer.ts';
import { LevelRevisionStore, type RowPositions } from './level-revision-store.ts';
import { QuarantineStore } from './quarantine-store.ts';
import { rowChecksum, type UplinkRow } from './row-checksum.ts';
import { decodeObservations, encodeObservations, type StoredObservation } from './stored-observations.ts';
import type { UplinkFingerprint } from './uplink-fingerprint.ts';
import type { UplinkWindow } from './uplink-window.ts';
import { WindowStore } from './window-store.ts';

export type { GroupWriter, NewUplink, OutboxBounds, ReadUplinks, StoredUplink };

const MS_PER_DAY = 86_400_000;
const PRUNE_CHUNK = 1_000;
/** What was deleted for good is gone from the write-ahead log within this. */
const ERASE_WITHIN_MS = 60_000;
const NO_PAYLOAD = new Uint8Array();

/**
 * The durable queue between sensors and cloud. Everything that a caller sees as a sequence is a row id plus the offset of
 * the epoch. No method waits for the network; every writing method is one transaction that throws when it fails, after
 * which this connection must not be used again.
 */
export class Outbox {
  readonly #connection: Database.Database;
  readonly #bounds: OutboxBounds;
  readonly #descriptions: DescriptionStore;
  readonly #quarantine: QuarantineStore;
  readonly #windowStore: WindowStore;
  readonly #countCells: CountCellStore;
  readonly #counters: CounterStore;
  readonly #levelRevisions: LevelRevisionStore;
  readonly #insertUplink: Database.Statement<[number, number, string, string, Uint8Array, number]>;
  readonly #readRange: Database.Statement<[number, number], UplinkRow>;
  readonly #readAges: Database.Statement<[number, number, number], { id: number; received_ms: number }>;
  readonly #receivedMs: Database.Statement<[number], number>;
  readonly #deleteRange: Database.Statement<[number, number]>;
  readonly #saveNextId: Database.Statement<[number]>;
  readonly #saveAcknowledged: Database.Statement<[string]>;
  readonly #usedBytes: Database.Statement<[], number>;
  readonly #transaction: Database.Transaction<(write: (writer: GroupWriter) => void) => number>;
  #epoch: string;
  #offset: number;
  #nextId: number;
  /** In sequences; what lies at or below the offset belongs to earlier epochs and counts as acknowledged. */
  #acknowledged: readonly SequenceRange[];
  #acknowledgedUnsaved = false;
  /** How many deletions of the quarantine have left the write-ahead log too; -1: not known. */
  #erasedFromLog = -1;
  #erasedMs = Number.NEGATIVE_INFINITY;

  constructor(connection: Database.Database, bounds: OutboxBounds) {
    this.#connection = connection;
    this.#bounds = bounds;
    this.#descriptions = new DescriptionStore(connection);
    this.#quarantine = new QuarantineStore(connection, bounds.quarantine);
    this.#windowStore = new WindowStore(connection, bounds.uplinksMax);
    this.#countCells = new CountCellStore(connection);
    this.#counters = new CounterStore(connection);
    this.#levelRevisions = new LevelRevisionStore(connection);
    this.#insertUplink = connection.prepare('INSERT INTO uplinks VALUES (?, ?, ?, ?, ?, ?)');
    this.#readRange = connection.prepare('SELECT * FROM uplinks WHERE id BETWEEN ? AND ? ORDER BY id');
    this.#readAges = connection.prepare(
      'SELECT id, received_ms FROM uplinks WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?',
    );
    this.#receivedMs = connection.prepare<[number], number>('SELECT received_ms FROM uplinks WHERE id = ?').pluck();
    this.#deleteRange = connection.prepare('DELETE FROM uplinks WHERE id BETWEEN ? AND ?');
    this.#saveNextId = connection.prepare('UPDATE state SET next_id = ?');
    this.#saveAcknowledged = connection.prepare('UPDATE state SET acknowledged = ?');
    this.#usedBytes = connection
      .prepare<[], number>(
        'SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size',
      )
      .pluck();
    const state = connection.prepare('SELECT epoch, sequence_offset, next_id, acknowledged FROM state').get() as {
      epoch: string;
      sequence_offset: number;
      next_id: number;
      acknowledged: string;
    };
    this.#epoch = state.epoch;
    this.#offset = state.sequence_offset;
    this.#nextId = state.next_id;
    this.#acknowledged = JSON.parse(state.acknowledged) as SequenceRange[];
    this.#transaction = connection.transaction((write) => this.#write(write));
  }

  get epoch(): string {
    return this.#epoch;
  }

  get nextSequence(): number {
    return this.#nextId + this.#offset;
  }

  get acknowledged(): readonly SequenceRange[] {
    return this.#acknowledged;
  }

  /** The deduplication window. Whoever adds to it commits the same fingerprint in its next group. */
  get window(): UplinkWindow {
    return this.#windowStore.window;
  }

  get quarantineRecordCount(): number {
    return this.#quarantine.recordCount;
  }

  get quarantineDroppedCount(): number {
    return this.#quarantine.droppedCount;
  }

  /** Uplinks that the cloud has not acknowledged. */
  get behindCount(): number {
    return this.#acknowledged.reduce((count, [from, to]) => count - (to - from + 1), this.nextSequence - 1);
  }

  /** The oldest sequence that the cloud has not acknowledged; {@link nextSequence} when it has all. */
  get firstUnacknowledged(): number {
    const first = this.#acknowledged[0];
    return first !== undefined && first[0] === 1 ? first[1] + 1 : 1;
  }

  /** When the oldest unacknowledged uplink was received. */
  get oldestUnacknowledgedMs(): EpochMs | undefined {
    return this.#receivedMs.get(this.firstUnacknowledged - this.#offset);
  }

  /** Bytes in use in the file, free pages and write-ahead log not counted. */
  get usedBytes(): number {
    return this.#usedBytes.get() as number;
  }

  /** Whether the bound in bytes is reached. Acknowledged uplinks go first, whatever their age. */
  isFull(): boolean {
    while (this.usedBytes >= this.#bounds.bytesMax) {
      if (this.#deleteAcknowledged(Number.POSITIVE_INFINITY) === 0) return true;
    }
    return false;
  }

  /** One durable transaction around what `write` writes: it returns after the fsync. */
  commit(write: (writer: GroupWriter) => void): void {
    this.#nextId = this.#transaction.immediate(write);
    this.#acknowledgedUnsaved = false;
  }

  #write(write: (writer: GroupWriter) => void): number {
    let id = this.#nextId;
    const fingerprints: UplinkFingerprint[] = [];
    write({
      addUplink: (uplink) => {
        this.#writeUplink(id, uplink);
        fingerprints.push(uplink.fingerprint);
        id += 1;
      },
      addQuarantine: (record) => this.#quarantine.append(record),
    });
    if (fingerprints.length > 0) {
      this.#windowStore.append(fingerprints);
      this.#saveNextId.run(id);
    }
    if (this.#acknowledgedUnsaved) this.#saveAcknowledged.run(JSON.stringify(this.#acknowledged));
    return id;
  }

  #writeUplink(id: number, uplink: NewUplink): void {
    const { receivedMs, topic, payload, observations, contributions, counters } = uplink;
    const descriptionId = (datastream: Datastream, phenomenonMs: EpochMs) =>
      this.#descriptions.idOf(datastream, phenomenonMs, receivedMs);
    const text = encodeObservations(observations, descriptionId);
    const corrections = this.#countCells.add(contributions, descriptionId, receivedMs);
    const all = corrections.length === 0 ? text : JSON.stringify([...decodeObservations(text), ...corrections]);
    this.#writeRow(id, receivedMs, all, topic, payload);
    for (const [datastream, state] of counters) this.#counters.write(datastream, state);
  }

  #writeRow(id: number, receivedMs: EpochMs, observations: string, topic: string, payload: Uint8Array): void {
    const checksum = rowChecksum({ id, received_ms: receivedMs, observations, topic, payload });
    this.#insertUplink.run(id, receivedMs, observations, topic, payload, checksum);
  }

  /**
   * Publishes a chunk of the count windows whose time has come, as a row without an uplink.
   * @returns how many windows closed; a full chunk means that there may be more
   */
  closeCountWindows(nowMs: EpochMs): number {
    let closedCount = 0;
    this.#nextId = this.#connection
      .transaction(() => {
        const closed = this.#countCells.close(nowMs, BATCH_BOUNDS.observationsPerUplinkMax);
        closedCount = closed.closedCount;
        return this.#writeDerived(closed.observations, nowMs);
      })
      .immediate();
    return closedCount;
  }

  /** The dated heights that the kept levels of a local level's datastream agree with. */
  appliedHeights(level: DatastreamKey): DatedHeights {
    return this.#levelRevisions.appliedHeights(level);
  }

  /** Behind the newest row: where {@link reviseLevels} ends. */
  get endPosition(): number {
    return this.#nextId;
  }

  /** Derives the levels of a chunk of kept rows again; what differs becomes rows of their own: corrections. */
  reviseLevels(
    positions: RowPositions,
    revisions: ReadonlyMap<DatastreamKey, LevelRevision>,
    nowMs: EpochMs,
  ): { readonly next: number; readonly correctionCount: number } {
    let result = { next: positions[1], correctionCount: 0 };
    this.#nextId = this.#connection
      .transaction(() => {
        const describe = (id: number) => this.description(id);
        const { next, corrections } = this.#levelRevisions.revise(positions, revisions, describe, nowMs);
        result = { next, correctionCount: corrections.length };
        const text = encodeObservations(corrections, (datastream, phenomenonMs) =>
          this.#descriptions.idOf(datastream, phenomenonMs, nowMs),
        );
        return this.#writeDerived(decodeObservations(text), nowMs);
      })
      .immediate();
    return result;
  }

  noteAppliedHeights(revisions: Iterable<LevelRevision>): void {
    this.#connection
      .transaction(() => {
        for (const revision of revisions) this.#levelRevisions.noteAppliedHeights(revision);
      })
      .immediate();
  }

  /** Observations that no uplink carried get rows and so sequences of their own. Returns the next free id. */
  #writeDerived(observations: readonly StoredObservation[], nowMs: EpochMs): number {
    let id = this.#nextId;
    for (let from = 0; from < observations.length; from += BATCH_BOUNDS.observationsPerUplinkMax) {
      const part = observations.slice(from, from + BATCH_BOUNDS.observationsPerUplinkMax);
      this.#writeRow(id, nowMs, JSON.stringify(part), '', NO_PAYLOAD);
      id += 1;
    }
    if (id > this.#nextId) this.#saveNextId.run(id);
    return id;
  }

  /** A counter as the last uplink that read it left it. */
  committedCounter(datastream: DatastreamKey): CounterState | undefined {
    return this.#counters.read(datastream);
  }

  /** Counts and sums that were not published since the program started, by reason. */
  get unpublishedCounts(): ReadonlyMap<UnpublishedCountReason, number> {
    return this.#countCells.unpublished;
  }

  /** Notes what the cloud has. Written with the next commit: after a crash it is sent again, which the cloud recognises. */
  acknowledge(ranges: readonly SequenceRange[]): void {
    const last = this.nextSequence - 1;
    for (const [from, to] of ranges) {
      if (from <= to && to <= last) this.#acknowledged = addRange(this.#acknowledged, [from, to]);
    }
    this.#acknowledgedUnsaved = true;
  }

  /** Reads uplinks in rising sequence until the range or about `bytesMax` of observations is exhausted. */
  read([from, to]: SequenceRange, bytesMax: number): ReadUplinks {
    const uplinks: StoredUplink[] = [];
    const damaged: UplinkRow[] = [];
    const missing: SequenceRange[] = [];
    let bytes = 0;
    let next = from;
    for (const row of this.#readRange.iterate(from - this.#offset, to - this.#offset)) {
      const sequence = row.id + this.#offset;
      if (sequence > next) missing.push([next, sequence - 1]);
      next = sequence + 1;
      if (rowChecksum(row) === row.checksum) {
        uplinks.push({ sequence, receivedMs: row.received_ms, observations: decodeObservations(row.observations) });
      } else damaged.push(row);
      bytes += row.observations.length;
      if (bytes >= bytesMax) break;
    }
    if (bytes < bytesMax && next <= to) missing.push([next, to]);
    if (damaged.length > 0) this.#putAside(damaged);
    this.acknowledge(missing);
    const through = bytes < bytesMax ? to : next - 1;
    return { uplinks, through, damaged: damaged.map(({ id }) => id + this.#offset), missing };
  }

  #putAside(rows: readonly UplinkRow[]): void {
    const records = rows.map((row) => ({
      receivedMs: row.received_ms,
      reason: 'damaged-row',
      detail: `sequence ${row.id + this.#offset} of epoch ${this.#epoch}: the checksum is wrong`,
      topic: row.topic,
      payload: row.payload,
    }));
    this.#connection
      .transaction(() => {
        for (const record of records) this.#quarantine.append(record);
        for (const { id } of rows) this.#deleteRange.run(id, id);
      })
      .immediate();
    for (const { id } of rows) this.acknowledge([[id + this.#offset, id + this.#offset]]);
  }

  /** The description that an observation's first number names. */
  description(id: number): DatastreamDescription | undefined {
    return this.#descriptions.get(id);
  }

  /**
   * Starts a new epoch whose unacknowledged uplinks are numbered above `numberAbove`. The rows stay where they are: one
   * small write moves the offset.
   */
  startEpoch(epoch: string, numberAbove: number): void {
    const shift = Math.max(0, numberAbove + 1 - this.firstUnacknowledged);
    const moved = this.#acknowledged.map(([from, to]): SequenceRange => [from + shift, to + shift]);
    const acknowledged = shift === 0 ? moved : addRange(moved, [1, shift]);
    this.#connection
      .prepare('UPDATE state SET epoch = ?, sequence_offset = ?, acknowledged = ?')
      .run(epoch, this.#offset + shift, JSON.stringify(acknowledged));
    this.#epoch = epoch;
    this.#offset += shift;
    this.#acknowledged = acknowledged;
    this.#acknowledgedUnsaved = false;
  }

  /**
   * Deletes a chunk of the acknowledged uplinks, quarantine records, payloads and count windows whose time is over.
   * @returns how many uplinks and payloads went; a full chunk means that there may be more
   */
  prune(nowMs: EpochMs): number {
    const expiredCount = this.#connection
      .transaction(() => {
        this.#quarantine.dropOld(nowMs);
        this.#countCells.forgetOld(nowMs);
        this.#levelRevisions.forgetOld(nowMs - this.#bounds.keepAcknowledgedDays * MS_PER_DAY);
        return this.#quarantine.expirePayloads(nowMs);
      })
      .immediate();
    const deletedCount = this.#deleteAcknowledged(nowMs - this.#bounds.keepAcknowledgedDays * MS_PER_DAY);
    this.#eraseFromLog(nowMs);
    return deletedCount + expiredCount;
  }

  /**
   * What was deleted out of the quarantine still stands in the write-ahead log: it is copied into the file and cut to
   * nothing, at the first call (an earlier run may have been killed) and after deletions. While somebody reads the file
   * it cannot be cut, and the next call tries again.
   */
  #eraseFromLog(nowMs: EpochMs): void {
    const { erasedCount } = this.#quarantine;
    if (erasedCount === this.#erasedFromLog || nowMs < this.#erasedMs + ERASE_WITHIN_MS) return;
    const [result] = this.#connection.pragma('wal_checkpoint(TRUNCATE)') as [{ readonly busy: number }];
    if (result.busy !== 0) return;
    this.#erasedFromLog = erasedCount;
    this.#erasedMs = nowMs;
  }

  #deleteAcknowledged(receivedBeforeMs: number): number {
    let deleted = 0;
    for (const [from, to] of this.#acknowledged) {
      if (to <= this.#offset) continue;
      const rows = this.#readAges.all(from - this.#offset, to - this.#offset, PRUNE_CHUNK - deleted);
      const young = rows.findIndex((row) => row.received_ms >= receivedBeforeMs);
      const old = young === -1 ? rows : rows.slice(0, young);
      const last = old.at(-1);
      if (last !== undefined) deleted += this.#deleteRange.run(from - this.#offset, last.id).changes;
      if (young !== -1 || deleted >= PRUNE_CHUNK) break;
    }
    return deleted;
  }

  /** Saves the acknowledgements and closes the file. Not for a connection that has failed. */
  close(): void {
    if (this.#acknowledgedUnsaved) this.#saveAcknowledged.run(JSON.stringify(this.#acknowledged));
    this.#connection.close();
  }

  /** Closes without writing: after a failed transaction. */
  abandon(): void {
    this.#connection.close();
  }
}
