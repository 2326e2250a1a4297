import type { DatastreamKey, EpochMs } from '@meetbrug/protocols/observation';
import type { PublishedIris } from '@meetbrug/protocols/oslo';
import { observationDocument, type PublishedObservation } from './observation-document.ts';

/** Everything of the local feed is below this topic, and nobody but the edge publishes there. */
export const LOCAL_FEED_TOPICS = 'oslo/';

export interface LocalMessage {
  readonly topic: string;
  readonly payload: string;
  /** Whether it becomes what a new subscriber gets first. */
  readonly retain: boolean;
}

/** Hands one message to the broker; `done` is called when the subscribers' sockets have taken it. */
export type PublishLocally = (message: LocalMessage, done: () => void) => void;

/** Observations that wait for slow subscribers; beyond it the oldest are dropped and counted. */
const WAITING_MAX = 10_000;
/** Messages at the broker at one time: well below the hundred that it works on, so that it stays free for sources. */
const IN_FLIGHT_MAX = 32;

/**
 * Republishes committed observations to consumers on this machine or in its network. The outbox is the durable way; here
 * a message is sent once, at QoS 0. The observation with the greatest phenomenon time is retained for each datastream, in
 * memory: after a restart there is none until a value comes in.
 */
export class LocalFeed {
  readonly #iris: PublishedIris;
  readonly #publish: PublishLocally;
  /** The phenomenon time of what is retained. One entry a datastream. */
  readonly #retainedMs = new Map<DatastreamKey, EpochMs>();
  #uncommitted: PublishedObservation[] = [];
  readonly #waiting: PublishedObservation[] = [];
  #inFlight = 0;
  #droppedCount = 0;

  constructor(iris: PublishedIris, publish: PublishLocally) {
    this.#iris = iris;
    this.#publish = publish;
  }

  /** Observations that were dropped because subscribers were too slow. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Notes observations of the running transaction; nothing is published before {@link committed}. */
  add(observations: readonly PublishedObservation[]): void {
    this.#uncommitted.push(...observations);
  }

  /** The transaction is durable: what was noted goes out, in order. */
  committed(): void {
    for (const observation of this.#uncommitted) this.#waiting.push(observation);
    this.#uncommitted = [];
    const excess = this.#waiting.length - WAITING_MAX;
    if (excess > 0) {
      this.#waiting.splice(0, excess);
      this.#droppedCount += excess;
    }
    this.#send();
  }

  /** The transaction did not happen. */
  rolledBack(): void {
    this.#uncommitted = [];
  }

  #send(): void {
    while (this.#inFlight < IN_FLIGHT_MAX) {
      const observation = this.#waiting.shift();
      if (observation === undefined) return;
      this.#inFlight += 1;
      this.#publish(this.#message(observation), () => {
        this.#inFlight -= 1;
        this.#send();
      });
    }
  }

  #message(observation: PublishedObservation): LocalMessage {
    const { datastream, beginMs } = observation;
    const retain = beginMs >= (this.#retainedMs.get(datastream.key) ?? 0);
    if (retain) this.#retainedMs.set(datastream.key, beginMs);
    return {
      topic: `${LOCAL_FEED_TOPICS}${datastream.property.theme}/${datastream.key}`,
      payload: observationDocument(this.#iris, observation),
      retain,
    };
  }
}
