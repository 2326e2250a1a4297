import { addRange, rangesContain, type SequenceRange, subtractRange } from '@meetbrug/protocols/delivery';
import type Database from 'better-sqlite3';

/** Where the numbering stands. Replaced whole, so that a failed transaction is undone by putting the former one back. */
export interface NumberingState {
  /** 16 hex digits: the name of the numbering. */
  readonly epoch: string;
  /** A sequence is a row id plus this. */
  readonly offset: number;
  /** The row id that the next uplink gets. */
  readonly nextId: number;
  /** In sequences; what lies at or below the offset belongs to earlier epochs and counts as acknowledged. */
  readonly acknowledged: readonly SequenceRange[];
  /** No row from this id on has been offered to the cloud, as far as this file knows. */
  readonly offeredNextId: number;
  /** Rows are offered as soon as they are committed. */
  readonly isOffering: boolean;
  /** Whether the file holds other acknowledged ranges than these. */
  readonly isUnsaved: boolean;
}

interface StateRow {
  readonly epoch: string;
  readonly sequence_offset: number;
  readonly next_id: number;
  readonly acknowledged: string;
  readonly offered_next_id: number;
}

/**
 * How rows are numbered on the link, and which of them need not be sent any more: acknowledged by the cloud, or discarded
 * and counted. Acknowledgements are noted in memory and written with the next transaction: after a crash those rows are
 * sent again, which the cloud recognises.
 */
export class SequenceNumbering {
  readonly #saveNextId: Database.Statement<[number, number]>;
  readonly #saveAcknowledged: Database.Statement<[string]>;
  readonly #saveEpoch: Database.Statement<[string, number, string]>;
  #state: NumberingState;

  constructor(connection: Database.Database) {
    this.#saveNextId = connection.prepare('UPDATE state SET next_id = ?, offered_next_id = ?');
    this.#saveAcknowledged = connection.prepare('UPDATE state SET acknowledged = ?');
    this.#saveEpoch = connection.prepare('UPDATE state SET epoch = ?, sequence_offset = ?, acknowledged = ?');
    const row = connection.prepare('SELECT * FROM state').get() as StateRow;
    this.#state = {
      epoch: row.epoch,
      offset: row.sequence_offset,
      nextId: row.next_id,
      acknowledged: JSON.parse(row.acknowledged) as SequenceRange[],
      offeredNextId: row.offered_next_id,
      isOffering: false,
      isUnsaved: false,
    };
  }

  get state(): NumberingState {
    return this.#state;
  }

  /** Puts back what was true before a transaction that failed. */
  restore(state: NumberingState): void {
    this.#state = state;
  }

  get nextId(): number {
    return this.#state.nextId;
  }

  get nextSequence(): number {
    return this.sequenceOf(this.#state.nextId);
  }

  get acknowledged(): readonly SequenceRange[] {
    return this.#state.acknowledged;
  }

  sequenceOf(id: number): number {
    return id + this.#state.offset;
  }

  idOf(sequence: number): number {
    return sequence - this.#state.offset;
  }

  isAcknowledged(id: number): boolean {
    return rangesContain(this.#state.acknowledged, this.sequenceOf(id));
  }

  /** Rows that have to be sent still. */
  get behindCount(): number {
    return this.#state.acknowledged.reduce((count, [from, to]) => count - (to - from + 1), this.nextSequence - 1);
  }

  /** The oldest sequence that has to be sent; {@link nextSequence} when there is none. */
  get firstUnacknowledged(): number {
    const first = this.#state.acknowledged[0];
    return first !== undefined && first[0] === 1 ? first[1] + 1 : 1;
  }

  /** The parts of a range that have to be sent still. */
  unacknowledged([from, to]: SequenceRange): readonly SequenceRange[] {
    const last = Math.min(to, this.nextSequence - 1);
    if (from > last) return [];
    return this.#state.acknowledged.reduce<readonly SequenceRange[]>(subtractRange, [[from, last]]);
  }

  /** Notes ranges of sequences; what was never given out is left aside. */
  acknowledge(ranges: readonly SequenceRange[]): void {
    const last = this.nextSequence - 1;
    let acknowledged = this.#state.acknowledged;
    for (const [from, to] of ranges) {
      if (from <= to && to <= last) acknowledged = addRange(acknowledged, [from, to]);
    }
    this.#state = { ...this.#state, acknowledged, isUnsaved: true };
  }

  /** Gives out row ids up to before `nextId`. Part of the caller's transaction. */
  advance(nextId: number): void {
    if (nextId === this.#state.nextId) return;
    const offeredNextId = this.#state.isOffering ? nextId : this.#state.offeredNextId;
    this.#saveNextId.run(nextId, offeredNextId);
    this.#state = { ...this.#state, nextId, offeredNextId };
  }

  /** The lowest sequence that no holder of this file has offered to the cloud; an image that was put back is behind it. */
  get firstUnoffered(): number {
    return this.sequenceOf(this.#state.offeredNextId);
  }

  get isAllOffered(): boolean {
    return this.#state.isOffering && this.#state.offeredNextId === this.#state.nextId;
  }

  /** Writes down that every row is offered from now on, before the first of them is. Part of the caller's transaction. */
  saveOffered(): void {
    this.#saveNextId.run(this.#state.nextId, this.#state.nextId);
  }

  noteOffered(): void {
    this.#state = { ...this.#state, offeredNextId: this.#state.nextId, isOffering: true };
  }

  /** Writes the acknowledged ranges where the file holds others. Part of the caller's transaction. */
  save(): void {
    if (!this.#state.isUnsaved) return;
    this.#saveAcknowledged.run(JSON.stringify(this.#state.acknowledged));
    this.#state = { ...this.#state, isUnsaved: false };
  }

  /**
   * Starts a new epoch whose rows are all numbered above `numberAbove`: the unacknowledged ones, and those that are kept
   * and may be sent again, since a number that the cloud knows may stand for something else there. The rows stay where
   * they are: one small write moves the offset. Part of the caller's transaction.
   */
  startEpoch(epoch: string, numberAbove: number, oldestKeptId = Number.POSITIVE_INFINITY): void {
    const lowest = Math.min(this.firstUnacknowledged, this.sequenceOf(oldestKeptId));
    const shift = Math.max(0, numberAbove + 1 - lowest);
    const moved = this.#state.acknowledged.map(([from, to]): SequenceRange => [from + shift, to + shift]);
    const acknowledged = shift === 0 ? moved : addRange(moved, [1, shift]);
    const offset = this.#state.offset + shift;
    this.#saveEpoch.run(epoch, offset, JSON.stringify(acknowledged));
    this.#state = { ...this.#state, epoch, offset, acknowledged, isUnsaved: false };
  }
}
