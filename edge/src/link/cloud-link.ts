import {
  acknowledgementSchema,
  BATCH_BOUNDS,
  DELIVERY_VERSION,
  type Hello,
  type LinkTopic,
  linkTopic,
  type RefusalCode,
  type SequenceRange,
  type Welcome,
  welcomeSchema,
} from '@meetbrug/protocols/delivery';
import type { MqttClient } from 'mqtt';
import type { Outbox } from '../outbox/outbox.ts';
import { assembleBatch } from './assemble-batch.ts';
import { decodeBody, encodeBody } from './body.ts';
import { InFlightBatches } from './in-flight-batches.ts';
import { type InFlight, planDelivery } from './plan-delivery.ts';
import { planEpoch } from './plan-epoch.ts';

export interface CloudLinkOptions {
  readonly edge: string;
  /** Begins one connection; it does not reconnect by itself. */
  readonly connect: () => MqttClient;
  readonly ackTimeoutMs: number;
  readonly batchesInFlightMax: number;
  readonly reconnectMsMax: number;
  readonly outbox: Outbox;
  readonly observer: LinkObserver;
  /** 16 random hex digits. */
  readonly newEpoch: () => string;
  /** Milliseconds that only rise. */
  readonly monotonicMs: () => number;
  /** 0 to 1: spreads the reconnects of many edges after an outage. */
  readonly random: () => number;
}

export interface LinkObserver {
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

export const DELIVERY_BOUNDS = { batchUplinksMax: 500, batchObservationBytesMax: 262_144 } as const;
const RECONNECT_MS_MIN = 500;
/** A description that the cloud keeps asking for is one it cannot take: then the time-out sets the pace. */
const DESCRIBE_REPEATS_MAX = 3;

/**
 * The link to the cloud: hello on every connection, batches after the welcome, acknowledged ranges into the outbox. What
 * is sent when is decided by `planDelivery`; this class carries it out. The client library's own redelivery is not used:
 * every connection begins with an empty session, because a batch before the hello would mean nothing.
 */
export class CloudLink {
  readonly #options: CloudLinkOptions;
  readonly #inFlight = new InFlightBatches();
  readonly #described = new Set<number>();
  readonly #describeRepeats = new Map<number, number>();
  #client: MqttClient | undefined;
  #welcomed = false;
  #helloMs: number | undefined;
  #pumping = false;
  #stopped = false;
  #reconnectMs = RECONNECT_MS_MIN;
  #reconnectTimer: NodeJS.Timeout | undefined;
  readonly #timeoutTimer: NodeJS.Timeout;

  constructor(options: CloudLinkOptions) {
    this.#options = options;
    this.#timeoutTimer = setInterval(() => this.#releaseTimedOut(), Math.max(25, options.ackTimeoutMs / 4));
    this.#connect();
  }

  /** Whether the cloud has welcomed this edge and takes batches. */
  get isConnected(): boolean {
    return this.#welcomed;
  }

  get inFlightCount(): number {
    return this.#inFlight.batches.length;
  }

  /** Tells that the outbox holds something new. */
  notify(): void {
    this.#schedulePump();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timeoutTimer);
    clearTimeout(this.#reconnectTimer);
    await this.#client?.endAsync(true);
  }

  #connect(): void {
    const client = this.#options.connect();
    this.#client = client;
    let reason = 'the connection was closed';
    client.on('error', (error) => {
      reason = error.message || String((error as NodeJS.ErrnoException).code ?? 'the connection failed');
    });
    client.on('connect', () => this.#greet(client));
    client.on('message', (topic, payload) => this.#receive(topic, payload));
    client.on('close', () => this.#lose(client, reason));
  }

  #lose(client: MqttClient, reason: string): void {
    if (client !== this.#client || this.#stopped) return;
    this.#client = undefined;
    this.#welcomed = false;
    this.#helloMs = undefined;
    this.#inFlight.clear();
    this.#described.clear();
    this.#describeRepeats.clear();
    client.end(true);
    this.#options.observer.disconnected(reason);
    const waitMs = this.#reconnectMs * (0.5 + this.#options.random() / 2);
    this.#reconnectMs = Math.min(this.#reconnectMs * 2, this.#options.reconnectMsMax);
    this.#reconnectTimer = setTimeout(() => this.#connect(), waitMs);
  }

  #greet(client: MqttClient): void {
    const { edge } = this.#options;
    const topics = [linkTopic(edge, 'welcome'), linkTopic(edge, 'acknowledgement')];
    client.subscribe(topics, { qos: 1 }, (error) => {
      if (error) client.stream.destroy(error);
      else this.#sayHello();
    });
  }

  #sayHello(): void {
    const { epoch, nextSequence } = this.#options.outbox;
    this.#helloMs = this.#options.monotonicMs();
    this.#publish('hello', encodeBody({ version: DELIVERY_VERSION, epoch, nextSequence } satisfies Hello));
  }

  #publish(kind: LinkTopic, body: Buffer): void {
    this.#client?.publish(linkTopic(this.#options.edge, kind), body, { qos: 1 });
  }

  #receive(topic: string, payload: Buffer): void {
    const { edge, observer } = this.#options;
    try {
      if (topic === linkTopic(edge, 'welcome')) this.#takeWelcome(payload);
      else if (topic === linkTopic(edge, 'acknowledgement')) this.#takeAcknowledgement(payload);
    } catch (error) {
      observer.failed(error);
    }
  }

  #takeWelcome(payload: Buffer): void {
    const { outbox, observer, newEpoch } = this.#options;
    const welcome = decodeBody<Welcome>(payload, welcomeSchema);
    if (!welcome.ok) {
      observer.badBody('welcome', welcome.fault.detail);
      return;
    }
    const numberAbove = planEpoch(outbox, welcome.value);
    if (numberAbove !== undefined) {
      outbox.startEpoch(newEpoch(), numberAbove);
      observer.epochStarted(outbox.epoch, numberAbove);
      this.#sayHello();
      return;
    }
    this.#welcomed = true;
    this.#helloMs = undefined;
    this.#reconnectMs = RECONNECT_MS_MIN;
    observer.connected();
    this.#schedulePump();
  }

  #takeAcknowledgement(payload: Buffer): void {
    const { outbox, observer } = this.#options;
    const parsed = decodeBody(payload, acknowledgementSchema);
    if (!parsed.ok) {
      observer.badBody('acknowledgement', parsed.fault.detail);
      return;
    }
    const { epoch, acknowledged, describe, refused } = parsed.value;
    if (epoch !== outbox.epoch) return;
    const before = outbox.behindCount;
    outbox.acknowledge(acknowledged);
    const observationCount = this.#inFlight.settle(outbox.acknowledged);
    observer.acknowledged(before - outbox.behindCount, observationCount);
    for (const [sequence, , code] of refused) observer.refused(code, sequence);
    if (describe.length > 0) this.#describeAgain(describe);
    this.#schedulePump();
  }

  #describeAgain(wanted: readonly (readonly [datastream: string, version: number])[]): void {
    const names = new Set(wanted.map(([datastream, version]) => `${datastream} ${version}`));
    const used = new Set(this.#inFlight.batches.flatMap(({ descriptionIds }) => descriptionIds));
    const again = new Set<number>();
    for (const id of used) {
      const description = this.#options.outbox.description(id);
      if (description === undefined || !names.has(`${description.datastream} ${description.version}`)) continue;
      const repeats = (this.#describeRepeats.get(id) ?? 0) + 1;
      this.#describeRepeats.set(id, repeats);
      this.#described.delete(id);
      if (repeats <= DESCRIBE_REPEATS_MAX) again.add(id);
    }
    this.#inFlight.releaseDescribed(again);
  }

  #releaseTimedOut(): void {
    const { ackTimeoutMs, monotonicMs, observer } = this.#options;
    const overdueMs = monotonicMs() - ackTimeoutMs;
    if (this.#helloMs !== undefined && this.#helloMs < overdueMs) {
      this.#client?.stream.destroy(new Error('the cloud did not answer the hello'));
    }
    const released = this.#inFlight.releaseSentBefore(overdueMs);
    if (released === 0) return;
    observer.timedOut(released);
    this.#schedulePump();
  }

  /** One batch a turn of the event loop, so that the sources are served between two batches of a backlog. */
  #schedulePump(): void {
    if (this.#pumping || !this.#welcomed || this.#stopped) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      if (!this.#welcomed || this.#stopped) return;
      try {
        if (this.#sendNext()) this.#schedulePump();
      } catch (error) {
        this.#options.observer.failed(error);
      }
    });
  }

  #sendNext(): boolean {
    const { outbox, batchesInFlightMax } = this.#options;
    const { acknowledged, nextSequence } = outbox;
    const plan = planDelivery(
      { acknowledged, nextSequence, inFlight: this.#inFlight.batches },
      { batchesInFlightMax, batchUplinksMax: DELIVERY_BOUNDS.batchUplinksMax },
    );
    if (plan === undefined) return false;
    this.#send(plan);
    return true;
  }

  #send({ kind, range }: InFlight): void {
    const { outbox, observer, monotonicMs } = this.#options;
    const read = outbox.read(range, DELIVERY_BOUNDS.batchObservationBytesMax);
    if (read.damaged.length + read.missing.length > 0) observer.lost(read.damaged, read.missing);
    if (read.uplinks.length === 0) return;
    const { batch, descriptionIds } = assembleBatch(read.uplinks, {
      epoch: outbox.epoch,
      description: (id) => outbox.description(id),
      isDescribed: (id) => this.#described.has(id),
    });
    for (const id of descriptionIds) this.#described.add(id);
    const body = encodeBody(batch);
    if (body.byteLength > BATCH_BOUNDS.compressedBytesMax) throw new Error(`a batch of ${body.byteLength} bytes`);
    const observationCount = batch.uplinks.reduce((sum, [, , observations]) => sum + observations.length, 0);
    this.#inFlight.add({
      kind,
      range: [range[0], read.through],
      sentMs: monotonicMs(),
      descriptionIds,
      observationCount,
    });
    this.#publish('batch', body);
    observer.batchSent(read.uplinks.length, body.byteLength);
  }
}
