import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMovableClock } from './movable-clock.ts';

const PROGRAM = `
process.stdin.on('data', () =>
  console.log(JSON.stringify([Date.now(), new Date().getTime(), new Date(5).getTime(), new Date().getTimezoneOffset()])));`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'movable-clock-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('moves the clock of a program that runs, and only its clock', async () => {
  const clock = createMovableClock(folder);
  const child = spawn(process.execPath, [...clock.nodeArguments, '--input-type=module', '-e', PROGRAM], {
    env: { ...process.env, ...clock.environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ask = async () => {
    child.stdin.write('\n');
    return JSON.parse(String((await lines.next()).value)) as [number, number, number, number];
  };
  await ask();
  for (const day of ['1970-01-01', '2026-07-01', '2026-12-01']) {
    const ms = Date.parse(`${day}T12:00:00Z`);
    clock.setTo(ms);
    const [now, fresh, given, zoneMinutes] = await until(ask, (said) => Math.abs(said[0] - ms) < 60_000);
    expect([Math.abs(fresh - now) < 1_000, given, zoneMinutes]).toEqual([true, 5, day === '2026-07-01' ? -120 : -60]);
  }
  child.stdin.end();
});

/** Asks again: the program looks at its clock's file every few milliseconds. */
async function until<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const answer = await ask();
  return holds(answer) ? answer : until(ask, holds);
}
