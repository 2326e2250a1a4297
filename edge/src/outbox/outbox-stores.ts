import type Database from 'better-sqlite3';
import { UnknownDeviceStore } from '../learning/unknown-device-store.ts';
import { CountCellStore, type UnpublishedCountReason } from './count-cell-store.ts';
import { CounterStore } from './counter-store.ts';
import { DescriptionStore } from './description-store.ts';
import type { DiscardStores } from './discard-rows.ts';
import { GapReporter } from './gap-reporter.ts';
import { GapStore } from './gap-store.ts';
import type { OutboxBounds } from './group-writer.ts';
import { LevelRevisionStore } from './level-revision-store.ts';
import { OutboxSpace } from './outbox-space.ts';
import { QuarantineStore } from './quarantine-store.ts';
import type { SequenceNumbering } from './sequence-numbering.ts';
import { SessionCounterStore } from './session-counter-store.ts';
import { ThinOut } from './thin-out.ts';
import { UplinkRows } from './uplink-rows.ts';
import { WindowStore } from './window-store.ts';

/** Everything that is kept in the file, with what of it is remembered in memory. */
export interface OutboxStores extends DiscardStores {
  readonly bounds: OutboxBounds;
  readonly quarantine: QuarantineStore;
  readonly unknownDevices: UnknownDeviceStore;
  readonly windowStore: WindowStore;
  readonly countCells: CountCellStore;
  readonly counters: CounterStore;
  readonly sessionCounters: SessionCounterStore;
  readonly levelRevisions: LevelRevisionStore;
  readonly space: OutboxSpace;
  readonly thinOut: ThinOut;
  readonly gapReporter: GapReporter;
}

/** Reads the state of the file into memory: at the start, and when a transaction has failed half-way. */
export function openStores(
  connection: Database.Database,
  bounds: OutboxBounds,
  numbering: SequenceNumbering,
  unpublished?: Map<UnpublishedCountReason, number>,
): OutboxStores {
  const descriptions = new DescriptionStore(connection);
  const gaps = new GapStore(connection, descriptions);
  const rows = new UplinkRows(connection);
  const discard = { rows, numbering, gaps, descriptions };
  return {
    ...discard,
    bounds,
    quarantine: new QuarantineStore(connection, bounds.quarantine),
    unknownDevices: new UnknownDeviceStore(connection, bounds.unknownDevicesMax),
    windowStore: new WindowStore(connection, bounds.uplinksMax),
    countCells: new CountCellStore(connection, unpublished),
    counters: new CounterStore(connection),
    sessionCounters: new SessionCounterStore(connection),
    levelRevisions: new LevelRevisionStore(connection),
    space: new OutboxSpace(connection),
    thinOut: new ThinOut(connection, discard, bounds.thinOutIntervalSeconds),
    gapReporter: new GapReporter(connection, discard, bounds.gapReportSeconds),
  };
}
