import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../fleet/seeded-random.ts';
import { canSimulatePowerCut, volatileDiskEnvironment } from './compile-shim.ts';
import { cutPower, type Survival } from './cut-power.ts';

const CHILD = fileURLToPath(new URL('./committing-child.ts', import.meta.url));
const ROUNDS = 5;
const ROUNDS_MAX = 60;
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'power-cut-'));
  folders.push(folder);
  return folder;
}

/** Runs the child until it has reported row `rows`, kills it, cuts the power; the highest row that it reported. */
async function commitThenCut(folder: string, synchronous: string, survival: Survival, rows: number, seed: number) {
  const file = join(folder, 'entries.sqlite');
  const child = spawn(process.execPath, [CHILD, file, synchronous], {
    env: { ...process.env, ...volatileDiskEnvironment(folder) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let output = '';
  const lastReported = () => Number(output.slice(0, output.lastIndexOf('\n')).split('\n').at(-1));
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    output += chunk;
    if (lastReported() >= rows) child.kill('SIGKILL');
  }
  expect((await exited)[1]).toBe('SIGKILL');
  return { reported: lastReported(), cut: cutPower(folder, survival, seededRandom(seed)), file };
}

/** The rows that are left; checks the file too. A file that has lost even its table holds none. */
function rowsIn(file: string): number {
  const database = new Database(file, { readonly: false });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'entry'").get();
  const rows = table === undefined ? 0 : Number(database.prepare('SELECT count(*) FROM entry').pluck().get());
  database.close();
  return rows;
}

describe.skipIf(!canSimulatePowerCut())('a simulated power cut', () => {
  it.each(['synced-only', 'torn', 're-ordered'] as const)(
    'keeps every row committed with synchronous=FULL (%s)',
    async (survival) => {
      const folder = newFolder();
      // A cut that meets no write under way shows nothing: until one has, the power goes again.
      const mustMeetWrite = survival !== 'synced-only';
      let hasMetWrite = false;
      for (let round = 1; round <= ROUNDS || (mustMeetWrite && !hasMetWrite && round <= ROUNDS_MAX); round += 1) {
        const { reported, cut, file } = await commitThenCut(folder, 'FULL', survival, round * 60, round);
        hasMetWrite ||= cut.changesTorn + cut.changesKept > 0;
        expect(rowsIn(file)).toBeGreaterThanOrEqual(reported);
      }
      expect(hasMetWrite).toBe(mustMeetWrite);
    },
  );

  it.each(['OFF', 'NORMAL'])(
    'loses rows committed with synchronous=%s, so that a weaker setting is seen',
    async (mode) => {
      const { reported, cut, file } = await commitThenCut(newFolder(), mode, 'synced-only', 15, 1);
      expect(cut.changesLost).toBeGreaterThan(0);
      expect(rowsIn(file)).toBeLessThan(reported);
    },
  );
});
