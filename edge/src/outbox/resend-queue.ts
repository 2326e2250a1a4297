import { addRange, countSequences, type SequenceRange, subtractRange } from '@meetbrug/protocols/delivery';
import type { EpochMs } from '@meetbrug/protocols/observation';
import type Database from 'better-sqlite3';
import type { SequenceNumbering } from './sequence-numbering.ts';

/** Requests that are done are kept, for whoever waits for them, until so many newer ones are there. */
const DONE_KEPT = 100;

interface RequestRow {
  readonly id: number;
  readonly pending: string;
}

/**
 * Kept uplinks that were asked for again (`meetbrug-edge resend`), though the cloud has acknowledged them. In memory they
 * are exact; the file follows at each {@link poll}, so that after a crash a second of them goes once more, which the
 * cloud recognises. They stay acknowledged: what is deleted for its age or for room meanwhile does not go.
 */
export class ResendQueue {
  readonly #numbering: SequenceNumbering;
  readonly #newRequests: Database.Statement<[number], RequestRow>;
  readonly #request: Database.Statement<[number, string]>;
  readonly #take: Database.Statement<[number, number]>;
  readonly #save: Database.Statement<[string, number]>;
  readonly #forget: Database.Statement<[number]>;
  readonly #transaction: (write: () => void) => void;
  /** Row ids that are still to go, by request. */
  readonly #open = new Map<number, readonly SequenceRange[]>();
  /** Of all requests together. */
  #ids: readonly SequenceRange[] = [];
  readonly #changed = new Set<number>();
  /** Not yet marked as taken up in the file. */
  readonly #untaken = new Set<number>();
  #lastId = 0;
  #offset: number;

  constructor(connection: Database.Database, numbering: SequenceNumbering) {
    this.#numbering = numbering;
    this.#offset = numbering.state.offset;
    this.#newRequests = connection.prepare('SELECT id, pending FROM resends WHERE id > ? ORDER BY id');
    this.#request = connection.prepare('INSERT INTO resends (requested_ms, pending) VALUES (?, ?)');
    this.#take = connection.prepare('UPDATE resends SET taken_ms = ? WHERE id = ? AND taken_ms IS NULL');
    this.#save = connection.prepare('UPDATE resends SET pending = ? WHERE id = ?');
    this.#forget = connection.prepare("DELETE FROM resends WHERE pending = '[]' AND id <= ?");
    this.#transaction = (write) => connection.transaction(write).immediate();
  }

  /** Sequences that are still to go, over all requests. */
  get ranges(): readonly SequenceRange[] {
    return this.#ids.map(([from, to]) => [this.#numbering.sequenceOf(from), this.#numbering.sequenceOf(to)]);
  }

  /** How many rows are still to go. */
  get pendingCount(): number {
    return countSequences(this.#ids);
  }

  /** These sequences have gone, or there is nothing left of them to send. */
  settle(ranges: readonly SequenceRange[]): void {
    if (this.#open.size === 0) return;
    const ids = ranges.map(([from, to]): SequenceRange => [this.#numbering.idOf(from), this.#numbering.idOf(to)]);
    this.#ids = ids.reduce(subtractRange, this.#ids);
    for (const [request, pending] of this.#open) {
      const rest = ids.reduce(subtractRange, pending);
      if (countSequences(rest) === countSequences(pending)) continue;
      this.#open.set(request, rest);
      this.#changed.add(request);
    }
  }

  /** Asks for rows from one on, as another process would. Part of the caller's transaction. */
  request(range: SequenceRange, nowMs: EpochMs): void {
    this.#request.run(nowMs, JSON.stringify([range]));
  }

  /**
   * Takes up requests that another process wrote, and writes down how far the others are.
   * @returns whether there is anything new to send
   */
  poll(nowMs: EpochMs): boolean {
    const added = this.#newRequests.all(this.#lastId);
    for (const { id, pending } of added) {
      this.#lastId = id;
      const ids = JSON.parse(pending) as SequenceRange[];
      if (ids.length === 0) continue;
      this.#add(id, this.#sendable(ids));
      this.#untaken.add(id);
      this.#changed.add(id);
    }
    this.#followNumbering();
    if (this.#changed.size === 0) return false;
    this.#transaction(() => {
      for (const id of this.#untaken) this.#take.run(nowMs, id);
      for (const id of this.#changed) this.#save.run(JSON.stringify(this.#open.get(id)), id);
      this.#forget.run(this.#lastId - DONE_KEPT);
    });
    for (const id of this.#changed) if (this.#open.get(id)?.length === 0) this.#open.delete(id);
    this.#changed.clear();
    this.#untaken.clear();
    return added.length > 0;
  }

  #add(request: number, pending: readonly SequenceRange[]): void {
    this.#open.set(request, pending);
    this.#ids = pending.reduce(addRange, this.#ids);
  }

  /** What the cloud has not acknowledged goes anyway. */
  #sendable(ids: readonly SequenceRange[]): readonly SequenceRange[] {
    const whole = this.#offset === 0 ? ids : this.#toTheEnd(ids);
    const unacknowledged = this.#numbering.unacknowledged([1, this.#numbering.nextSequence - 1]);
    return unacknowledged.reduce<readonly SequenceRange[]>(
      (rest, [from, to]) => subtractRange(rest, [this.#numbering.idOf(from), this.#numbering.idOf(to)]),
      whole,
    );
  }

  /**
   * A new epoch renumbers kept rows upwards, and with them the revisions of what they hold. A correction must stay above
   * what it corrects, so everything later goes too.
   */
  #toTheEnd(ids: readonly SequenceRange[]): readonly SequenceRange[] {
    const [first] = ids;
    return first === undefined ? ids : [[first[0], this.#numbering.nextId - 1]];
  }

  #followNumbering(): void {
    if (this.#numbering.state.offset === this.#offset) return;
    this.#offset = this.#numbering.state.offset;
    this.#ids = [];
    for (const [request, pending] of this.#open) {
      this.#add(request, this.#sendable(pending));
      this.#changed.add(request);
    }
  }
}
