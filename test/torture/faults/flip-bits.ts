import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { SeededRandom } from '../../fleet/seeded-random.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { forgetJournals } from '../../power-cut/cut-power.ts';
import { readEdgeStatus } from '../edge-status.ts';
import type { Fault, Round } from '../fault.ts';
import type { TortureStand } from '../torture-stand.ts';
import { gatherBacklog } from './gather-backlog.ts';
import { restartIfEnded } from './kill-and-restart.ts';

const BACKLOG_UPLINKS = 150;
const FLIPS_MAX = 4;
const DELIVERED_TIMEOUT_MS = 30_000;
const PAGE_BYTES = 8_192;

/** A card that ages: bits of the outbox turn while the edge is off. What cannot be read back must be reported. */
export const FLIPPED_BITS: Fault = {
  name: 'flipped-bits',
  tally: 'damage',
  async apply(round: Round) {
    await gatherBacklog(round, BACKLOG_UPLINKS);
    const dataDir = round.stand.dataDir('edge');
    flipBits(join(dataDir, 'outbox.db'), round.random);
    forgetJournals(dataDir);
    round.stand.link.setWeather({ kind: 'clear' });
    await round.stand.installation.edge.start();
    await waitUntilDeliveredBySupervisor(round.stand);
    round.fleet.resume();
  },
};

/** The edge ends when it meets a page that SQLite cannot read, and sets the file aside when it is started again. */
async function waitUntilDeliveredBySupervisor(stand: TortureStand): Promise<void> {
  await waitFor(
    async () => {
      await restartIfEnded(stand, 'edge');
      return (await readEdgeStatus(stand))?.cloud.behindUplinks === 0 ? true : undefined;
    },
    DELIVERED_TIMEOUT_MS,
    () => `the edge does not come to the end of a damaged outbox\n${stand.installation.edge.output().slice(-3_000)}`,
  );
}

/** Bits of pages that hold uplinks: the write-ahead log is brought into the file first. */
function flipBits(file: string, random: SeededRandom): void {
  const pages = pagesOfUplinks(file);
  const descriptor = openSync(file, 'r+');
  const flips = random.between(1, FLIPS_MAX);
  for (let flip = 0; flip < flips; flip += 1) {
    const page = pages[random.between(0, pages.length - 1)] as number;
    const at = Math.min((page - 1) * PAGE_BYTES + random.between(0, PAGE_BYTES - 1), statSync(file).size - 1);
    const byte = Buffer.alloc(1);
    readSync(descriptor, byte, 0, 1, at);
    byte.writeUInt8(byte.readUInt8() ^ (1 << random.between(0, 7)));
    writeSync(descriptor, byte, 0, 1, at);
  }
  closeSync(descriptor);
}

/** The leaves of the table of uplinks. Closing the file moves the write-ahead log into it. */
function pagesOfUplinks(file: string): number[] {
  const database = new Database(file);
  const root = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'uplinks'").pluck().get() as number;
  const pageBytes = database.pragma('page_size', { simple: true });
  if (pageBytes !== PAGE_BYTES) throw new Error(`pages of ${pageBytes} bytes`);
  database.close();
  const descriptor = openSync(file, 'r');
  const pages = leavesBelow(descriptor, root);
  closeSync(descriptor);
  return pages;
}

const INTERIOR_TABLE = 5;
const INTERIOR_HEADER_BYTES = 12;

/** SQLite's file format, section 1.6: an interior page names its children by page number. */
function leavesBelow(descriptor: number, page: number): number[] {
  const bytes = Buffer.alloc(PAGE_BYTES);
  readSync(descriptor, bytes, 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
  if (bytes[0] !== INTERIOR_TABLE) return [page];
  const cells = bytes.readUInt16BE(3);
  const children = Array.from({ length: cells }, (_, cell) =>
    bytes.readUInt32BE(bytes.readUInt16BE(INTERIOR_HEADER_BYTES + cell * 2)),
  );
  return [...children, bytes.readUInt32BE(8)].flatMap((child) => leavesBelow(descriptor, child));
}
