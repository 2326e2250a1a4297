import type { LinkConnection, LinkConnectionEvents } from '@meetbrug/edge/src/link/link-connection.ts';
import type { Scheduler } from '@meetbrug/edge/src/scheduler.ts';
import type { SeededRandom } from '../fleet/seeded-random.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What the network does to every message, until it is told otherwise. */
export interface NetworkWeather {
  readonly delayMs: readonly [min: number, max: number];
  /** Messages that arrive twice, as QoS 1 allows. */
  readonly duplicatePercent: number;
  /** Messages that are lost, and the connection with them. */
  readonly lossPercent: number;
  /** Bytes in a second and direction. */
  readonly bytesPerSecond: number;
  /** Of a connection that is cut: how often what was under way arrives all the same, after the next connection began. */
  readonly stragglersPercent: number;
  /** No connection can be made, and what is sent goes nowhere. */
  readonly isPartitioned: boolean;
}

/**
 * How edges reach the cloud. Through a plain broker a connection outlives the cloud's process, what was under way when it
 * broke arrives all the same, and what comes while the cloud is away is kept for it or lost, as the broker is set up.
 */
export type LinkRoad = 'straight' | 'forgetful-broker' | 'keeping-broker';

export const FAIR_WEATHER: NetworkWeather = {
  delayMs: [1, 20],
  duplicatePercent: 0,
  lossPercent: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  stragglersPercent: 0,
  isPartitioned: false,
};

/** The cloud's end of one connection. */
export interface CloudSide {
  readonly edge: string;
  /** Ends the connection from the cloud's side, where it reaches that far. */
  close(): void;
}

/** The process that listens at the cloud's end. */
export interface CloudListener {
  received(side: CloudSide, topic: string, body: Uint8Array): void;
}

/** A client that hears nothing for this many keepalive periods gives its connection up (MQTT 3.1.1 clause 3.1.2.10). */
const KEEPALIVE_PERIODS = 1.5;
/** How long a dial waits for an answer that does not come. */
const DIAL_TIMEOUT_MS = 30_000;

/** Who begins a connection. */
export interface Dialler {
  readonly edge: string;
  readonly timers: Scheduler;
  readonly keepaliveMs: number;
}

interface Connection {
  readonly edge: string;
  readonly timers: Scheduler;
  readonly events: LinkConnectionEvents;
  readonly side: CloudSide;
  readonly keepaliveMs: number;
  state: 'dialling' | 'open' | 'closed';
  isSubscribed: boolean;
  /** Both ends believe in it and nothing arrives. */
  isHalfOpen: boolean;
  /** What was under way when it broke still arrives at the cloud. */
  hasStragglers: boolean;
  upFreeMs: number;
  downFreeMs: number;
}

/**
 * The network between edges and cloud. Messages of one connection arrive in their order; those of an older connection may
 * arrive after those of a newer one. As at a broker, what the cloud says to an edge goes to whichever connection of that
 * edge is subscribed at the time.
 */
export class SimulatedNetwork {
  readonly #road: LinkRoad;
  #weather = FAIR_WEATHER;
  #cloud: CloudListener | undefined;
  /** What a keeping broker holds for a cloud that is away. */
  #held: (() => void)[] = [];
  /** The newest connection of each edge. */
  readonly #connections = new Map<string, Connection>();
  readonly #time: VirtualTime;
  readonly #random: SeededRandom;

  constructor(road: LinkRoad, time: VirtualTime, random: SeededRandom) {
    this.#road = road;
    this.#time = time;
    this.#random = random;
  }

  get weather(): NetworkWeather {
    return this.#weather;
  }

  /** A partition also swallows what is sent on the connections that there are. */
  set weather(weather: NetworkWeather) {
    this.#weather = weather;
    if (!weather.isPartitioned) return;
    for (const edge of [...this.#connections.keys()]) this.swallow(edge);
  }

  /** The cloud listens, or (undefined) it is gone: then every straight connection breaks, and what was under way is lost. */
  listen(cloud: CloudListener | undefined): void {
    this.#cloud = cloud;
    if (cloud !== undefined) {
      for (const deliver of this.#held.splice(0)) deliver();
      return;
    }
    if (this.#road !== 'straight') return;
    for (const connection of this.#connections.values()) this.#close(connection, 'the cloud is gone');
  }

  /** Begins one connection of an edge. */
  connect({ edge, timers, keepaliveMs }: Dialler, events: LinkConnectionEvents): LinkConnection {
    const close = () => {
      if (this.#road === 'straight') this.#close(connection, 'closed by the cloud');
    };
    const connection: Connection = {
      edge,
      timers,
      events,
      side: { edge, close },
      keepaliveMs,
      state: 'dialling',
      isSubscribed: false,
      isHalfOpen: false,
      hasStragglers: false,
      upFreeMs: 0,
      downFreeMs: 0,
    };
    if (this.#weather.isPartitioned) timers.after(DIAL_TIMEOUT_MS, () => this.#close(connection, 'no answer'));
    else timers.after(this.#delayMs(), () => this.#answerDial(connection));
    return {
      subscribe: (_topics, done) => {
        timers.after(this.#delayMs(), () => {
          if (connection.state !== 'open' || connection.isHalfOpen) return;
          connection.isSubscribed = true;
          done(undefined);
        });
      },
      publish: (topic, body) => this.#carryUp(connection, topic, body),
      close: (reason) => this.#close(connection, reason),
      end: () => {
        this.#close(connection, 'the edge ends');
        return Promise.resolve();
      },
    };
  }

  #answerDial(connection: Connection): void {
    if (connection.state !== 'dialling') return;
    if (this.#cloud === undefined && this.#road === 'straight') {
      this.#close(connection, 'connection refused');
      return;
    }
    const older = this.#connections.get(connection.edge);
    if (older !== undefined) this.#close(older, 'taken over');
    connection.state = 'open';
    this.#connections.set(connection.edge, connection);
    connection.events.opened();
  }

  /** What the cloud says to an edge. */
  send(edge: string, topic: string, body: Uint8Array): void {
    const connection = this.#connections.get(edge);
    if (connection === undefined || !connection.isSubscribed || connection.state !== 'open') return;
    if (this.#isLost(connection)) return;
    connection.downFreeMs = this.#arrivalMs(connection.downFreeMs, body);
    const deliver = () => {
      if (connection.state === 'open' && !connection.isHalfOpen) connection.events.received(topic, body);
    };
    for (let copy = this.#copies(); copy > 0; copy -= 1) {
      connection.timers.after(connection.downFreeMs - this.#time.nowMs, deliver);
    }
  }

  #carryUp(connection: Connection, topic: string, body: Uint8Array): void {
    if (connection.state !== 'open' || this.#isLost(connection)) return;
    const addressee = this.#cloud;
    connection.upFreeMs = this.#arrivalMs(connection.upFreeMs, body);
    const arrive = () => {
      if (connection.isHalfOpen) return;
      if (this.#road !== 'straight') this.#handOver(connection, topic, body);
      else if (connection.state === 'open' || connection.hasStragglers) {
        if (this.#cloud === addressee) addressee?.received(connection.side, topic, body);
      }
    };
    for (let copy = this.#copies(); copy > 0; copy -= 1) {
      this.#time.after(connection.upFreeMs - this.#time.nowMs, arrive);
    }
  }

  /** What a broker does with a message for the cloud. */
  #handOver(connection: Connection, topic: string, body: Uint8Array): void {
    if (this.#cloud !== undefined) this.#cloud.received(connection.side, topic, body);
    else if (this.#road === 'keeping-broker') this.#held.push(() => this.#handOver(connection, topic, body));
  }

  /** The connection of an edge breaks and both ends see it. */
  cut(edge: string): void {
    const connection = this.#connections.get(edge);
    if (connection !== undefined) this.#close(connection, 'cut');
  }

  /** From now on nothing arrives on the connection of an edge, and neither end is told. */
  swallow(edge: string): void {
    const connection = this.#connections.get(edge);
    if (connection === undefined) return;
    connection.isHalfOpen = true;
    connection.timers.after(connection.keepaliveMs * KEEPALIVE_PERIODS, () => this.#close(connection, 'keepalive'));
  }

  /** The process of an edge is gone. */
  leave(edge: string): void {
    const connection = this.#connections.get(edge);
    if (connection === undefined) return;
    connection.state = 'closed';
    connection.hasStragglers = this.#random.chance(50);
    this.#connections.delete(edge);
  }

  #close(connection: Connection, reason: string): void {
    if (connection.state === 'closed') return;
    connection.state = 'closed';
    connection.hasStragglers = this.#random.chance(this.#weather.stragglersPercent);
    if (this.#connections.get(connection.edge) === connection) this.#connections.delete(connection.edge);
    connection.timers.immediate(() => connection.events.closed(reason));
  }

  #isLost(connection: Connection): boolean {
    if (this.#weather.isPartitioned) return true;
    if (!this.#random.chance(this.#weather.lossPercent)) return false;
    this.#close(connection, 'lost');
    return true;
  }

  #copies(): number {
    return this.#random.chance(this.#weather.duplicatePercent) ? 2 : 1;
  }

  #arrivalMs(freeMs: number, body: Uint8Array): number {
    const sendingMs = (body.length * 1_000) / this.#weather.bytesPerSecond;
    return Math.max(freeMs, this.#time.nowMs) + sendingMs + this.#delayMs();
  }

  #delayMs(): number {
    return this.#random.between(...this.#weather.delayMs);
  }
}
