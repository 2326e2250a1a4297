import { join } from 'node:path';
import { decodeBody, encodeBody } from '@meetbrug/cloud/src/ingest/link-body.ts';
import { RENDER_VERSIONS } from '@meetbrug/cloud/src/log/render-version.ts';
import type { WriterReply, WriterRequest } from '@meetbrug/cloud/src/log/writer-messages.ts';
import {
  createWriterSession,
  type OpenedLog,
  openLog,
  type WriterSession,
} from '@meetbrug/cloud/src/log/writer-session.ts';
import { helloSchema, linkTopic, parseLinkTopic } from '@meetbrug/protocols/delivery';
import type { SeededRandom } from '../fleet/seeded-random.ts';
import type { CloudListener, CloudSide, SimulatedNetwork } from './simulated-network.ts';
import { ProcessTimers, type VirtualTime } from './virtual-time.ts';

export const ORGANISATION = 'demo';
export const STORE_FILE = 'cloud.sqlite';
const PUBLIC_BASE_URL = 'http://cloud.example';
const THEMES = ['heat-stress', 'water-level', 'mobility', 'device-status', 'sensors'];
const QUARANTINE_BYTES_MAX = 10_000_000;
/** A small log, so that checkpoints of the write-ahead log happen within a schedule. */
const CHECKPOINT_PAGES = 64;
/** How long requests gather before the writer takes them: what group commits are made of. */
const GATHER_MS_MAX = 20;

/** What the judge is told of each commit, right after it and before anything of it is sent. */
export type Committed = Extract<WriterReply, { kind: 'committed' }>;

export interface CloudSurroundings {
  readonly time: VirtualTime;
  readonly network: SimulatedNetwork;
  readonly random: SeededRandom;
  /** The clock of the cloud's machine. */
  readonly nowMs: () => number;
  readonly committed: (commit: Committed, bodyOf: (id: number) => Uint8Array, log: OpenedLog) => void;
  readonly clockBehind: () => void;
}

interface Asked {
  readonly side: CloudSide;
  readonly body: Uint8Array;
}

/** One life of the cloud's ingest: the shipped writer on its store, behind the simulated network. */
export class SimulatedCloud implements CloudListener {
  readonly timers: ProcessTimers;
  readonly log: OpenedLog;
  readonly #surroundings: CloudSurroundings;
  readonly #session: WriterSession;
  readonly #waiting: WriterRequest[] = [];
  readonly #asked = new Map<number, Asked>();
  #lastId = 0;
  #isScheduled = false;

  constructor(dataDir: string, surroundings: CloudSurroundings) {
    this.#surroundings = surroundings;
    this.timers = new ProcessTimers(surroundings.time);
    const settings = {
      file: join(dataDir, STORE_FILE),
      quarantineBytesMax: QUARANTINE_BYTES_MAX,
      publicBaseUrl: PUBLIC_BASE_URL,
      feeds: THEMES.map((stream) => ({ organisation: ORGANISATION, stream, views: [] })),
      all: { themes: [], without: [] },
      renderVersion: RENDER_VERSIONS.plain,
    };
    const opened = openLog(settings);
    if (!opened.ok) throw new Error(opened.fault.detail);
    this.log = opened.value;
    this.log.store.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    this.#session = createWriterSession(this.log, settings, {
      next: () => this.#waiting.shift(),
      reply: (reply) => this.#answer(reply),
      monotonicMs: () => surroundings.time.nowMs,
    });
    surroundings.network.listen(this);
  }

  received(side: CloudSide, topic: string, body: Uint8Array): void {
    const link = parseLinkTopic(topic);
    if (link === undefined || link.edge !== side.edge) throw new Error(`an edge published at ${topic}`);
    const id = ++this.#lastId;
    if (link.kind === 'hello') {
      const hello = decodeBody(body);
      if (!hello.ok || !helloSchema.safeParse(hello.value).success) throw new Error('an edge sent no hello');
      this.#ask({ side, body }, { kind: 'hello', id, edge: side.edge });
    } else if (link.kind === 'batch') {
      const nowMs = this.#surroundings.nowMs();
      this.#ask({ side, body }, { kind: 'batch', id, edge: side.edge, organisation: ORGANISATION, body, nowMs });
    } else throw new Error(`an edge published a ${link.kind}`);
  }

  #ask(asked: Asked, request: WriterRequest): void {
    this.#asked.set(this.#lastId, asked);
    this.#waiting.push(request);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.timers.after(this.#surroundings.random.between(0, GATHER_MS_MAX), () => {
      this.#isScheduled = false;
      const first = this.#waiting.shift();
      if (first !== undefined) this.#session.handle(first);
    });
  }

  #answer(reply: WriterReply): void {
    const { committed, clockBehind } = this.#surroundings;
    if (reply.kind === 'welcome') this.#send(reply.id, 'welcome', reply.welcome);
    else if (reply.kind === 'clock-behind') {
      clockBehind();
      // As the broker does with what was not committed: the connection ends and the edge keeps its data.
      for (const id of reply.ids) this.#asked.get(id)?.side.close();
    } else if (reply.kind === 'committed') {
      committed(reply, (id) => this.#asked.get(id)?.body ?? new Uint8Array(), this.log);
      for (const { id, acknowledgement } of reply.batches) {
        if (acknowledgement !== undefined) this.#send(id, 'acknowledgement', acknowledgement);
      }
    } else throw new Error(`the writer answered ${reply.kind}`);
  }

  #send(id: number, kind: 'welcome' | 'acknowledgement', message: unknown): void {
    const edge = this.#asked.get(id)?.side.edge;
    this.#asked.delete(id);
    if (edge !== undefined) this.#surroundings.network.send(edge, linkTopic(edge, kind), encodeBody(message));
  }

  /** The process is gone at this instant; its files stay as they are until the connection is closed. */
  die(): void {
    this.timers.end();
    this.#surroundings.network.listen(undefined);
  }
}
