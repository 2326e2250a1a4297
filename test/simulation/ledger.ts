import type { NewUplink } from '@meetbrug/edge/src/outbox/outbox.ts';
import type { SimulatedUplink } from './simulated-uplinks.ts';

/** What is known of one uplink. */
export interface LedgerEntry {
  readonly uplink: SimulatedUplink;
  /** The place of its commit among all commits; undefined while no outbox holds it. */
  order: number | undefined;
  isAcknowledged: boolean;
  /** An outbox that held it was put back to an older image. */
  isForgotten: boolean;
}

/** Where the commits stood when an image of an outbox was taken. */
export type LedgerMark = number;

/** Names one observation, whatever its versions. */
export function observationName({ key, beginMs }: { readonly key: string; readonly beginMs: number }): string {
  return `${key}@${beginMs}`;
}

/** What became durable on the edges, in which order, and what their sources were told. */
export class Ledger {
  readonly #entries: ReadonlyMap<string, LedgerEntry>;
  /** Observations of which an outbox that was put back has forgotten a version: then no order of commits is the true one. */
  readonly #shaken = new Set<string>();
  #lastOrder = 0;

  constructor(uplinks: readonly SimulatedUplink[]) {
    this.#entries = new Map(
      uplinks.map((uplink) => [uplink.name, { uplink, order: undefined, isAcknowledged: false, isForgotten: false }]),
    );
    if (this.#entries.size !== uplinks.length) throw new Error('two uplinks of the fleet are the same');
  }

  get entries(): Iterable<LedgerEntry> {
    return this.#entries.values();
  }

  get mark(): LedgerMark {
    return this.#lastOrder;
  }

  /** One transaction has become durable. Throws when the outbox took an uplink that it holds already. */
  committed(uplinks: readonly NewUplink[]): void {
    for (const { fingerprint } of uplinks) {
      const entry = this.#entries.get(`${fingerprint.high}/${fingerprint.low}`);
      if (entry === undefined) throw new Error('an edge committed an uplink that nobody sent');
      if (entry.order !== undefined) throw new Error(`an edge took uplink ${entry.uplink.name} twice`);
      this.#lastOrder += 1;
      entry.order = this.#lastOrder;
    }
  }

  acknowledged(uplink: SimulatedUplink): void {
    const entry = this.#entries.get(uplink.name);
    if (entry !== undefined) entry.isAcknowledged = true;
  }

  /** An image of an edge's outbox was put back: what it committed since is forgotten there. */
  forget(edge: number, since: LedgerMark): void {
    for (const entry of this.#entries.values()) {
      if (entry.uplink.edge !== edge || entry.order === undefined || entry.order <= since) continue;
      entry.order = undefined;
      entry.isForgotten = true;
      for (const observation of entry.uplink.observations) this.#shaken.add(observationName(observation));
    }
  }

  isShaken(observation: string): boolean {
    return this.#shaken.has(observation);
  }
}
