import type { WireObservation } from '@meetbrug/protocols/delivery';
import type { ObservationInput, ObservedValue } from '@meetbrug/protocols/observation';
import type { ColdRow } from '../cold/cold-row.ts';
import { coldRowsOf } from '../cold/cold-rows.ts';
import { ColdFileUnreadable } from '../cold/open-cold-file.ts';
import { type CurrentVersion, planVersion, type Version, type VersionPlan } from '../ingest/plan-version.ts';
import { createExpiry } from '../retention/expiry.ts';
import type { ReadyDatastream } from './datastreams.ts';
import type { Store } from './open-store.ts';
import type { RenderVersion } from './render-version.ts';
import { quarterOf } from './schema.ts';
import { fromStoredValue, type StoredValue, toStoredValue } from './stored-value.ts';
import type { StreamTable } from './streams.ts';

/** An observation that passed its checks, with what its uplink adds. */
export interface CheckedObservation {
  readonly datastream: ReadyDatastream;
  readonly wire: WireObservation;
  readonly value: ObservedValue;
  /** What a derived value was computed from. */
  readonly inputs: readonly ObservationInput[] | undefined;
  readonly revision: number;
  readonly receivedMs: number;
}

export interface ObservationLog {
  /** Sees which months are in files by now, and what has expired; to be asked before what came together is recorded. */
  seeStore(): void;
  /**
   * Puts one observation where the rules say: log, series and latest together, or nowhere. `stream-closed`: it would be a
   * new version of a stream that takes none any more. `expired`: it is of a time that the store no longer keeps, so that
   * nobody can say whether it was published.
   */
  record(observation: CheckedObservation, stampMs: number): VersionPlan['kind'] | 'stream-closed' | 'expired';
}

interface CurrentRow extends StoredValue {
  revision: number;
  confirmed_revision: number;
  end_ms: number | null;
}

export function createObservationLog(store: Store, streams: StreamTable, renderVersion: RenderVersion): ObservationLog {
  const statements = prepare(store);
  const cold = coldRowsOf(store);
  const lookAtExpiry = createExpiry(store);
  let coldUntilMs = 0;
  let expired = lookAtExpiry();

  /** The row of an observation that is in a file and not in the store. */
  const findCold = (datastream: number, beginMs: number): ColdRow | undefined | 'unreadable' => {
    if (beginMs >= coldUntilMs) return undefined;
    if (statements.selectCurrent.get(quarterOf(beginMs), datastream, beginMs) !== undefined) return undefined;
    try {
      return cold.find(datastream, beginMs);
    } catch (error) {
      if (error instanceof ColdFileUnreadable) return 'unreadable';
      throw error;
    }
  };

  /** Rows that have expired and are still there are none any more, so that the outcome does not hang on when they go. */
  const hasExpired = (datastream: number, beginMs: number): boolean => {
    if (!expired.any || beginMs >= expired.cutoffMs(datastream)) return false;
    const row = statements.selectStamp.get(quarterOf(beginMs), datastream, beginMs);
    return row === undefined || expired.has({ datastream, beginMs, stampMs: row.stampMs });
  };

  /** A row of a file is changed in the store: it goes back there first, and is merged on reading. */
  const thaw = (row: ColdRow) =>
    statements.insertSeries.run(
      quarterOf(row.beginMs),
      row.datastream,
      row.beginMs,
      row.endMs,
      row.resultMs,
      row.mantissa,
      row.scale,
      row.quality,
      row.revision,
      row.confirmedRevision,
      row.stampMs,
      row.below,
    );

  const plan = ({ datastream, wire, value, revision }: CheckedObservation, kept?: ColdRow): VersionPlan => {
    const [, beginMs, endMs] = wire;
    const row =
      kept === undefined
        ? statements.selectCurrent.get(quarterOf(beginMs), datastream.id, beginMs)
        : toCurrentRow(kept);
    return planVersion({ revision, value, endMs: endMs ?? undefined }, row && toCurrent(row), (earlier) =>
      toVersion(earlier, statements.selectEarlier.get(datastream.id, beginMs, earlier)),
    );
  };

  const append = (observation: CheckedObservation, stored: StoredValue, stampMs: number) => {
    const { datastream, wire, revision, receivedMs, inputs } = observation;
    const [, beginMs, endMs, resultMs, , quality] = wire;
    const { mantissa, scale, below } = stored;
    const ordinal = streams.append(datastream.stream, stampMs);
    statements.appendLog.run(
      datastream.stream.id,
      ordinal,
      stampMs,
      datastream.id,
      datastream.description,
      beginMs,
      endMs,
      resultMs,
      receivedMs,
      mantissa,
      scale,
      quality,
      revision,
      renderVersion,
      below,
      inputs === undefined ? null : inputsText(inputs),
    );
    statements.upsertLatest.run(
      datastream.id,
      beginMs,
      endMs,
      resultMs,
      mantissa,
      scale,
      quality,
      revision,
      stampMs,
      below,
      ordinal,
    );
  };

  const correct = (observation: CheckedObservation, stored: StoredValue, stampMs: number) => {
    const { datastream, wire, revision } = observation;
    const [, beginMs, endMs, resultMs, , quality] = wire;
    const quarter = quarterOf(beginMs);
    statements.keepEarlier.run(quarter, datastream.id, beginMs);
    statements.replaceCurrent.run(
      endMs,
      resultMs,
      stored.mantissa,
      stored.scale,
      quality,
      revision,
      revision,
      stampMs,
      stored.below,
      quarter,
      datastream.id,
      beginMs,
    );
  };

  /** For what the log has seen: nothing, or a correction. */
  const settle = (observation: CheckedObservation, stored: StoredValue, decision: VersionPlan, stampMs: number) => {
    const { datastream, wire, revision } = observation;
    const [, beginMs] = wire;
    if (decision.kind === 'correction') {
      correct(observation, stored, stampMs);
      append(observation, stored, stampMs);
    } else if (decision.kind === 'duplicate' && decision.confirms) {
      statements.confirm.run(revision, quarterOf(beginMs), datastream.id, beginMs);
    } else if (decision.kind === 'superseded') {
      const { mantissa, scale, below } = stored;
      statements.keepSuperseded.run(datastream.id, beginMs, revision, mantissa, scale, below);
    }
    return decision.kind;
  };

  /** For what is in a file: only what changes it brings it back into the store. */
  const settleCold = (observation: CheckedObservation, stored: StoredValue, kept: ColdRow, stampMs: number) => {
    const decision = plan(observation, kept);
    const changes = decision.kind === 'correction' || (decision.kind === 'duplicate' && decision.confirms);
    if (observation.datastream.stream.closed && decision.kind === 'correction') return 'stream-closed';
    if (changes) thaw(kept);
    return settle(observation, stored, decision, stampMs);
  };

  /** What a closed stream has already is known as ever; what it has not stays out of it. */
  const recordInClosed = (observation: CheckedObservation, stored: StoredValue, stampMs: number) => {
    const decision = plan(observation);
    const wouldAppend = decision.kind === 'new' || decision.kind === 'correction';
    return wouldAppend ? 'stream-closed' : settle(observation, stored, decision, stampMs);
  };

  return {
    seeStore() {
      expired = lookAtExpiry();
      coldUntilMs = cold.spans().at(-1)?.toMs ?? 0;
    },
    record(observation, stampMs) {
      const { datastream, wire, value, revision } = observation;
      const [, beginMs, endMs, resultMs, , quality] = wire;
      const stored = toStoredValue(value);
      const kept = findCold(datastream.id, beginMs);
      // Nobody can say whether it is known: in quarantine it waits until the file is back.
      if (kept === 'unreadable') return 'conflict';
      if (kept === undefined && hasExpired(datastream.id, beginMs)) return 'expired';
      if (kept !== undefined) return settleCold(observation, stored, kept, stampMs);
      if (datastream.stream.closed) return recordInClosed(observation, stored, stampMs);
      // Nearly all observations are new: one statement both finds that out and stores them.
      const inserted = statements.insertSeries.run(
        quarterOf(beginMs),
        datastream.id,
        beginMs,
        endMs,
        resultMs,
        stored.mantissa,
        stored.scale,
        quality,
        revision,
        revision,
        stampMs,
        stored.below,
      );
      if (inserted.changes === 1) {
        append(observation, stored, stampMs);
        return 'new';
      }
      return settle(observation, stored, plan(observation), stampMs);
    },
  };
}

function inputsText(inputs: readonly ObservationInput[]): string {
  return JSON.stringify(inputs.map(({ datastream, beginMs }) => [datastream, beginMs]));
}

function toVersion(revision: number, row: StoredValue | undefined): Version | undefined {
  return row === undefined ? undefined : { revision, value: fromStoredValue(row) };
}

function toCurrentRow({ confirmedRevision, endMs, ...row }: ColdRow): CurrentRow {
  return { ...row, confirmed_revision: confirmedRevision, end_ms: endMs };
}

function toCurrent(row: CurrentRow): CurrentVersion {
  return {
    revision: row.revision,
    confirmedRevision: row.confirmed_revision,
    value: fromStoredValue(row),
    endMs: row.end_ms ?? undefined,
  };
}

function prepare(store: Store) {
  return {
    insertSeries: store.prepare(`
      INSERT INTO series (quarter, datastream, begin_ms, end_ms, result_ms, mantissa, scale, quality, revision,
        confirmed_revision, stamp_ms, below) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`),
    appendLog: store.prepare(`
      INSERT INTO log (stream, ordinal, stamp_ms, datastream, description, begin_ms, end_ms, result_ms, received_ms,
        mantissa, scale, quality, revision, render_version, below, inputs)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    upsertLatest: store.prepare(`
      INSERT INTO latest (datastream, begin_ms, end_ms, result_ms, mantissa, scale, quality, revision, stamp_ms, below,
        ordinal)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (datastream) DO UPDATE SET begin_ms = excluded.begin_ms, end_ms = excluded.end_ms,
        result_ms = excluded.result_ms, mantissa = excluded.mantissa, scale = excluded.scale,
        quality = excluded.quality, revision = excluded.revision, stamp_ms = excluded.stamp_ms, below = excluded.below,
        ordinal = excluded.ordinal
      WHERE (excluded.begin_ms, excluded.revision) > (begin_ms, revision)`),
    selectCurrent: store.prepare<[number, number, number], CurrentRow>(`
      SELECT mantissa, scale, below, revision, confirmed_revision, end_ms FROM series
      WHERE quarter = ? AND datastream = ? AND begin_ms = ?`),
    selectStamp: store.prepare<[number, number, number], { stampMs: number }>(
      'SELECT stamp_ms AS stampMs FROM series WHERE quarter = ? AND datastream = ? AND begin_ms = ?',
    ),
    selectEarlier: store.prepare<[number, number, number], StoredValue>(
      'SELECT mantissa, scale, below FROM earlier_version WHERE datastream = ? AND begin_ms = ? AND revision = ?',
    ),
    keepEarlier: store.prepare(`
      INSERT INTO earlier_version (datastream, begin_ms, revision, mantissa, scale, below)
      SELECT datastream, begin_ms, revision, mantissa, scale, below FROM series
      WHERE quarter = ? AND datastream = ? AND begin_ms = ?`),
    keepSuperseded: store.prepare(
      'INSERT INTO earlier_version (datastream, begin_ms, revision, mantissa, scale, below) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    replaceCurrent: store.prepare(`
      UPDATE series SET end_ms = ?, result_ms = ?, mantissa = ?, scale = ?, quality = ?, revision = ?,
        confirmed_revision = ?, stamp_ms = ?, below = ? WHERE quarter = ? AND datastream = ? AND begin_ms = ?`),
    confirm: store.prepare(
      'UPDATE series SET confirmed_revision = ? WHERE quarter = ? AND datastream = ? AND begin_ms = ?',
    ),
  };
}
