import type { WireObservation } from '@meetbrug/protocols/delivery';
import type { ObservationInput, ObservedValue } from '@meetbrug/protocols/observation';
import { type CurrentVersion, planVersion, type Version, type VersionPlan } from '../ingest/plan-version.ts';
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
  /**
   * Puts one observation where the rules say: log, series and latest together, or nowhere. `stream-closed`: it would be a
   * new version of a stream that takes none any more.
   */
  record(observation: CheckedObservation, stampMs: number): VersionPlan['kind'] | 'stream-closed';
}

interface CurrentRow extends StoredValue {
  revision: number;
  confirmed_revision: number;
  end_ms: number | null;
}

export function createObservationLog(store: Store, streams: StreamTable, renderVersion: RenderVersion): ObservationLog {
  const statements = prepare(store);

  const plan = ({ datastream, wire, value, revision }: CheckedObservation): VersionPlan => {
    const [, beginMs, endMs] = wire;
    const row = statements.selectCurrent.get(quarterOf(beginMs), datastream.id, beginMs);
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

  /** What a closed stream has already is known as ever; what it has not stays out of it. */
  const recordInClosed = (observation: CheckedObservation, stored: StoredValue, stampMs: number) => {
    const decision = plan(observation);
    const wouldAppend = decision.kind === 'new' || decision.kind === 'correction';
    return wouldAppend ? 'stream-closed' : settle(observation, stored, decision, stampMs);
  };

  return {
    record(observation, stampMs) {
      const { datastream, wire, value, revision } = observation;
      const [, beginMs, endMs, resultMs, , quality] = wire;
      const stored = toStoredValue(value);
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
