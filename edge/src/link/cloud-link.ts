import {
  acknowledgementSchema,
  BATCH_BOUNDS,
  DELIVERY_VERSION,
  type Hello,
  type LinkTopic,
  linkTopic,
  type SequenceRange,
  subtractRange,
  type Welcome,
  welcomeSchema,
} from '@meetbrug/protocols/delivery';
import { type Cancel, MACHINE_SCHEDULER, type Scheduler } from '../scheduler.ts';
import { assembleBatch } from './assemble-batch.ts';
import { decodeBody, encodeBody } from './body.ts';
import { CloudContact } from './cloud-contact.ts';
import type { CloudLinkOptions, LinkHistory } from './cloud-link-options.ts';
import { InFlightBatches } from './in-flight-batches.ts';
import type { LinkConnection } from './link-connection.ts';
import { type InFlight, planDelivery } from './plan-delivery.ts';
import { planEpoch } from './plan-epoch.ts';
import {
  afterAcknowledgement,
  afterBreak,
  afterTimeout,
  type DeliveryWindow,
  startWindow,
  type WindowBounds,
} from './plan-window.ts';
import { SentDescriptions } from './sent-descriptions.ts';

export const DELIVERY_BOUNDS = { batchUplinksMax: 500, batchObservationBytesMax: 262_144 } as const;
const RECONNECT_MS_MIN = 500;
const CHECKS_PER_TIMEOUT = 4;
const CHECK_MS_MIN = 25;
const CHECK_MS_MAX = 1_000;
const NO_HISTORY: LinkHistory = { ranges: [], settle: () => undefined };

/**
 * The link to the cloud: hello on every connection, batches after the welcome, acknowledged ranges into the outbox. What
 * is sent when is decided by `planDelivery`, how much at one time by `plan-window.ts`, and what to make of silence by
 * `CloudContact`; this class carries it out. The client library's own redelivery is not used: every connection begins
 * with an empty session, because a batch before the hello would mean nothing.
 */
export class CloudLink {
  readonly #options: CloudLinkOptions;
  readonly #scheduler: Scheduler;
  readonly #history: LinkHistory;
  readonly #bounds: WindowBounds;
  readonly #contact: CloudContact;
  readonly #inFlight = new InFlightBatches();
  readonly #descriptions = new SentDescriptions();
  readonly #cancelChecks: Cancel;
  readonly #run: string;
  #window: DeliveryWindow;
  #connection: LinkConnection | undefined;
  #pumping = false;
  #stopped = false;
  #reconnectMs = RECONNECT_MS_MIN;
  #cancelReconnect: Cancel | undefined;

  constructor(options: CloudLinkOptions) {
    const { ackTimeoutMs, batchesInFlightMax, silenceMsMax, keepaliveSeconds, reconnectMsMax } = options;
    this.#options = options;
    this.#run = options.newEpoch();
    this.#scheduler = options.scheduler ?? MACHINE_SCHEDULER;
    this.#history = options.history ?? NO_HISTORY;
    this.#bounds = {
      batchesInFlightMax,
      batchUplinksMax: DELIVERY_BOUNDS.batchUplinksMax,
      ackTimeoutMsMin: ackTimeoutMs,
      ackTimeoutMsMax: Math.max(ackTimeoutMs, silenceMsMax),
    };
    this.#window = startWindow(this.#bounds);
    const keepaliveMs = keepaliveSeconds * 1_000;
    this.#contact = new CloudContact({ keepaliveMs, silenceMsMax, helloPauseMsMax: reconnectMsMax });
    const checkMs = Math.min(Math.max(CHECK_MS_MIN, ackTimeoutMs / CHECKS_PER_TIMEOUT), CHECK_MS_MAX);
    this.#cancelChecks = this.#scheduler.every(checkMs, () => this.#check());
    this.#connect();
  }

  /** Whether the cloud has welcomed this edge and answers in time: an open connection alone says nothing. */
  get isConnected(): boolean {
    return this.#contact.isAnswering(this.#options.monotonicMs(), this.#window.ackTimeoutMs);
  }

  /** How long ago the cloud last acknowledged a batch; undefined before the first since the program started. */
  get acknowledgementAgeMs(): number | undefined {
    const { acknowledgedMs } = this.#contact;
    return acknowledgedMs === undefined ? undefined : this.#options.monotonicMs() - acknowledgedMs;
  }

  get inFlightCount(): number {
    return this.#inFlight.batches.length;
  }

  /** How much may wait for an acknowledgement at this moment. */
  get window(): DeliveryWindow {
    return this.#window;
  }

  /** Tells that there is something new to send. */
  notify(): void {
    this.#schedulePump();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelChecks();
    this.#cancelReconnect?.();
    await this.#connection?.end();
  }

  #connect(): void {
    const connection = this.#options.connect({
      opened: () => this.#greet(connection),
      received: (topic, body) => {
        if (connection === this.#connection) this.#receive(topic, body);
      },
      closed: (reason) => this.#lose(connection, reason),
    });
    this.#connection = connection;
  }

  #lose(connection: LinkConnection, reason: string): void {
    if (connection !== this.#connection || this.#stopped) return;
    this.#connection = undefined;
    if (this.#inFlight.batches.length > 0) this.#window = afterBreak(this.#window, this.#bounds);
    this.#contact.lost();
    this.#inFlight.clear();
    this.#descriptions.clear();
    this.#options.observer.disconnected(reason);
    const waitMs = this.#reconnectMs * (0.5 + this.#options.random() / 2);
    this.#reconnectMs = Math.min(this.#reconnectMs * 2, this.#options.reconnectMsMax);
    this.#cancelReconnect = this.#scheduler.after(waitMs, () => this.#connect());
  }

  #greet(connection: LinkConnection): void {
    const { edge } = this.#options;
    const topics = [linkTopic(edge, 'welcome'), linkTopic(edge, 'acknowledgement')];
    connection.subscribe(topics, (error) => {
      if (connection !== this.#connection || this.#stopped) return;
      if (error !== undefined) {
        connection.close(error.message);
        return;
      }
      this.#contact.opened();
      this.#sayHello();
    });
  }

  #sayHello(): void {
    const { epoch, nextSequence } = this.#options.outbox;
    this.#contact.saidHello(this.#options.monotonicMs());
    this.#publish('hello', encodeBody({ version: DELIVERY_VERSION, epoch, nextSequence } satisfies Hello));
  }

  #publish(kind: LinkTopic, body: Buffer): void {
    this.#connection?.publish(linkTopic(this.#options.edge, kind), body);
  }

  #receive(topic: string, payload: Uint8Array): void {
    const { edge, observer } = this.#options;
    if (this.#stopped) return;
    try {
      if (topic === linkTopic(edge, 'welcome')) this.#takeWelcome(payload);
      else if (topic === linkTopic(edge, 'acknowledgement')) this.#takeAcknowledgement(payload);
    } catch (error) {
      observer.failed(error);
    }
  }

  #takeWelcome(payload: Uint8Array): void {
    const { outbox, observer, newEpoch, monotonicMs } = this.#options;
    const welcome = decodeBody<Welcome>(payload, welcomeSchema);
    if (!welcome.ok) {
      observer.badBody('welcome', welcome.fault.detail);
      return;
    }
    const numberAbove = planEpoch(outbox, welcome.value);
    if (numberAbove !== undefined) {
      outbox.startEpoch(newEpoch(), numberAbove);
      this.#inFlight.clear();
      observer.epochStarted(outbox.epoch, numberAbove);
      this.#sayHello();
      return;
    }
    outbox.offer();
    const isFirst = !this.#contact.isWelcomed;
    this.#contact.welcomed(monotonicMs());
    if (isFirst) observer.connected();
    // While something is to be sent, only an acknowledgement shows that the cloud does more than greet.
    if (outbox.behindCount === 0) this.#reconnectMs = RECONNECT_MS_MIN;
    this.#schedulePump();
  }

  #takeAcknowledgement(payload: Uint8Array): void {
    const { outbox, observer, monotonicMs } = this.#options;
    const parsed = decodeBody(payload, acknowledgementSchema);
    if (!parsed.ok) {
      observer.badBody('acknowledgement', parsed.fault.detail);
      return;
    }
    const { epoch, run, acknowledged, describe, refused } = parsed.value;
    if (epoch !== outbox.epoch || run !== this.#run) return;
    const before = outbox.behindCount;
    outbox.acknowledge(acknowledged);
    this.#history.settle(acknowledged);
    const nowMs = monotonicMs();
    const { observationCount, sentOnceMs } = this.#inFlight.settle(this.#settled());
    for (const sentMs of sentOnceMs) this.#window = afterAcknowledgement(this.#window, nowMs - sentMs, this.#bounds);
    this.#contact.acknowledged(nowMs, this.#inFlight.batches.length > 0);
    if (acknowledged.length > 0) this.#reconnectMs = RECONNECT_MS_MIN;
    observer.acknowledged(before - outbox.behindCount, observationCount);
    for (const [sequence, , code] of refused) observer.refused(code, sequence);
    if (describe.length > 0) {
      const again = this.#descriptions.takeBack(describe, this.#inFlight.batches, (id) => outbox.description(id));
      this.#inFlight.releaseDescribed(again);
    }
    this.#schedulePump();
  }

  /** What the cloud has and nobody wants again. */
  #settled(): readonly SequenceRange[] {
    return this.#history.ranges.reduce<readonly SequenceRange[]>(subtractRange, this.#options.outbox.acknowledged);
  }

  #check(): void {
    const { monotonicMs, observer, silenceMsMax } = this.#options;
    const nowMs = monotonicMs();
    const due = this.#contact.due(nowMs);
    if (due === 'close') {
      this.#connection?.close(`the cloud said nothing for ${silenceMsMax} ms`);
      return;
    }
    if (due === 'hello') this.#sayHello();
    const released = this.#inFlight.releaseSentBefore(nowMs - this.#window.ackTimeoutMs);
    if (released > 0) {
      this.#window = afterTimeout(this.#window, this.#bounds);
      observer.timedOut(released);
    }
    // Also without a time-out: a disk that was full may have interrupted the sending.
    this.#schedulePump();
  }

  /** One batch a turn of the event loop, so that the sources are served between two batches of a backlog. */
  #schedulePump(): void {
    if (this.#pumping || !this.#contact.isWelcomed || this.#stopped) return;
    this.#pumping = true;
    this.#scheduler.immediate(() => {
      this.#pumping = false;
      if (!this.#contact.isWelcomed || this.#stopped) return;
      try {
        if (this.#sendNext()) this.#schedulePump();
      } catch (error) {
        this.#options.observer.failed(error);
      }
    });
  }

  #sendNext(): boolean {
    const { acknowledged, nextSequence } = this.#options.outbox;
    const plan = planDelivery(
      { acknowledged, history: this.#history.ranges, nextSequence, inFlight: this.#inFlight.batches },
      {
        batchesInFlightMax: Math.floor(this.#window.batches),
        batchUplinksMax: Math.floor(this.#window.batchUplinks),
      },
    );
    if (plan === undefined) return false;
    this.#send(plan);
    return true;
  }

  #send({ kind, range }: InFlight): void {
    const { outbox, observer, monotonicMs } = this.#options;
    const { uplinks, damaged, missing, through } = outbox.read(range, DELIVERY_BOUNDS.batchObservationBytesMax);
    const gone: SequenceRange[] = [...missing, ...damaged.map((sequence): SequenceRange => [sequence, sequence])];
    if (kind === 'history') this.#history.settle(gone);
    else if (gone.length > 0) observer.lost(damaged, missing);
    if (uplinks.length === 0) return;
    const { batch, descriptionIds } = assembleBatch(uplinks, {
      epoch: outbox.epoch,
      run: this.#run,
      description: (id) => outbox.description(id),
      isDescribed: (id) => this.#descriptions.has(id),
    });
    this.#descriptions.add(descriptionIds);
    const body = encodeBody(batch);
    if (body.byteLength > BATCH_BOUNDS.compressedBytesMax) throw new Error(`a batch of ${body.byteLength} bytes`);
    const sentMs = monotonicMs();
    const observationCount = batch.uplinks.reduce((sum, [, , observations]) => sum + observations.length, 0);
    this.#inFlight.add({ kind, range: [range[0], through], sentMs, descriptionIds, observationCount });
    this.#contact.asked(sentMs);
    this.#publish('batch', body);
    observer.batchSent(uplinks.length, body.byteLength);
  }
}
