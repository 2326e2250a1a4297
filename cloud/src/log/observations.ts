import type { WireObservation } from '@meetbrug/protocols/delivery';
import { type Decimal, exactDecimal } from '@meetbrug/protocols/observation';
import { type CurrentVersion, planVersion, type Version, type VersionPlan } from '../ingest/plan-version.ts';
import type { ReadyDatastream } from './datastreams.ts';
import type { Store } from './open-store.ts';
import { RENDER_VERSION } from './render-version.ts';
import { hourOf } from './schema.ts';
import type { StreamTable } from './streams.ts';

/** An observation that passed its checks, with what its uplink adds. */
export interface CheckedObservation {
  readonly datastream: ReadyDatastream;
  readonly wire: WireObservation;
  readonly value: Decimal;
  readonly revision: number;
  readonly receivedMs: number;
}

export interface ObservationLog {
  /** Puts one observation where the rules say: log, series and latest together, or nowhere. */
  record(observation: CheckedObservation, stampMs: number): VersionPlan['kind'];
}

interface CurrentRow {
  mantissa: number;
  scale: number;
  revision: number;
  confirmed_revision: number;
}

export function createObservationLog(store: Store, streams: StreamTable): ObservationLog {
  const statements = prepare(store);

  const plan = ({ datastream, wire, value, revision }: CheckedObservation): VersionPlan => {
    const beginMs = wire[1];
    const row = statements.selectCurrent.get(hourOf(beginMs), datastream.id, beginMs);
    return planVersion({ revision, value }, row && toCurrent(row), (earlier) =>
      toVersion(earlier, statements.selectEarlier.get(datastream.id, beginMs, earlier)),
    );
  };

  const append = ({ datastream, wire, value, revision, receivedMs }: CheckedObservation, stampMs: number) => {
    const [, beginMs, endMs, resultMs, , quality] = wire;
    const { mantissa, scale } = value;
    statements.appendLog.run(
      datastream.stream.id,
      streams.append(datastream.stream, stampMs),
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
      RENDER_VERSION,
    );
    statements.upsertLatest.run(datastream.id, beginMs, endMs, resultMs, mantissa, scale, quality, revision, stampMs);
  };

  const correct = (observation: CheckedObservation, stampMs: number) => {
    const { datastream, wire, value, revision } = observation;
    const [, beginMs, endMs, resultMs, , quality] = wire;
    const hour = hourOf(beginMs);
    statements.keepEarlier.run(hour, datastream.id, beginMs);
    statements.replaceCurrent.run(
      endMs,
      resultMs,
      value.mantissa,
      value.scale,
      quality,
      revision,
      revision,
      stampMs,
      hour,
      datastream.id,
      beginMs,
    );
  };

  return {
    record(observation, stampMs) {
      const { datastream, wire, value, revision } = observation;
      const [, beginMs, endMs, resultMs, , quality] = wire;
      // Nearly all observations are new: one statement both finds that out and stores them.
      const inserted = statements.insertSeries.run(
        hourOf(beginMs),
        datastream.id,
        beginMs,
        endMs,
        resultMs,
        value.mantissa,
        value.scale,
        quality,
        revision,
        revision,
        stampMs,
      );
      if (inserted.changes === 1) {
        append(observation, stampMs);
        return 'new';
      }
      const decision = plan(observation);
      if (decision.kind === 'correction') {
        correct(observation, stampMs);
        append(observation, stampMs);
      } else if (decision.kind === 'duplicate' && decision.confirms) {
        statements.confirm.run(revision, hourOf(beginMs), datastream.id, beginMs);
      }
      return decision.kind;
    },
  };
}

function toVersion(revision: number, row: { mantissa: number; scale: number } | undefined): Version | undefined {
  return row === undefined ? undefined : { revision, value: exactDecimal(row.mantissa, row.scale) };
}

function toCurrent(row: CurrentRow): CurrentVersion {
  return {
    revision: row.revision,
    confirmedRevision: row.confirmed_revision,
    value: exactDecimal(row.mantissa, row.scale),
  };
}

function prepare(store: Store) {
  return {
    insertSeries: store.prepare(`
      INSERT INTO series (hour, datastream, begin_ms, end_ms, result_ms, mantissa, scale, quality, revision,
        confirmed_revision, stamp_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`),
    appendLog: store.prepare(`
      INSERT INTO log (stream, ordinal, stamp_ms, datastream, description, begin_ms, end_ms, result_ms, received_ms,
        mantissa, scale, quality, revision, render_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    upsertLatest: store.prepare(`
      INSERT INTO latest (datastream, begin_ms, end_ms, result_ms, mantissa, scale, quality, revision, stamp_ms)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (datastream) DO UPDATE SET begin_ms = excluded.begin_ms, end_ms = excluded.end_ms,
        result_ms = excluded.result_ms, mantissa = excluded.mantissa, scale = excluded.scale,
        quality = excluded.quality, revision = excluded.revision, stamp_ms = excluded.stamp_ms
      WHERE (excluded.begin_ms, excluded.revision) > (begin_ms, revision)`),
    selectCurrent: store.prepare<[number, number, number], CurrentRow>(`
      SELECT mantissa, scale, revision, confirmed_revision FROM series
      WHERE hour = ? AND datastream = ? AND begin_ms = ?`),
    selectEarlier: store.prepare<[number, number, number], { mantissa: number; scale: number }>(
      'SELECT mantissa, scale FROM earlier_version WHERE datastream = ? AND begin_ms = ? AND revision = ?',
    ),
    keepEarlier: store.prepare(`
      INSERT INTO earlier_version (datastream, begin_ms, revision, mantissa, scale)
      SELECT datastream, begin_ms, revision, mantissa, scale FROM series
      WHERE hour = ? AND datastream = ? AND begin_ms = ?`),
    replaceCurrent: store.prepare(`
      UPDATE series SET end_ms = ?, result_ms = ?, mantissa = ?, scale = ?, quality = ?, revision = ?,
        confirmed_revision = ?, stamp_ms = ? WHERE hour = ? AND datastream = ? AND begin_ms = ?`),
    confirm: store.prepare(
      'UPDATE series SET confirmed_revision = ? WHERE hour = ? AND datastream = ? AND begin_ms = ?',
    ),
  };
}
