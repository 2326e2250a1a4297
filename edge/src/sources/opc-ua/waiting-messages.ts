import type { OpcUaMessage } from '@meetbrug/protocols/uplinks';
import type { StationBatch } from './station-messages.ts';

interface Waiting {
  readonly message: OpcUaMessage;
  readonly receivedMs: number;
}

export interface WaitingBounds {
  /** Messages that wait and are under way; a new one beyond it is dropped. */
  readonly messagesMax: number;
  /** Messages sent together. */
  readonly batchMessagesMax: number;
  /** Batches under way that nobody has confirmed. */
  readonly batchesMax: number;
}

export interface WaitingEvents {
  readonly send: (batch: StationBatch) => void;
  /** More than half of the room is taken: the server should keep what it has for now. False when less than a quarter is. */
  readonly crowded: (isCrowded: boolean) => void;
}

/** What waits for the edge to commit it: bounded, in order, and sent on credit. */
export class WaitingMessages {
  readonly #bounds: WaitingBounds;
  readonly #events: WaitingEvents;
  #isCrowded = false;
  #waiting: Waiting[] = [];
  readonly #sent = new Map<number, number>();
  #sentMessages = 0;
  #nextId = 1;

  constructor(bounds: WaitingBounds, events: WaitingEvents) {
    this.#bounds = bounds;
    this.#events = events;
  }

  get isCrowded(): boolean {
    return this.#isCrowded;
  }

  /** Takes what fits and says how many did not. */
  add(messages: readonly OpcUaMessage[], receivedMs: number): number {
    const room = this.#bounds.messagesMax - this.#count;
    const taken = messages.slice(0, Math.max(0, room));
    for (const message of taken) this.#waiting.push({ message, receivedMs });
    this.#sendSome();
    this.#judgeRoom();
    return messages.length - taken.length;
  }

  /** The edge has committed a batch. */
  taken(id: number): void {
    this.#sentMessages -= this.#sent.get(id) ?? 0;
    this.#sent.delete(id);
    this.#sendSome();
    this.#judgeRoom();
  }

  get #count(): number {
    return this.#waiting.length + this.#sentMessages;
  }

  #judgeRoom(): void {
    const { messagesMax } = this.#bounds;
    const isCrowded = this.#count > messagesMax / (this.#isCrowded ? 4 : 2);
    if (isCrowded === this.#isCrowded) return;
    this.#isCrowded = isCrowded;
    this.#events.crowded(isCrowded);
  }

  #sendSome(): void {
    while (this.#waiting.length > 0 && this.#sent.size < this.#bounds.batchesMax) {
      const receivedMs = (this.#waiting[0] as Waiting).receivedMs;
      const end = this.#waiting.findIndex((one) => one.receivedMs !== receivedMs);
      const count = Math.min(end === -1 ? this.#waiting.length : end, this.#bounds.batchMessagesMax);
      const messages = this.#waiting.slice(0, count).map(({ message }) => message);
      this.#waiting = this.#waiting.slice(count);
      const id = this.#nextId++;
      this.#sent.set(id, count);
      this.#sentMessages += count;
      this.#events.send({ kind: 'messages', id, messages, receivedMs });
    }
  }
}
