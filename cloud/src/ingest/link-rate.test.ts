import { DELIVERY_VERSION } from '@meetbrug/protocols/delivery';
import { fail, ok } from '@meetbrug/protocols/result';
import { connectAsync } from 'mqtt';
import { expect, onTestFinished, test } from 'vitest';
import { startLink } from './start-link.ts';

const SECRET = 'a-secret-of-a-test-edge';
const PER_SECOND = 20;

async function connectEdge(port: number, name: string) {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    username: name,
    password: SECRET,
    reconnectPeriod: 0,
  });
  onTestFinished(() => client.endAsync(true));
  return async (count: number) => {
    const publications = Array.from({ length: count }, () =>
      client.publishAsync(`meetbrug/v1/${name}/batch`, Buffer.of(0), { qos: 1 }),
    );
    await Promise.all(publications);
    return performance.now();
  };
}

test('an edge that delivers faster than it may is slowed, loses nothing and slows nobody else', async () => {
  let taken = 0;
  const refused: string[] = [];
  const edge = (name: string) => ({ name, organisation: 'demo', secret: SECRET });
  const link = await startLink(
    {
      host: '127.0.0.1',
      port: 0,
      connectionsMax: 10,
      packetBytesMax: 65_536,
      messagesPerSecondMax: PER_SECOND,
      bytesPerSecondMax: 1_000_000,
      edges: [edge('edge-a'), edge('edge-b')],
      gateways: { certificate: () => fail('unknown-certificate', ''), isRevoked: () => false },
      endpointTls: undefined,
      brokerAccess: undefined,
    },
    {
      async onBatch() {
        taken += 1;
        return ok(undefined);
      },
      onHello: async () => ({ version: DELIVERY_VERSION, last: null, highestSequence: 0 }),
      onRefused: ({ reason }) => void refused.push(reason),
      onTakenOver: () => undefined,
      onBroker: () => undefined,
    },
  );
  onTestFinished(link.stop);
  const [fast, modest] = [await connectEdge(link.port, 'edge-a'), await connectEdge(link.port, 'edge-b')];
  const startedMs = performance.now();
  const [fastEndMs, modestEndMs] = await Promise.all([fast(2 * PER_SECOND), modest(PER_SECOND / 2)]);
  // A second of the rate goes at once, the second one takes its time; a little less for the timer's rounding.
  expect(fastEndMs - startedMs).toBeGreaterThan(950);
  expect(modestEndMs).toBeLessThan(fastEndMs - 500);
  expect([taken, refused]).toEqual([2.5 * PER_SECOND, []]);
});
