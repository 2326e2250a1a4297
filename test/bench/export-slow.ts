import { once } from 'node:events';
import { statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type BenchCloud, createBenchCloud } from './bench-cloud.ts';
import { type Bench, quantile } from './bench-row.ts';
import { openDelivery } from './deliver-batches.ts';
import { batchesOf, exportBatch } from './export-batches.ts';
import { exportUrl, fillForExport, idleMemory } from './export-rows.ts';

const READERS = 100;
const BYTES_PER_SECOND = 1_000;
const SECONDS = 60;
const ROWS = 200_000;
const MEBIBYTE = 1_048_576;
/** Between two asks for a page. */
const PAUSE_MS = 20;

/** A reader that takes a thousand bytes a second; the rest waits in its socket and at the server. */
async function openSlowReader(cloud: BenchCloud): Promise<{ taken: () => number; stop: () => void }> {
  const socket: Socket = connect({ port: cloud.httpPort, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const { pathname, search } = new URL(exportUrl(cloud, 'csv', 'recent'));
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: cloud\r\n\r\n`);
  let taken = 0;
  const timer = setInterval(() => {
    taken +=
      (socket.read(Math.min(BYTES_PER_SECOND, Math.max(1, socket.readableLength))) as Buffer | null)?.length ?? 0;
  }, 1_000);
  socket.pause();
  return {
    taken: () => taken,
    stop: () => {
      clearInterval(timer);
      socket.destroy();
    },
  };
}

/** Milliseconds that each page took, one asked for after the other until the time is over. */
async function timePages(url: string, untilMs: number): Promise<number[]> {
  const times: number[] = [];
  while (performance.now() < untilMs) {
    const begun = performance.now();
    const response = await fetch(url, { headers: { Accept: 'text/turtle' } });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`${url} answers ${response.status}`);
    times.push(performance.now() - begun);
    await delay(PAUSE_MS);
  }
  return times;
}

/** One batch of 500 observations a second; the most that the write-ahead log ever was. */
async function ingest(cloud: BenchCloud, untilMs: number): Promise<number> {
  const delivery = await openDelivery(cloud.target);
  let walBytes = 0;
  for (let number = batchesOf(ROWS); performance.now() < untilMs; number += 1) {
    const wait = delay(1_000);
    await delivery.deliver([exportBatch(number, 'recent')]);
    walBytes = Math.max(walBytes, statSync(join(cloud.dataDir, 'cloud.sqlite-wal')).size);
    await wait;
  }
  await delivery.end();
  return walBytes;
}

export const exportSlow: Bench = {
  name: 'export-slow',
  about: `${READERS} exports at ${BYTES_PER_SECOND} bytes a second for ${SECONDS} s, 500 observations a second beside them (only with --full)`,
  run: async ({ full }) => {
    if (!full) return [];
    const cloud = await createBenchCloud();
    try {
      await cloud.program.start();
      await fillForExport(cloud, ROWS, 'recent');
      await cloud.restartCold();
      const idleMegabytes = await idleMemory(cloud);
      cloud.forgetPeak();
      const readers = await Promise.all(Array.from({ length: READERS }, () => openSlowReader(cloud)));
      const untilMs = performance.now() + SECONDS * 1_000;
      const [times, walBytes] = await Promise.all([
        timePages(`${cloud.viewUrl('by-page')}/page/0`, untilMs),
        ingest(cloud, untilMs),
      ]);
      const least = Math.min(...readers.map(({ taken }) => taken()));
      const above = cloud.usage().peakResidentMegabytes - idleMegabytes;
      for (const reader of readers) reader.stop();
      if (least < (SECONDS * BYTES_PER_SECOND) / 2) throw new Error(`a reader got ${least} bytes`);
      const what = `${READERS} slow exports`;
      return [
        { what: `${what}: write-ahead log, most`, unit: 'MiB', ours: walBytes / MEBIBYTE, budget: { atMost: 64 } },
        { what: `${what}: page, p99`, unit: 'ms', ours: quantile(times, 0.99), budget: { atMost: 50 } },
        { what: `${what}: peak memory above idle`, unit: 'MB', ours: above, budget: {} },
      ];
    } finally {
      await cloud.remove();
    }
  },
};
