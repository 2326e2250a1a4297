import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../fleet/seeded-random.ts';
import { canSimulatePowerCut, volatileDiskEnvironment } from './compile-shim.ts';
import { cutPower } from './cut-power.ts';
import { createDiskControl, type DiskControl } from './disk-control.ts';

let folder: string;
let control: DiskControl;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'disk-faults-'));
  control = createDiskControl(folder);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs statements against the simulated disk; they see `fs` and `file(name)`. Returns what they printed. */
function onDisk(statements: string): string {
  const script = `import * as fs from 'node:fs';
    const file = (name) => ${JSON.stringify(folder)} + '/' + name;
    const syncFolder = () => { const d = fs.openSync(file('.'), 'r'); fs.fsyncSync(d); fs.closeSync(d); };
    const write = (name, at, text) => { const d = fs.openSync(file(name), fs.existsSync(file(name)) ? 'r+' : 'w+');
      fs.writeSync(d, text, at); return { sync() { fs.fsyncSync(d); return this; }, close() { fs.closeSync(d); } }; };
    const codeOf = (run) => { try { run(); return 'done'; } catch (error) { return error.code; } };
    ${statements}`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, ...volatileDiskEnvironment(folder), ...control.environment },
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

const cut = (survival: Parameters<typeof cutPower>[1] = 'synced-only', seed = 1) =>
  cutPower(folder, survival, seededRandom(seed));
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const WRITE_DURABLY = "write('a', 0, 'first').sync().close(); syncFolder();";

describe.skipIf(!canSimulatePowerCut())('the simulated disk', () => {
  it('forgets a file whose directory was not synced, and keeps one whose directory was', () => {
    onDisk(`${WRITE_DURABLY} write('b', 0, 'second').sync().close();`);
    expect(cut().entriesReverted).toBe(1);
    expect([read('a'), existsSync(join(folder, 'b'))]).toEqual(['first', false]);
  });

  it('brings back a file that was deleted, renamed, written over by a rename or emptied', () => {
    onDisk(`for (const name of ['gone', 'old', 'target', 'emptied']) write(name, 0, name).sync().close();
      write('new', 0, 'new').sync().close(); syncFolder();
      fs.rmSync(file('gone')); fs.renameSync(file('old'), file('other')); fs.renameSync(file('new'), file('target'));
      fs.writeFileSync(file('emptied'), '');`);
    expect([existsSync(join(folder, 'gone')), read('other'), read('target')]).toEqual([false, 'old', 'new']);
    cut();
    const names = readdirSync(folder).filter((name) => !name.startsWith('.') && !name.endsWith('.so'));
    expect(names.sort().map((name) => [name, read(name)])).toEqual(
      ['emptied', 'gone', 'new', 'old', 'target'].map((name) => [name, name]),
    );
  });

  it('keeps any of the unsynced changes when it re-orders, some of them torn', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 20; seed += 1) {
      onDisk(`${WRITE_DURABLY} const d = fs.openSync(file('a'), 'r+');
        fs.writeSync(d, 'F', 0); fs.writeSync(d, 'R', 2);`);
      cut('re-ordered', seed);
      seen.add(read('a'));
      rmSync(join(folder, 'a'));
    }
    expect([...seen].sort()).toEqual(['FiRst', 'First', 'fiRst', 'first']);
  });

  it('loses what a failed sync left in the cache, whatever is synced later, unless it is written again', () => {
    control.failSync(2);
    const said = onDisk(`${WRITE_DURABLY}
      console.log(codeOf(() => write('a', 0, 'FI').sync()), fs.readFileSync(file('a'), 'utf8'));
      write('a', 0, 'f').sync().close(); write('a', 4, 'T').sync().close();`);
    expect(said).toBe('EIO FIrst\n');
    expect(control.counts().failedSyncs).toBe(1);
    expect(read('a')).toBe('fIrsT');
    cut('re-ordered');
    expect(read('a')).toBe('firsT');
  });

  it('has no room and takes only what has its place already, until it is healed', () => {
    onDisk(WRITE_DURABLY);
    control.setFull(true);
    expect(onDisk("console.log(codeOf(() => write('a', 4, 'ts')), codeOf(() => write('a', 0, 'F')))")).toBe(
      'ENOSPC done\n',
    );
    control.heal();
    expect(onDisk("console.log(codeOf(() => write('a', 4, 'ts')))")).toBe('done\n');
    expect(read('a')).toBe('Firsts');
  });

  it('takes nothing when it is read-only', () => {
    onDisk(WRITE_DURABLY);
    control.setReadOnly(true);
    const attempts = [
      "write('a', 0, 'F')",
      "write('b', 0, 'b')",
      "fs.unlinkSync(file('a'))",
      "fs.renameSync(file('a'), file('b'))",
    ];
    const codes = attempts.map((attempt) => `codeOf(() => ${attempt})`).join(', ');
    expect(onDisk(`console.log(${codes}, fs.readFileSync(file('a'), 'utf8'))`)).toBe('EROFS EROFS EROFS EROFS first\n');
    expect(control.counts().refusedWrites).toBe(4);
  });
});
