import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { ok } from '@meetbrug/protocols/result';
import { expect, test, vi } from 'vitest';
import { PUBLIC_OF_OPEN_CLOUD } from '../access/read-scope.ts';
import type { ReadPool } from '../read/read-pool.ts';
import { createQueryRoutes } from './query-routes.ts';

const PART_BYTES = 100_000;
const PATH = '/api/v1/datastreams/a.b.luchttemperatuur.d/observations?format=csv';

/** A read side whose series never ends, and which counts what it was asked. */
function endlessReaders() {
  const asked = { parts: 0 };
  const run = async () => {
    asked.parts += 1;
    const selected = { datastreams: [1], fromMs: 0, toMs: 1 };
    return ok({ kind: 'part', body: new Uint8Array(PART_BYTES).fill(120), rows: 1, cursor: '1.1', selected });
  };
  return { asked, readers: { run } as unknown as Pick<ReadPool, 'run'> };
}

async function serve(exportsMax: number) {
  const { asked, readers } = endlessReaders();
  const app = createQueryRoutes({
    readers,
    scopeOf: () => PUBLIC_OF_OPEN_CLOUD,
    publicBaseUrl: 'http://127.0.0.1',
    nowMs: () => 0,
    startTimer: () => () => undefined,
    limits: { exportsMax, readsAtOnce: 1, stalledAfterMs: 1_000 },
  });
  const server = createServer(getRequestListener(app.fetch)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const open = async () => {
    const request = get({ port, host: '127.0.0.1', path: PATH });
    const [response] = await once(request, 'response');
    return { request, response };
  };
  return { asked, open, stop: () => server.closeAllConnections() ?? server.close() };
}

test('an export is read only as fast as it is taken, and no more once its reader has gone', async () => {
  const { asked, open, stop } = await serve(1);
  const first = await open();
  // What sockets hold is filled, and then nothing is read any more.
  let before = -1;
  await vi.waitUntil(
    () => {
      const isStill = asked.parts === before;
      before = asked.parts;
      return isStill && before > 1;
    },
    { interval: 100, timeout: 10_000 },
  );
  expect(asked.parts * PART_BYTES).toBeLessThan(20_000_000);

  const second = await open();
  expect(second.response.statusCode).toBe(429);
  second.response.resume();
  const whileOpen = asked.parts;
  first.request.destroy();
  // There is room again, so the first was given up.
  await vi.waitUntil(
    async () => {
      const third = await open();
      const isOpen = third.response.statusCode === 200;
      third.request.destroy();
      return isOpen;
    },
    { interval: 50, timeout: 10_000 },
  );
  // One part for the third, and what its socket took at once.
  expect((asked.parts - whileOpen) * PART_BYTES).toBeLessThan(20_000_000);
  stop();
});
