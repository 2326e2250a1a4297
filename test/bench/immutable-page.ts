import { createFleet, firstMessages } from '../fleet/create-fleet.ts';
import { publishFleet } from '../fleet/publish-fleet.ts';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { BENCH_FLEET } from './bench-fleet.ts';
import { type Bench, type BenchRow, median } from './bench-row.ts';
import { startChild } from './child.ts';
import { fetchRaw, type RawAnswer } from './fetch-raw.ts';

const CONNECTIONS = 16;
const SECONDS = 3;
const STREAM = 'heat-stress';

async function load(port: string, path: string): Promise<number> {
  const client = startChild('load-http.ts', [port, path, String(CONNECTIONS), String(SECONDS)]);
  return (await client.next<{ requestsPerSecond: number }>()).requestsPerSecond;
}

/** Waits until the first page of the stream is full, and returns its one answer. */
async function fullPage(url: string): Promise<RawAnswer> {
  const deadlineMs = Date.now() + 60_000;
  while (Date.now() < deadlineMs) {
    const answer = await fetchRaw(url);
    if (String(answer.headers['cache-control']).includes('immutable')) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} did not fill in time`);
}

async function measureBare({ headers, body }: RawAnswer): Promise<number> {
  const { date, connection, 'keep-alive': keepAlive, 'transfer-encoding': transfer, ...own } = headers;
  const server = startChild('baseline/bare-http.ts');
  try {
    server.process.send({ body: body.toString('base64'), headers: { ...own, 'content-length': body.length } });
    const { port } = await server.next<{ port: number }>();
    return await load(String(port), '/');
  } finally {
    await server.stop();
  }
}

async function measure(installation: Installation): Promise<BenchRow> {
  const url = `${installation.viewUrl(STREAM)}/page/0`;
  const answer = await fullPage(url);
  const { port, pathname } = new URL(url);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    bare.push(await measureBare(answer));
    ours.push(await load(port, pathname));
  }
  return {
    what: `immutable page of 250 members, gzip, ${answer.body.length.toLocaleString('en')} bytes, warm`,
    unit: 'requests/s',
    ours: median(ours),
    baseline: { what: 'bare node:http', value: median(bare) },
    budget: { ratio: 0.8 },
  };
}

export const immutablePage: Bench = {
  name: 'immutable-page',
  about: 'a closed page over HTTP, beside a server that sends the same bytes and knows nothing else',
  run: async () => {
    const installation = await createInstallation({ fleet: createFleet(BENCH_FLEET) });
    try {
      await installation.cloud.start();
      await installation.edge.start();
      await publishFleet({
        url: installation.edgeMqttUrl,
        clientId: 'bench-page',
        messages: firstMessages(createFleet(BENCH_FLEET), Date.now(), 1_000),
        pace: 'flat-out',
        windowMax: 100,
      });
      return [await measure(installation)];
    } finally {
      await installation.remove();
    }
  },
};
