import { BATCH_BOUNDS, type EdgeGapReason, type SequenceRange } from '@meetbrug/protocols/delivery';
import type { DatastreamDescription, DatastreamKey, EpochMs } from '@meetbrug/protocols/observation';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';
import type { DeviceId } from '@meetbrug/protocols/uplinks';
import Database from 'better-sqlite3';
import type { CounterState } from '../derive/counter/mod.ts';
import type { DatedHeights, LevelRevision } from '../descriptions/plan-revisions.ts';
import type { UnknownDevice } from '../learning/unknown-device-store.ts';
import type { Datastream } from '../normalise/datastream.ts';
import { ReplayQueue } from '../replay/replay-queue.ts';
import { ClockWatch } from './clock-watch.ts';
import type { UnpublishedCountReason } from './count-cell-store.ts';
import { damagedRecord, discardMissing, discardRows } from './discard-rows.ts';
import type { GroupWriter, NewUplink, OutboxBounds, ReadUplinks, ReplayWriter, StoredUplink } from './group-writer.ts';
import type { RowPositions } from './level-revision-store.ts';
import { LogEraser } from './log-eraser.ts';
import { makeRoom } from './make-room.ts';
import { hasRoom, isNoRoom, NoRoomError } from './no-room.ts';
import { type OutboxStores, openStores } from './outbox-stores.ts';
import { pruneStores } from './prune-stores.ts';
import { readUplinks } from './read-uplinks.ts';
import { ResendQueue } from './resend-queue.ts';
import { SequenceNumbering } from './sequence-numbering.ts';
import { settleLog, truncateLog } from './settle-log.ts';
import { decodeObservations, encodeObservations, type StoredObservation } from './stored-observations.ts';
import type { UplinkFingerprint } from './uplink-fingerprint.ts';
import { NO_PAYLOAD } from './uplink-rows.ts';
import type { UplinkWindow } from './uplink-window.ts';

export type { GroupWriter, NewUplink, OutboxBounds, ReadUplinks, ReplayWriter, StoredUplink };

/** Chunks of work that one look at the bound may do. */
const ROOM_CHUNKS_MAX = 4;
const NO_ROOM = fail('no-room', 'the disk of --data-dir is full');

/**
 * The durable queue between sensors and cloud. Everything that a caller sees as a sequence is a row id plus the offset of
 * the epoch. No method waits for the network; every writing method is one transaction. While the disk is full
 * nothing is written and nothing fails; what else goes wrong is thrown, and then this connection must not be used again.
 */
export class Outbox {
  /** What the cloud has and is to get again. */
  readonly resends: ResendQueue;
  /** Raw forms that are to be run again. */
  readonly replays: ReplayQueue;
  readonly #connection: Database.Database;
  readonly #numbering: SequenceNumbering;
  readonly #transaction: Database.Transaction<(write: () => unknown) => unknown>;
  readonly #clock = new ClockWatch();
  readonly #log: LogEraser;
  #stores: OutboxStores;
  #lacksRoom: boolean;
  #isSettled: boolean;

  /** @param isSettled whether what the write-ahead log held at the start is durable, see `settleLog` */
  constructor(connection: Database.Database, bounds: OutboxBounds, isSettled = true) {
    this.#connection = connection;
    this.#numbering = new SequenceNumbering(connection);
    this.resends = new ResendQueue(connection, this.#numbering);
    this.replays = new ReplayQueue(connection);
    this.#stores = openStores(connection, bounds, this.#numbering);
    this.#log = new LogEraser(connection);
    this.#transaction = connection.transaction((write) => write());
    this.#isSettled = isSettled;
    this.#lacksRoom = !isSettled;
  }

  get epoch(): string {
    return this.#numbering.state.epoch;
  }

  get nextSequence(): number {
    return this.#numbering.nextSequence;
  }

  get acknowledged(): readonly SequenceRange[] {
    return this.#numbering.acknowledged;
  }

  /** The deduplication window. Whoever adds to it commits the same fingerprint in its next group. */
  get window(): UplinkWindow {
    return this.#stores.windowStore.window;
  }

  get quarantineRecordCount(): number {
    return this.#stores.quarantine.recordCount;
  }

  get quarantineDroppedCount(): number {
    return this.#stores.quarantine.droppedCount;
  }

  /** Devices that send and are not configured, last seen first. */
  unknownDevices(devicesMax: number): UnknownDevice[] {
    return this.#stores.unknownDevices.lastSeen(devicesMax);
  }

  get unknownDeviceCount(): number {
    return this.#stores.unknownDevices.count;
  }

  /** Devices that are configured now are unknown no longer. Without room on the disk the next start does it. */
  forgetUnknownDevices(isKnown: (device: DeviceId) => boolean): void {
    this.#transact(() => this.#stores.unknownDevices.forget(isKnown));
  }

  /** Uplinks that the cloud has not acknowledged. */
  get behindCount(): number {
    return this.#numbering.behindCount;
  }

  /** The oldest sequence that the cloud has not acknowledged; {@link nextSequence} when it has all. */
  get firstUnacknowledged(): number {
    return this.#numbering.firstUnacknowledged;
  }

  /** When the oldest unacknowledged uplink was received. */
  get oldestUnacknowledgedMs(): EpochMs | undefined {
    return this.#stores.rows.receivedMs(this.#numbering.idOf(this.firstUnacknowledged));
  }

  /** Bytes in use in the file, free pages and write-ahead log not counted. */
  get usedBytes(): number {
    return this.#stores.space.usedBytes;
  }

  /** Whether the disk was full at the last try to write. {@link prune} finds out when it is not any more. */
  get lacksRoom(): boolean {
    return this.#lacksRoom;
  }

  /** Observations that were taken and will never come, since the file was made, by reason. */
  get gapTotals(): ReadonlyMap<EdgeGapReason, number> {
    return this.#stores.gaps.totals;
  }

  /**
   * Whether nothing more may be taken. At the bound in bytes acknowledged uplinks go first, whatever their age, then what
   * the overflow policy says. A call does a bounded part of that work, and says yes while it does not suffice.
   */
  isFull(): boolean {
    const { space, bounds } = this.#stores;
    for (let chunk = 0; chunk < ROOM_CHUNKS_MAX; chunk += 1) {
      if (this.#lacksRoom) return true;
      if (space.usedBytes < bounds.bytesMax) return false;
      const made = this.#transact(() => makeRoom(this.#stores));
      if (!made.ok || made.value === 0) return true;
    }
    return space.usedBytes >= bounds.bytesMax;
  }

  /** One durable transaction around what `write` writes: when it succeeds, it returns after the fsync. */
  commit(write: (writer: ReplayWriter) => void): Result<unknown, Fault<'no-room'>> {
    return this.#transact(() => this.#write(write));
  }

  /**
   * One transaction. When the disk is full none of it has happened, in the file or in memory, and the connection goes on;
   * any other failure is thrown.
   */
  #transact<T>(write: () => T): Result<T, Fault<'no-room'>> {
    if (this.#lacksRoom) return NO_ROOM;
    const before = this.#numbering.state;
    try {
      return ok(this.#transaction.immediate(write) as T);
    } catch (error) {
      const isFull = isNoRoom(error);
      if (error instanceof Database.SqliteError && !isFull) throw error;
      const { bounds, countCells } = this.#stores;
      this.#numbering.restore(before);
      this.#stores = openStores(this.#connection, bounds, this.#numbering, countCells.unpublished);
      if (!isFull) throw error;
      this.#lacksRoom = true;
      return NO_ROOM;
    }
  }

  /** For what cannot be left out. The error says that there is no room: the caller may come again. */
  #transactOrThrow(write: () => void): void {
    if (!this.#transact(write).ok) throw new NoRoomError();
  }

  #write(write: (writer: ReplayWriter) => void): void {
    let id = this.#numbering.nextId;
    const fingerprints: UplinkFingerprint[] = [];
    write({
      addUplink: (uplink) => {
        this.#writeUplink(id, uplink);
        fingerprints.push(uplink.fingerprint);
        id += 1;
      },
      addQuarantine: (record) => {
        this.#stores.quarantine.append(record, record.isOfLastUplink ? id - 1 : undefined);
        if (record.unknownDevice !== undefined) this.#stores.unknownDevices.note(record.unknownDevice);
      },
      setFrameCounter: (counter) => this.#stores.sessionCounters.write(counter),
      resolveQuarantine: (record) => this.#stores.quarantine.resolve(record),
      restateQuarantine: (record, reason, detail) => this.#stores.quarantine.restate(record, reason, detail),
      dropRawForm: (row) => this.#stores.rows.dropRawForm(row),
    });
    this.#stores.windowStore.append(fingerprints);
    this.#numbering.advance(id);
    this.#numbering.save();
  }

  #writeUplink(id: number, uplink: NewUplink): void {
    const { receivedMs, topic, payload, observations, contributions, counters } = uplink;
    const descriptionId = (datastream: Datastream, phenomenonMs: EpochMs) =>
      this.#stores.descriptions.idOf(datastream, phenomenonMs, receivedMs);
    const text = encodeObservations(observations, descriptionId);
    const corrections = this.#stores.countCells.add(contributions, descriptionId, receivedMs);
    if (contributions.length > 0) this.#stores.gaps.count(this.#stores.countCells.takeWithheld());
    const all = corrections.length === 0 ? text : JSON.stringify([...decodeObservations(text), ...corrections]);
    this.#writeRow(id, receivedMs, all, topic, payload);
    for (const [datastream, state] of counters) this.#stores.counters.write(datastream, state);
  }

  #writeRow(id: number, received_ms: EpochMs, observations: string, topic: string, payload: Uint8Array): void {
    this.#stores.rows.insert({ id, received_ms, observations, topic, payload, gaps: null });
  }

  /**
   * Publishes a chunk of the count windows whose time has come, as a row without an uplink.
   * @returns how many windows closed; a full chunk means that there may be more
   */
  closeCountWindows(nowMs: EpochMs): number {
    const closed = this.#transact(() => {
      const { countCells, gaps } = this.#stores;
      const { closedCount, observations } = countCells.close(nowMs, BATCH_BOUNDS.observationsPerUplinkMax);
      gaps.count(countCells.takeWithheld());
      this.#writeDerived(observations, nowMs);
      return closedCount;
    });
    return closed.ok ? closed.value : 0;
  }

  /** The dated heights that the kept levels of a local level's datastream agree with. */
  appliedHeights(level: DatastreamKey): DatedHeights {
    return this.#stores.levelRevisions.appliedHeights(level);
  }

  /** Behind the newest row: where {@link reviseLevels} ends. */
  get endPosition(): number {
    return this.#numbering.nextId;
  }

  /** Derives the levels of a chunk of kept rows again; what differs becomes rows of their own: corrections. */
  reviseLevels(
    positions: RowPositions,
    revisions: ReadonlyMap<DatastreamKey, LevelRevision>,
    nowMs: EpochMs,
  ): { readonly next: number; readonly correctionCount: number } {
    const revised = this.#transact(() => {
      const describe = (id: number) => this.description(id);
      const { next, corrections } = this.#stores.levelRevisions.revise(positions, revisions, describe, nowMs);
      const text = encodeObservations(corrections, (datastream, phenomenonMs) =>
        this.#stores.descriptions.idOf(datastream, phenomenonMs, nowMs),
      );
      this.#writeDerived(decodeObservations(text), nowMs);
      return { next, correctionCount: corrections.length };
    });
    return revised.ok ? revised.value : { next: positions[0], correctionCount: 0 };
  }

  /** Without room on the disk they are not noted, and the next start derives the levels once more. */
  noteAppliedHeights(revisions: Iterable<LevelRevision>): void {
    this.#transact(() => {
      for (const revision of revisions) this.#stores.levelRevisions.noteAppliedHeights(revision);
    });
  }

  /** Observations that no uplink carried get rows and so sequences of their own. */
  #writeDerived(observations: readonly StoredObservation[], nowMs: EpochMs): void {
    let id = this.#numbering.nextId;
    for (let from = 0; from < observations.length; from += BATCH_BOUNDS.observationsPerUplinkMax) {
      const part = observations.slice(from, from + BATCH_BOUNDS.observationsPerUplinkMax);
      this.#writeRow(id, nowMs, JSON.stringify(part), '', NO_PAYLOAD);
      id += 1;
    }
    this.#numbering.advance(id);
  }

  /** The frame counter of a LoRaWAN session, see `SessionCounterStore`. */
  committedFrameCounter(session: string): number | undefined {
    return this.#stores.sessionCounters.read(session);
  }

  /** A counter as the last uplink that read it left it. */
  committedCounter(datastream: DatastreamKey): CounterState | undefined {
    return this.#stores.counters.read(datastream);
  }

  /** Counts and sums that were not published since the program started, by reason. */
  get unpublishedCounts(): ReadonlyMap<UnpublishedCountReason, number> {
    return this.#stores.countCells.unpublished;
  }

  /** Notes what the cloud has. Written with the next commit: after a crash it is sent again, which the cloud recognises. */
  acknowledge(ranges: readonly SequenceRange[]): void {
    this.#numbering.acknowledge(ranges);
  }

  /** Reads uplinks in rising sequence until the range or about `bytesMax` of observations is exhausted. */
  read(range: SequenceRange, bytesMax: number): ReadUplinks {
    const read = readUplinks(this.#stores.rows, this.#numbering, range, bytesMax);
    const damaged = read.damaged.map(({ id }) => this.#numbering.sequenceOf(id));
    const lost = read.missing.flatMap((each) => this.#numbering.unacknowledged(each));
    if (damaged.length + lost.length > 0) {
      this.#transactOrThrow(() => {
        for (const row of read.damaged) this.#stores.quarantine.append(damagedRecord(row, this.epoch));
        discardRows(this.#stores, read.damaged, 'damaged');
        discardMissing(this.#stores, lost);
      });
    }
    return { ...read, damaged };
  }

  /** {@link offer} was never called for a sequence from this one on, in this file or in the file that it is a copy of. */
  get firstUnoffered(): number {
    return this.#numbering.firstUnoffered;
  }

  /**
   * The cloud takes batches: what is here, and what comes, will be offered to it. Durable before the first of it is sent,
   * so that an older image of this file can tell that the cloud knows more. On a full disk it is noted in memory alone: then
   * a crash costs no more than a new epoch.
   */
  offer(): void {
    if (this.#numbering.isAllOffered) return;
    this.#transact(() => this.#numbering.saveOffered());
    this.#numbering.noteOffered();
  }

  /** The description that an observation's first number names. */
  description(id: number): DatastreamDescription | undefined {
    return this.#stores.descriptions.get(id);
  }

  /**
   * Starts a new epoch whose uplinks, the acknowledged ones that are kept too, are numbered above `numberAbove`. The rows
   * stay where they are: one small write moves the offset. What was acknowledged out of order goes again: it may correct
   * an uplink that goes for the first time now, and must stay above it.
   */
  startEpoch(epoch: string, numberAbove: number): void {
    const { rows } = this.#stores;
    const [oldestKept] = rows.ages(1, this.#numbering.nextId, 1);
    const [firstId, lastId] = [this.#numbering.idOf(this.#numbering.firstUnacknowledged), this.#numbering.nextId - 1];
    const isOutOfOrder = this.#numbering.behindCount < lastId - firstId + 1;
    this.#transactOrThrow(() => {
      this.#numbering.startEpoch(epoch, numberAbove, oldestKept?.id);
      if (isOutOfOrder) this.resends.request([firstId, lastId], rows.receivedMsFrom(firstId) ?? 0);
    });
  }

  /**
   * Deletes a chunk of the acknowledged uplinks, quarantine records, payloads and count windows whose time is over.
   * @returns how many uplinks and payloads went; a full chunk means that there may be more
   */
  prune(nowMs: EpochMs): number {
    const trust = this.#clock.note(nowMs);
    if (!this.#findRoom()) return 0;
    const pruned = this.#transact(() => pruneStores(this.#stores, trust, nowMs));
    if (!pruned.ok) return 0;
    this.#log.erase(this.#stores.quarantine.erasedCount + this.#stores.unknownDevices.erasedCount, nowMs);
    return pruned.value + this.#shrink();
  }

  #shrink(): number {
    if (!this.#stores.space.canShrink) return 0;
    const shrunk = this.#transact(() => this.#stores.space.shrink());
    // The last step: the file ends where it should when the log is in it.
    if (shrunk.ok && !this.#stores.space.canShrink) truncateLog(this.#connection);
    return Number(shrunk.ok);
  }

  /** After the disk was full: cuts the log, which gives room, and tries a write as large as a group. */
  #findRoom(): boolean {
    if (!this.#lacksRoom) return true;
    if (this.#isSettled) truncateLog(this.#connection);
    else this.#isSettled = settleLog(this.#connection).ok;
    this.#lacksRoom = !this.#isSettled || !hasRoom(this.#connection);
    return !this.#lacksRoom;
  }

  /** Saves the acknowledgements and closes the file. Not for a connection that has failed. */
  close(): void {
    this.#transact(() => this.#numbering.save());
    this.#connection.close();
  }

  /** Closes without writing: after a failed transaction. */
  abandon(): void {
    this.#connection.close();
  }
}
