import type { ConnectionRefusal } from './limit-connection.ts';

/** Why the embedded broker ended or never took a connection: a label of a metric, so a closed set. */
export type BrokerRefusalReason =
  | ConnectionRefusal
  | 'connections-max'
  | 'connections-per-address-max'
  | 'topic-too-long'
  | 'topic-reserved'
  | 'message-not-taken'
  /** Whatever else ended it: an unreadable packet, a topic of too many levels, silence, a broken connection. */
  | 'connection-failed';

export interface BrokerRefusal {
  readonly reason: BrokerRefusalReason;
  /** Address of the peer; empty when it has gone already. */
  readonly address: string;
  /** Client id, empty before login. */
  readonly client: string;
  readonly detail: string;
}

/** An error of a hook that the broker hands back with the client that it closed for it. */
export class PublishRefusedError extends Error {
  override readonly name = 'PublishRefusedError';
  readonly reason: BrokerRefusalReason;

  constructor(reason: BrokerRefusalReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}
