import type { LinkTopic, RefusalCode, SequenceRange } from '@meetbrug/protocols/delivery';

/** What the link to the cloud tells of its work. */
export interface LinkObserver {
  /** The first welcome on a connection. */
  connected(): void;
  disconnected(reason: string): void;
  epochStarted(epoch: string, numberAbove: number): void;
  batchSent(uplinkCount: number, bytes: number): void;
  acknowledged(uplinkCount: number, observationCount: number): void;
  refused(code: RefusalCode, sequence: number): void;
  lost(damaged: readonly number[], missing: readonly SequenceRange[]): void;
  badBody(kind: LinkTopic, detail: string): void;
  timedOut(batchCount: number): void;
  /** Reading or writing the outbox failed. */
  failed(error: unknown): void;
}
