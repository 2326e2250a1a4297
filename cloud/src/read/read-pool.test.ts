import type { DatastreamKey } from '@meetbrug/protocols/observation';
import { expect, onTestFinished, test } from 'vitest';
import { PUBLIC_OF_OPEN_CLOUD } from '../access/read-scope.ts';
import { type ReadPool, startReadPool } from './read-pool.ts';

/** A worker that echoes a key, never answers for "hang", and ends for "die". */
const WORKER = `
import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ id, task }) => {
  if (task.key === 'hang') for (;;);
  if (task.key === 'die') process.exit(1);
  parentPort.postMessage({ id, answer: { kind: 'part', body: task.key } });
});
parentPort.postMessage({ id: 0 });`;

/** A worker that takes a while to load, and leaves a mark when it has. */
const LOADING_WORKER = `
import { parentPort, workerData } from 'node:worker_threads';
Atomics.wait(workerData, 0, 0, 300);
Atomics.store(workerData, 1, 1);
parentPort.postMessage({ id: 0 });`;

function startPool(settings: { workers?: number; waitingMax?: number; deadlineMs?: number }): ReadPool {
  const pool = startReadPool({
    module: new URL(`data:text/javascript,${encodeURIComponent(WORKER)}`),
    workerData: undefined,
    workers: 1,
    waitingMax: 10,
    deadlineMs: 10_000,
    ...settings,
  });
  onTestFinished(() => pool.stop());
  return pool;
}

function ask(key: string) {
  return { kind: 'query', ask: 'datastream', key: key as DatastreamKey, encoding: 'identity' } as const;
}

test('readers answer every task that waits', async () => {
  const pool = startPool({ workers: 2 });
  const answers = await Promise.all(['a', 'b', 'c', 'd'].map((key) => pool.run(ask(key), PUBLIC_OF_OPEN_CLOUD)));
  expect(answers.map((answer) => answer.ok && answer.value)).toEqual(
    ['a', 'b', 'c', 'd'].map((body) => ({ kind: 'part', body })),
  );
});

test('a reader past its deadline is replaced and what waited behind it is answered', async () => {
  const pool = startPool({ deadlineMs: 300 });
  const [late, next] = await Promise.all([
    pool.run(ask('hang'), PUBLIC_OF_OPEN_CLOUD),
    pool.run(ask('a'), PUBLIC_OF_OPEN_CLOUD),
  ]);
  expect(late).toMatchObject({ ok: false, fault: { code: 'deadline' } });
  expect(next).toMatchObject({ ok: true });
  expect(pool.replaced()).toBe(1);
});

test('a reader that ends fails its own task only', async () => {
  const pool = startPool({});
  const [dead, next] = await Promise.all([
    pool.run(ask('die'), PUBLIC_OF_OPEN_CLOUD),
    pool.run(ask('a'), PUBLIC_OF_OPEN_CLOUD),
  ]);
  expect(dead).toMatchObject({ ok: false, fault: { code: 'read-failed' } });
  expect(next).toMatchObject({ ok: true });
});

test('what is behind waits for all else, and keeps one reader busy at most', async () => {
  const pool = startPool({ workers: 2 });
  const settled: string[] = [];
  const asked = (key: string, turn: 'first' | 'behind') =>
    pool.run(ask(key), PUBLIC_OF_OPEN_CLOUD, turn).then(() => settled.push(key));
  await Promise.all([
    asked('behind', 'behind'),
    asked('behind again', 'behind'),
    ...['a', 'b', 'c', 'd', 'e', 'f'].map((key) => asked(key, 'first')),
  ]);
  // The other reader may still be at the last of the others when it ends.
  expect(settled.slice(-2)).toContain('behind again');

  const alone = startPool({ workers: 2, deadlineMs: 3_000 });
  const hanging = alone.run(ask('hang'), PUBLIC_OF_OPEN_CLOUD, 'behind');
  expect(await alone.run(ask('a'), PUBLIC_OF_OPEN_CLOUD)).toMatchObject({ ok: true });
  const other = alone.run(ask('b'), PUBLIC_OF_OPEN_CLOUD, 'behind');
  expect(await hanging).toMatchObject({ ok: false, fault: { code: 'deadline' } });
  expect(await other).toMatchObject({ ok: true });
});

test('more tasks than may wait are refused at once', async () => {
  const pool = startPool({ waitingMax: 1 });
  const running = pool.run(ask('hang'), PUBLIC_OF_OPEN_CLOUD);
  const waiting = pool.run(ask('a'), PUBLIC_OF_OPEN_CLOUD);
  expect(await pool.run(ask('b'), PUBLIC_OF_OPEN_CLOUD)).toMatchObject({ ok: false, fault: { code: 'readers-busy' } });
  await pool.stop();
  expect(await Promise.all([running, waiting])).toMatchObject([
    { ok: false, fault: { code: 'readers-stopped' } },
    { ok: false, fault: { code: 'readers-stopped' } },
  ]);
});

test('readers that are still loading are not ended amid it', async () => {
  const marks = new Int32Array(new SharedArrayBuffer(8));
  const pool = startReadPool({
    module: new URL(`data:text/javascript,${encodeURIComponent(LOADING_WORKER)}`),
    workerData: marks,
    workers: 1,
    waitingMax: 1,
    deadlineMs: 10_000,
  });
  await pool.stop();
  expect(marks[1]).toBe(1);
});
