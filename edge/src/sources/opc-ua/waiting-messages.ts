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

/** What waits for the edge to commit it: bounded, in order, and sent on credit. */
export class WaitingMessages {
  readonly #bounds: WaitingBounds;
  readonly #send: (batch: StationBatch) => void;
  #waiting: Waiting[] = [];
  readonly #sent = new Map<number, number>();
  #sentMessages = 0;
  #nextId = 1;

  constructor(bounds: WaitingBounds, send: (batch: StationBatch) => void) {
    this.#bounds = bounds;
    this.#send = send;
  }

  /** Takes what fits and says how many did not. */
  add(messages: readonly OpcUaMessage[], receivedMs: number): number {
    const room = this.#bounds.messagesMax - this.#waiting.length - this.#sentMessages;
    const taken = messages.slice(0, Math.max(0, room));
    for (const message of taken) this.#waiting.push({ message, receivedMs });
    this.#sendSome();
    return messages.length - taken.length;
  }

  /** The edge has committed a batch. */
  taken(id: number): void {
    this.#sentMessages -= this.#sent.get(id) ?? 0;
    this.#sent.delete(id);
    this.#sendSome();
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
      this.#send({ kind: 'messages', id, messages, receivedMs });
    }
  }
}
