import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { HEAT_SAMPLE, sampleMessage, temporaryDirectory } from '@meetbrug/edge/src/testing/edge-fixture.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ReplayStand } from './replay-stand.ts';

const SCRIPT = fileURLToPath(new URL('./replay-until-done.ts', import.meta.url));
const HEAD = 'edge: demo-edge\norganisation: demo\nhealth: { signal: false }\n';
const KNOWN = `devices:
  - { devEui: "24E124136C140001", profile: milesight-em300-th, at: { name: plein, label: Plein, longitude: 3.7, latitude: 51 } }
`;
const UPLINKS = 3_000;
const KILLS = 4;

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

describe('a replay whose process is killed again and again', () => {
  it('loses nothing and takes nothing twice', async () => {
    const file = join(directory.path, 'edge.yaml');
    const before = new ReplayStand(directory.path);
    writeFileSync(file, `${HEAD}devices: []\n`);
    await before.configure(file);
    for (let fCnt = 1; fCnt <= UPLINKS; fCnt += 1)
      before.take(sampleMessage(HEAT_SAMPLE, { fCnt, time: timeOf(fCnt) }));
    before.request();
    before.outbox.close();
    writeFileSync(file, HEAD + KNOWN);

    const killedAt: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = spawn(process.execPath, [SCRIPT, directory.path, file], { stdio: 'ignore' });
      const exited = once(child, 'exit');
      const reached = killedAt.at(-1) ?? 0;
      while (rowsTaken() <= reached) await delay(5);
      child.kill('SIGKILL');
      await exited;
      killedAt.push(rowsTaken());
    }
    const middle = killedAt.filter((count) => count > 0 && count < UPLINKS);
    expect(middle.length).toBe(KILLS);
    const last = spawn(process.execPath, [SCRIPT, directory.path, file], { stdio: 'inherit' });
    expect((await once(last, 'exit'))[0]).toBe(0);

    const after = new ReplayStand(directory.path);
    expect(after.reasons()).toEqual([]);
    const begins = after.begins('air-temperature');
    expect(begins).toHaveLength(UPLINKS);
    expect(new Set(begins).size).toBe(UPLINKS);
    after.outbox.close();
  }, 120_000);
});

function timeOf(fCnt: number): string {
  return new Date(Date.UTC(2026, 10, 20) + fCnt * 60_000).toISOString();
}

function rowsTaken(): number {
  return ReplayStand.rowCount(directory.path);
}
