import type { ConnectionRefusal } from './limit-connection.ts';

/** Why the embedded broker ended or never took a connection: a label of a metric, so a closed set. */
export type BrokerRefusalReason =
  | ConnectionRefusal
  | 'connections-max'
  | 'connections-per-address-max'
  | 'topic-too-long'
  | 'topic-too-deep'
  | 'topic-reserved'
  | 'message-not-taken'
  /** Nobody delivers a last will again: it is lost. */
  | 'will-not-taken'
  /** Whatever else ended it: an unreadable packet, silence, a broken connection. */
  | 'connection-failed';

export interface BrokerRefusal {
  readonly reason: BrokerRefusalReason;
  /** Address of the peer; empty when it has gone already. */
  readonly address: string;
  /** Client id, empty before login. */
  readonly client: string;
  readonly detail: string;
}
