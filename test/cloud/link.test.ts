import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStoreForReading } from '@meetbrug/cloud/src/log/open-store.ts';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestCloud, withFolder } from './test-cloud.ts';
import { closeOf, connect, connectEdge, EPOCH, encodeBatch, heatDescription, T0, uplink } from './test-edge.ts';

let folder = '';
let cloud: Cloud;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meetbrug-link-'));
  cloud = await startTestCloud({ dataDir: folder, packetBytesMax: 65_536 });
});
afterAll(async () => {
  await cloud.stop();
  rmSync(folder, { recursive: true });
});

async function counter(name: string): Promise<number> {
  const line = (await cloud.metrics.registry.metrics()).split('\n').find((text) => text.startsWith(name));
  return Number(line?.split(' ').at(-1) ?? 0);
}

describe('the link', () => {
  test('acknowledges a batch after its log has committed', async () => {
    const edge = await connectEdge(cloud.ports.mqtt);
    const description = heatDescription(1);
    const batch = { datastreams: [[description.datastream, 1]] as const, descriptions: [description] };
    // The PUBACK itself promises the commit: a second connection to the store sees it at that moment.
    await edge.publish('batch', encodeBatch({ ...batch, uplinks: [uplink(1, T0, '21.5')] }));
    const store = openStoreForReading(join(folder, 'cloud.sqlite'));
    expect(store.prepare('SELECT mantissa, scale FROM log').all()).toEqual([{ mantissa: 215, scale: 1 }]);
    store.close();
    const acknowledgement = await edge.deliver({ ...batch, uplinks: [uplink(2, T0 + 60_000, '21.6')] });
    expect(acknowledgement.acknowledged.at(-1)?.at(-1)).toBe(2);
    await edge.end();
  });

  test('welcomes an edge with the highest sequence it knows', async () => {
    const edge = await connectEdge(cloud.ports.mqtt);
    expect(await edge.hello()).toEqual({ version: 1, last: { epoch: EPOCH, sequence: 2 }, highestSequence: 2 });
    await edge.end();
    const other = await connectEdge(cloud.ports.mqtt, 'edge-b');
    expect(await other.hello()).toEqual({ version: 1, last: null, highestSequence: 0 });
    await other.end();
  });

  test('takes a body that nobody can read off the hands of the edge and goes on', async () => {
    const before = await counter('meetbrug_cloud_quarantined_total{reason="bad-compression"}');
    const edge = await connectEdge(cloud.ports.mqtt);
    await edge.publish('batch', Buffer.from([1, 9, 9, 9]));
    const description = heatDescription(1);
    const acknowledgement = await edge.deliver({
      datastreams: [[description.datastream, 1]],
      uplinks: [uplink(3, T0 + 120_000, '21.7')],
    });
    expect(acknowledgement.acknowledged).toEqual([[3, 3]]);
    expect(await counter('meetbrug_cloud_quarantined_total{reason="bad-compression"}')).toBe(before + 1);
    await edge.end();
  });

  test('commits a flood of batches in few groups and answers each', async () => {
    const edge = await connectEdge(cloud.ports.mqtt, 'edge-b');
    const description = heatDescription(7);
    await edge.deliver({ datastreams: [], descriptions: [description], uplinks: [] });
    const before = await counter('meetbrug_cloud_commit_seconds_count');
    const bodies = Array.from({ length: 200 }, (_, index) =>
      encodeBatch({ datastreams: [[description.datastream, 1]], uplinks: [uplink(index + 1, T0 + index, '1')] }),
    );
    await Promise.all(bodies.map((body) => edge.publish('batch', body)));
    await expect.poll(() => edge.acknowledgements.length).toBe(201);
    const sequences = edge.acknowledgements.flatMap(({ acknowledged }) => acknowledged.map(([from]) => from));
    expect(new Set(sequences)).toEqual(new Set(bodies.map((_, index) => index + 1)));
    expect((await counter('meetbrug_cloud_commit_seconds_count')) - before).toBeLessThan(bodies.length);
    await edge.end();
  });

  test.each([
    ['a wrong password', { password: 'wrong' }],
    ['an unknown name', { username: 'edge-z' }],
    ['no password', { username: 'edge-a', password: '' }],
    [
      'a will',
      { will: { topic: 'meetbrug/v1/edge-a/batch', payload: Buffer.from('x'), qos: 1 as const, retain: false } },
    ],
  ])('refuses a login with %s', async (_, options) => {
    const client = connect(cloud.ports.mqtt, 'edge-a', options);
    let connected = false;
    client.on('connect', () => {
      connected = true;
    });
    client.on('error', () => undefined);
    await closeOf(client);
    expect(connected).toBe(false);
    await client.endAsync(true);
  });

  test.each(['#', '+/v1/edge-a/welcome', 'meetbrug/v1/edge-b/acknowledgement', 'meetbrug/v1/edge-a/batch', '$SYS/#'])(
    'refuses a subscription to %s',
    async (filter) => {
      const edge = await connectEdge(cloud.ports.mqtt);
      const granted = await edge.client.subscribeAsync(filter, { qos: 1 }).then(
        (grants) => grants.map(({ qos }) => qos),
        () => [128],
      );
      expect(granted).toEqual([128]);
      await edge.end();
    },
  );

  test.each([
    ['the topic of another edge', 'meetbrug/v1/edge-b/batch', 1 as const],
    ['a topic of the cloud', 'meetbrug/v1/edge-a/acknowledgement', 1 as const],
    ['a system topic', '$SYS/edge-a/batch', 1 as const],
    ['its own topic with QoS 2', 'meetbrug/v1/edge-a/batch', 2 as const],
  ])('closes an edge that publishes on %s', async (_, topic, qos) => {
    const edge = await connectEdge(cloud.ports.mqtt);
    edge.client.on('error', () => undefined);
    const closed = closeOf(edge.client);
    edge.client.publish(topic, 'x', { qos });
    await closed;
    await edge.end();
  });

  test('closes a stranger who announces a large packet before it is there', async () => {
    const socket = connectSocket(cloud.ports.mqtt, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    socket.write(Buffer.from([0x10, 0x80, 0x80, 0x01]));
    await closed;
  });

  test('closes an edge whose packet is larger than configured', async () => {
    const edge = await connectEdge(cloud.ports.mqtt);
    edge.client.on('error', () => undefined);
    const closed = closeOf(edge.client);
    edge.client.publish('meetbrug/v1/edge-a/batch', Buffer.alloc(70_000), { qos: 1 });
    await closed;
    await edge.end();
  });
});

test('a clock far behind the log stops the acknowledgements until it is right again', async () => {
  await withFolder(async (dataDir) => {
    let nowMs = T0 + 3_600_000;
    const slow = await startTestCloud({ dataDir, nowMs: () => nowMs });
    const ready = async () => (await fetch(`${slow.publicBaseUrl}/readyz`)).status;
    const description = heatDescription(1);
    const datastreams = [[description.datastream, 1]] as const;
    const edge = await connectEdge(slow.ports.mqtt);
    await edge.deliver({ datastreams, descriptions: [description], uplinks: [uplink(1, T0, '1')] });
    expect(await ready()).toBe(200);

    nowMs -= 120_000;
    edge.client.on('error', () => undefined);
    const closed = closeOf(edge.client);
    edge.client.publish(
      'meetbrug/v1/edge-a/batch',
      Buffer.from(encodeBatch({ datastreams, uplinks: [uplink(2, T0 + 1, '2')] })),
      {
        qos: 1,
      },
    );
    await closed;
    expect(await ready()).toBe(503);
    expect(edge.acknowledgements).toHaveLength(1);
    await edge.end();

    nowMs += 120_000;
    const again = await connectEdge(slow.ports.mqtt);
    const acknowledgement = await again.deliver({ datastreams, uplinks: [uplink(2, T0 + 1, '2')] });
    expect(acknowledgement.acknowledged).toEqual([[2, 2]]);
    expect(await ready()).toBe(200);
    await again.end();
    await slow.stop();
  });
});
