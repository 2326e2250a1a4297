import { fromStoredValue, type StoredValue } from '@meetbrug/cloud/src/log/stored-value.ts';
import type { OpenedLog } from '@meetbrug/cloud/src/log/writer-session.ts';
import { formatObservedValue } from '@meetbrug/protocols/observation';
import { DeliveredVersions } from './delivered-versions.ts';
import { GapAccount } from './gap-account.ts';
import { type Ledger, observationName } from './ledger.ts';
import { PublishedLog, type PublishedVersion } from './published-log.ts';
import type { Committed } from './simulated-cloud.ts';
import type { MeantObservation } from './simulated-uplinks.ts';

interface CurrentRow extends StoredValue {
  readonly key: string;
  readonly begin_ms: number;
  readonly revision: number;
}

/** A version that a device sent, with the place of its commit where an outbox holds it or held it. */
interface MeantVersion extends MeantObservation {
  readonly order: number | undefined;
}
type MeantVersions = ReadonlyMap<string, readonly MeantVersion[]>;

/** Holds what the cloud published against what the edges were given and what they sent. Throws at what does not fit. */
export class Judge {
  readonly published = new PublishedLog();
  readonly #delivered = new DeliveredVersions();
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** After each commit of the cloud, before anything of it is sent. */
  committed({ batches }: Committed, bodyOf: (id: number) => Uint8Array, log: OpenedLog): void {
    this.published.note(log);
    for (const { id, acknowledgement } of batches) {
      if (acknowledgement === undefined) throw new Error('the cloud could not read a batch');
      if (acknowledgement.refused.length > 0) throw new Error(`refused: ${JSON.stringify(acknowledgement.refused)}`);
      this.#delivered.note(bodyOf(id), acknowledgement);
    }
  }

  /** When everything has healed and nothing moves any more. */
  conclude(log: OpenedLog): void {
    this.published.verify(log);
    const meant = meantVersions(this.#ledger);
    const gaps = new GapAccount(log);
    this.#expectAcknowledgedDurable();
    this.#expectNothingInvented(meant);
    this.#expectNothingLost(meant, gaps);
    this.#expectHighestRevisions();
    this.#expectEverythingCounted(meant, gaps);
    this.#expectProjections(log);
  }

  #finalOf(observation: string): PublishedVersion | undefined {
    return this.published.versions.get(observation)?.at(-1);
  }

  /** Whoever was told that an uplink is safe was told the truth; an image that was put back is nobody's promise. */
  #expectAcknowledgedDurable(): void {
    for (const { uplink, order, isAcknowledged, isForgotten } of this.#ledger.entries) {
      if (isAcknowledged && order === undefined && !isForgotten) {
        throw new Error(`uplink ${uplink.name} was acknowledged and is in no outbox`);
      }
    }
  }

  #expectNothingInvented(meant: MeantVersions): void {
    for (const [observation, versions] of this.published.versions) {
      for (const { value } of versions) {
        if (meant.get(observation)?.some((each) => each.value === value) !== true) {
          throw new Error(`${observation} is published as ${value}, which nobody measured`);
        }
      }
    }
  }

  /** Every observation that an outbox made durable ends as the edge took it last, or a gap names it. */
  #expectNothingLost(meant: MeantVersions, gaps: GapAccount): void {
    for (const [observation, versions] of meant) {
      const durable = versions.filter(({ order }) => order !== undefined);
      const last = durable.toSorted((a, b) => Number(a.order) - Number(b.order)).at(-1);
      if (last === undefined || gaps.names(last.key, last.beginMs)) continue;
      const final = this.#finalOf(observation);
      if (final === undefined) throw new Error(`${observation} (${last.value}) was acknowledged and is lost`);
      if (!this.#ledger.isShaken(observation) && (final.value !== last.value || final.endMs !== last.endMs)) {
        throw new Error(`${observation} ends as ${final.value}; the edge took ${last.value} last`);
      }
    }
  }

  /** The rule of revisions: whatever the order of arrival, the value of the highest revision stays. */
  #expectHighestRevisions(): void {
    for (const [observation, versions] of this.#delivered.byObservation) {
      const highest = versions.reduce((best, version) => (version.revision > best.revision ? version : best));
      const final = this.#finalOf(observation);
      if (final?.value !== highest.value) {
        throw new Error(`${observation} ends as ${final?.value}; revision ${highest.revision} says ${highest.value}`);
      }
    }
  }

  /** What was delivered and not published was superseded, what was not delivered was discarded: each is counted. */
  #expectEverythingCounted(meant: MeantVersions, gaps: GapAccount): void {
    const byDatastream = Map.groupBy([...meant], ([, versions]) => versions[0]?.key ?? '');
    for (const [key, observations] of byDatastream) {
      let superseded = 0;
      let discarded = 0;
      for (const [observation, versions] of observations) {
        const delivered = this.#delivered.byObservation.get(observation) ?? [];
        const published = new Set(this.published.versions.get(observation)?.map(({ value }) => value));
        superseded += new Set(delivered.map(({ value }) => value).filter((value) => !published.has(value))).size;
        discarded += versions.filter(({ order }) => order !== undefined).length - delivered.length;
      }
      if (superseded > gaps.supersededOf(key)) {
        throw new Error(`${key}: ${superseded} versions are superseded, ${gaps.supersededOf(key)} counted`);
      }
      // More may be counted: the edge lets go of what the cloud has when it has not heard so.
      if (discarded > gaps.discardedOf(key)) {
        throw new Error(`${key}: ${discarded} observations never came, ${gaps.discardedOf(key)} are counted in gaps`);
      }
    }
  }

  #expectProjections({ store }: OpenedLog): void {
    const series = this.#expectCurrent(store, 'series');
    if (series.length !== this.published.versions.size) {
      throw new Error(`series holds ${series.length} observations, the log ${this.published.versions.size}`);
    }
    const newest = Map.groupBy(series, ({ key }) => key);
    const latest = this.#expectCurrent(store, 'latest');
    if (latest.length !== newest.size) throw new Error(`latest holds ${latest.length} of ${newest.size} datastreams`);
    for (const { key, begin_ms } of latest) {
      const expected = Math.max(...(newest.get(key) ?? []).map((row) => row.begin_ms));
      if (begin_ms !== expected) throw new Error(`latest of ${key} is of ${begin_ms}, not of ${expected}`);
    }
  }

  #expectCurrent(store: OpenedLog['store'], table: 'series' | 'latest'): CurrentRow[] {
    const rows = store
      .prepare<[], CurrentRow>(
        `SELECT datastream.key, begin_ms, mantissa, scale, below, revision
         FROM ${table} JOIN datastream ON datastream.id = ${table}.datastream`,
      )
      .all();
    for (const row of rows) {
      const observation = observationName({ key: row.key, beginMs: row.begin_ms });
      const value = formatObservedValue(fromStoredValue(row));
      const final = this.#finalOf(observation);
      if (final?.value !== value || final.revision !== row.revision) {
        throw new Error(`${table}: ${observation} is ${value}; the log says ${final?.value}`);
      }
    }
    return rows;
  }
}

/** Every version that a device sent, by observation. */
function meantVersions(ledger: Ledger): MeantVersions {
  const versions = [...ledger.entries].flatMap(({ uplink, order }) =>
    uplink.observations.map((observation) => ({ ...observation, order })),
  );
  return Map.groupBy(versions, observationName);
}
