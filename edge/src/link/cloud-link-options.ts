import type { SequenceRange } from '@meetbrug/protocols/delivery';
import type { Outbox } from '../outbox/outbox.ts';
import type { Scheduler } from '../scheduler.ts';
import type { LinkConnection, LinkConnectionEvents } from './link-connection.ts';
import type { LinkObserver } from './link-observer.ts';

export interface CloudLinkOptions {
  readonly edge: string;
  /** Begins one connection; it does not reconnect by itself. */
  readonly connect: (events: LinkConnectionEvents) => LinkConnection;
  readonly ackTimeoutMs: number;
  readonly batchesInFlightMax: number;
  readonly reconnectMsMax: number;
  readonly keepaliveSeconds: number;
  readonly silenceMsMax: number;
  readonly outbox: LinkOutbox;
  /** Nothing by default. */
  readonly history?: LinkHistory;
  readonly observer: LinkObserver;
  /** 16 random hex digits. */
  readonly newEpoch: () => string;
  /** Milliseconds that only rise. */
  readonly monotonicMs: () => number;
  /** 0 to 1: spreads the reconnects of many edges after an outage. */
  readonly random: () => number;
  readonly scheduler?: Scheduler;
}

/** What the link needs of the outbox. */
export type LinkOutbox = Pick<
  Outbox,
  | 'epoch'
  | 'nextSequence'
  | 'acknowledged'
  | 'firstUnacknowledged'
  | 'behindCount'
  | 'acknowledge'
  | 'read'
  | 'description'
  | 'firstUnoffered'
  | 'offer'
  | 'startEpoch'
>;

/** What the cloud has acknowledged and is to be sent again all the same. */
export interface LinkHistory {
  readonly ranges: readonly SequenceRange[];
  /** These are acknowledged again, or there is nothing left of them to send. */
  settle(ranges: readonly SequenceRange[]): void;
}
