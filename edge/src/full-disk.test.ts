import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RunningEdge, startEdge } from './main.ts';
import { StartError } from './start-error.ts';
import { HEAT_SAMPLE, RECEIVED_MS, sampleMessage, temporaryDirectory, testConfig } from './testing/edge-fixture.ts';

/** A file system of its own, 4 MB large: only an administrator can make one. */
function mountSmallDisk(directory: string, ...options: string[]): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', ['size=4m', ...options].join(','), 'tmpfs', directory]).status === 0;
}

const unmount = (directory: string) => execFileSync('umount', [directory]);

function canMount(): boolean {
  const { path, remove } = temporaryDirectory();
  const isMounted = mountSmallDisk(path);
  if (isMounted) unmount(path);
  remove();
  return isMounted;
}

const logger = pino({ level: 'silent' });
let disk: ReturnType<typeof temporaryDirectory>;
let edge: RunningEdge | undefined;
let fatalErrors: unknown[];

beforeEach(() => {
  disk = temporaryDirectory();
  fatalErrors = [];
});
afterEach(async () => {
  await edge?.stop();
  edge = undefined;
  unmount(disk.path);
  disk.remove();
});

async function start(): Promise<RunningEdge> {
  const onFatal = (error: unknown) => fatalErrors.push(error);
  edge = await startEdge(testConfig(), { dataDir: disk.path, logger, nowMs: () => RECEIVED_MS, onFatal });
  return edge;
}

const startFault = () =>
  start().then(
    () => undefined,
    (error: unknown) => error,
  );

/** Resolves with the acknowledgement; rejects when the edge closes the connection instead. */
async function publishHeat(frameCounter: number): Promise<void> {
  const client = await connectAsync(`mqtt://127.0.0.1:${edge?.ports.mqtt}`, { reconnectPeriod: 0 });
  const closed = new Promise((_, reject) => client.once('close', () => reject(new Error('closed'))));
  closed.catch(() => undefined);
  const { topic, payload } = sampleMessage(HEAT_SAMPLE, { fCnt: frameCounter });
  await Promise.race([client.publishAsync(topic, Buffer.from(payload), { qos: 1 }), closed]).finally(() =>
    client.endAsync(true),
  );
}

async function readiness(): Promise<{ readonly status: number; readonly body: string }> {
  const response = await fetch(`http://127.0.0.1:${edge?.ports.http}/readyz`);
  return { status: response.status, body: await response.text() };
}

async function behindUplinks(): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${edge?.ports.http}/`);
  return ((await response.json()) as { cloud: { behindUplinks: number } }).cloud.behindUplinks;
}

const filler = () => join(disk.path, 'filler');

/** Takes what is left of the disk. */
function fillDisk(): void {
  for (const bytes of [1_048_576, 65_536, 4_096]) {
    for (let part = 0; ; part += 1) {
      try {
        writeFileSync(`${filler()}-${bytes}-${part}`, Buffer.alloc(bytes));
      } catch {
        break;
      }
    }
  }
}

const clearDisk = () => execFileSync('find', [disk.path, '-name', 'filler*', '-delete']);

describe.skipIf(!canMount())('an edge whose disk is full', () => {
  it('refuses, says why, loses nothing it acknowledged, and goes on by itself when there is room', async () => {
    mountSmallDisk(disk.path);
    await start();
    let acknowledged = 0;
    const publishNext = async () => {
      await publishHeat(acknowledged + 1);
      acknowledged += 1;
    };
    await publishNext();
    fillDisk();
    await expect(
      (async () => {
        for (;;) await publishNext();
      })(),
    ).rejects.toThrow('closed');
    const full = await readiness();
    expect([full.status, full.body]).toEqual([503, expect.stringContaining('--data-dir')]);
    await expect(publishNext()).rejects.toThrow('closed');

    clearDisk();
    await vi.waitFor(async () => expect((await readiness()).status).toBe(200), { timeout: 10_000 });
    await publishNext();
    expect(await behindUplinks()).toBe(acknowledged);
    expect(fatalErrors).toEqual([]);
    await edge?.stop();
    await start();
    expect(await behindUplinks()).toBe(acknowledged);
  }, 60_000);

  it('to the last byte ends a start with one sentence that names --data-dir', async () => {
    mountSmallDisk(disk.path);
    fillDisk();
    const failed = await startFault();
    expect(failed).toBeInstanceOf(StartError);
    expect(String(failed)).toMatch(/--data-dir: cannot write in .*: the disk is full/);
  });

  it('or is mounted read-only ends with one sentence that names --data-dir', async () => {
    mountSmallDisk(disk.path);
    await start();
    await edge?.stop();
    edge = undefined;
    rmSync(join(disk.path, 'outbox.db-shm'), { force: true });
    execFileSync('mount', ['-o', 'remount,ro', disk.path]);
    const failed = await startFault();
    expect(failed).toBeInstanceOf(StartError);
    expect(String(failed)).toMatch(/--data-dir: cannot write in .*: it is read-only/);
  });
});
