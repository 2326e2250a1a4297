import {
  type Acknowledgement,
  addRange,
  type Batch,
  batchSchema,
  type Hello,
  helloSchema,
  linkTopic,
  parseLinkTopic,
  type SequenceRange,
  type Welcome,
} from '@meetbrug/protocols/delivery';
import { decodeBody, encodeBody } from '../link/body.ts';
import { CloudLink } from '../link/cloud-link.ts';
import type { CloudLinkOptions, LinkOutbox } from '../link/cloud-link-options.ts';
import type { LinkConnectionEvents } from '../link/link-connection.ts';
import { type ManualTime, manualTime } from './manual-time.ts';

export const SIMULATED_EDGE = 'demo-edge';

/** An outbox of numbers only: uplinks without observations, acknowledged as the real one does it. */
export class NumbersOutbox implements LinkOutbox {
  epoch = 'aaaaaaaaaaaaaaaa';
  nextSequence: number;
  acknowledged: readonly SequenceRange[] = [];

  constructor(uplinkCount: number) {
    this.nextSequence = uplinkCount + 1;
  }

  get firstUnacknowledged(): number {
    const first = this.acknowledged[0];
    return first?.[0] === 1 ? first[1] + 1 : 1;
  }

  get behindCount(): number {
    return this.acknowledged.reduce((count, [from, to]) => count - (to - from + 1), this.nextSequence - 1);
  }

  acknowledge(ranges: readonly SequenceRange[]): void {
    for (const [from, to] of ranges) {
      if (to < this.nextSequence) this.acknowledged = addRange(this.acknowledged, [from, to]);
    }
  }

  read([from, to]: SequenceRange) {
    const uplinks = Array.from({ length: to - from + 1 }, (_, index) => ({
      sequence: from + index,
      receivedMs: 0,
      observations: [],
    }));
    return { uplinks, through: to, damaged: [], missing: [] };
  }

  description(): undefined {
    return undefined;
  }

  /** As of an outbox that has always been offered whole. */
  get firstUnoffered(): number {
    return this.nextSequence;
  }

  offer(): void {}

  startEpoch(epoch: string, numberAbove: number): void {
    const shift = Math.max(0, numberAbove + 1 - this.firstUnacknowledged);
    const moved = this.acknowledged.map(([from, to]): SequenceRange => [from + shift, to + shift]);
    this.acknowledged = shift === 0 ? moved : addRange(moved, [1, shift]);
    this.nextSequence += shift;
    this.epoch = epoch;
  }
}

/** A link whose time and connections a test holds in its hands. */
export interface SimulatedLink {
  readonly time: ManualTime;
  readonly link: CloudLink;
  readonly outbox: NumbersOutbox;
  readonly hellos: Hello[];
  readonly batches: Batch[];
  /** Why connections ended, in order. */
  readonly reasons: string[];
  readonly events: string[];
  connectionCount(): number;
  /** What the cloud, or whoever stands between, says on the newest connection. */
  say(kind: 'welcome' | 'acknowledgement', body: unknown): void;
  sayBytes(kind: 'welcome' | 'acknowledgement', body: Uint8Array): void;
  /** The other side ends the newest connection. */
  breakOff(): void;
}

export interface SimulatedCloud {
  onHello?(hello: Hello, simulated: SimulatedLink): void;
  onBatch?(batch: Batch, simulated: SimulatedLink): void;
}

export const LINK_SETTINGS = {
  ackTimeoutMs: 1_000,
  batchesInFlightMax: 8,
  reconnectMsMax: 30_000,
  keepaliveSeconds: 60,
  silenceMsMax: 10_000,
} as const;

export function simulateLink(
  uplinkCount: number,
  cloud: SimulatedCloud,
  changes: Partial<CloudLinkOptions> = {},
): SimulatedLink {
  const time = manualTime();
  const outbox = new NumbersOutbox(uplinkCount);
  const open: LinkConnectionEvents[] = [];
  let connectionCount = 0;
  let epochCount = 0;
  const noted = (name: string) => () => void simulated.events.push(name);
  const end = (events: LinkConnectionEvents, reason: string) => {
    if (!open.includes(events)) return;
    open.splice(open.indexOf(events), 1);
    simulated.reasons.push(reason);
    events.closed(reason);
  };
  const publish = (topic: string, body: Uint8Array) => {
    const hello = decodeBody<Hello>(body, helloSchema);
    const batch = decodeBody<Batch>(body, batchSchema);
    if (parseLinkTopic(topic)?.kind === 'hello' && hello.ok) {
      simulated.hellos.push(hello.value);
      time.scheduler.immediate(() => cloud.onHello?.(hello.value, simulated));
    } else if (batch.ok) {
      simulated.batches.push(batch.value);
      time.scheduler.immediate(() => cloud.onBatch?.(batch.value, simulated));
    } else throw new Error(`unreadable on ${topic}`);
  };
  const link = new CloudLink({
    ...LINK_SETTINGS,
    edge: SIMULATED_EDGE,
    outbox,
    connect(events) {
      connectionCount += 1;
      open.push(events);
      time.scheduler.immediate(() => events.opened());
      return {
        subscribe: (_topics, done) => time.scheduler.immediate(() => done(undefined)),
        publish: (topic, body) => {
          if (open.includes(events)) publish(topic, body);
        },
        close: (reason) => time.scheduler.immediate(() => end(events, reason)),
        end: () => Promise.resolve(),
      };
    },
    observer: {
      connected: noted('connected'),
      disconnected: noted('disconnected'),
      epochStarted: noted('epoch started'),
      batchSent: () => undefined,
      acknowledged: () => undefined,
      refused: () => undefined,
      lost: noted('lost'),
      badBody: noted('bad body'),
      timedOut: noted('timed out'),
      failed(error) {
        throw error;
      },
    },
    newEpoch: () => (epochCount++).toString(16).padStart(16, 'e'),
    monotonicMs: time.nowMs,
    random: () => 1,
    scheduler: time.scheduler,
    ...changes,
  });
  const simulated: SimulatedLink = {
    time,
    link,
    outbox,
    hellos: [],
    batches: [],
    reasons: [],
    events: [],
    connectionCount: () => connectionCount,
    say: (kind, body) => simulated.sayBytes(kind, encodeBody(body)),
    sayBytes: (kind, body) => open.at(-1)?.received(linkTopic(SIMULATED_EDGE, kind), body),
    breakOff() {
      const newest = open.at(-1);
      if (newest !== undefined) end(newest, 'broken off');
    },
  };
  return simulated;
}

export const NEW_HERE: Welcome = { version: 1, last: null, highestSequence: 0 };

export function acknowledgementOf({ epoch, run, uplinks }: Batch): Acknowledgement {
  const acknowledged = uplinks.map(([sequence]): [number, number] => [sequence, sequence]);
  return { version: 1, epoch, run, acknowledged, describe: [], refused: [] };
}
