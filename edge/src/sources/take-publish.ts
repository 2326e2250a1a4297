import type { EpochMs } from '@meetbrug/protocols/observation';
import type { AuthorizePublishHandler, Client } from 'aedes';
import type { DeliverMessage } from '../intake/intake.ts';
import type { BrokerRefusalReason } from './broker-refusal.ts';
import type { AnswerPace } from './pace-answers.ts';
import { checkPublishTopic } from './publish-rules.ts';

/** A client of the broker, as far as its messages concern. */
export interface PublishingPeer {
  readonly address: string;
  readonly pace: AnswerPace;
  /** Each of a closed client's packets that was under way fails once more; only the first says why it was closed. */
  readonly refuseOnce: (reason: BrokerRefusalReason, detail: string) => void;
}

export interface PublishOptions {
  readonly deliver: DeliverMessage;
  readonly nowMs: () => EpochMs;
  readonly localFeed: boolean;
}

export interface PublishingPeers {
  readonly peer: (client: Client) => PublishingPeer | undefined;
  readonly willRefused: (peer: PublishingPeer, client: string, detail: string) => void;
}

/**
 * Takes a message before the broker answers it. A last will takes the way of every message, when its client has gone; one
 * of an earlier run comes without a client: nobody vouches for it.
 */
export function takePublish(options: PublishOptions, peers: PublishingPeers): AuthorizePublishHandler {
  return (client, packet, callback) => {
    const peer = client === null ? undefined : peers.peer(client);
    if (client === null || peer === undefined) {
      callback(new Error('a message without a client is not accepted'));
      return;
    }
    const isWill = packet === (client as Client & { readonly will?: unknown }).will;
    const refuse = (reason: BrokerRefusalReason, detail: string) => {
      if (isWill) peers.willRefused(peer, client.id, detail);
      else peer.refuseOnce(reason, detail);
      callback(new Error(detail));
    };
    const allowed = checkPublishTopic(packet.topic, options);
    if (!allowed.ok) {
      refuse(allowed.fault.code, allowed.fault.detail);
      return;
    }
    packet.retain = false;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    options.deliver({ topic: packet.topic, payload, receivedMs: options.nowMs() }, (outcome) => {
      if (outcome.ok) peer.pace.answer(() => callback(null));
      else refuse('message-not-taken', outcome.fault.detail);
    });
  };
}
