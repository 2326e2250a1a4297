import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../harness/wait-for.ts';
import { type LinkProxy, startLinkProxy } from './link-proxy.ts';
import { PacketSplitter, publishedKind, redelivery } from './mqtt-packets.ts';

const TIMEOUT_MS = 5_000;

/** A PUBLISH at QoS 1 with the packet id `id`. */
function publish(kind: string, id: number, body = ''): Buffer {
  const topic = Buffer.from(`meetbrug/v1/demo-edge/${kind}`);
  const rest = Buffer.concat([Buffer.from([0, topic.length]), topic, Buffer.from([0, id]), Buffer.from(body)]);
  const length = rest.length < 128 ? [rest.length] : [(rest.length % 128) + 128, Math.floor(rest.length / 128)];
  return Buffer.concat([Buffer.from([0x32, ...length]), rest]);
}

/** `once` would reject for the error that a reset connection has first. */
async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()));
}

const PING = Buffer.from([0xc0, 0]);

describe('MQTT packets in a stream', () => {
  it('come out whole, wherever the stream is cut', () => {
    const packets = [publish('batch', 1, 'x'.repeat(300)), PING, publish('hello', 2)];
    const stream = Buffer.concat(packets);
    for (let step = 1; step <= stream.length; step += 1) {
      const splitter = new PacketSplitter();
      const found: Buffer[] = [];
      for (let at = 0; at < stream.length; at += step) found.push(...splitter.push(stream.subarray(at, at + step)));
      expect(found.map((packet) => packet.toString('hex'))).toEqual(packets.map((packet) => packet.toString('hex')));
    }
  });

  it('say what they publish, and are marked when they come again', () => {
    expect([publish('batch', 1, 'x'.repeat(300)), publish('hello', 1), PING].map(publishedKind)).toEqual([
      'batch',
      'hello',
      undefined,
    ]);
    expect(redelivery(publish('batch', 1))[0]).toBe(0x3a);
  });
});

describe('the line between edge and cloud', () => {
  let proxy: LinkProxy;
  let cloud: Server;
  let arrived: Buffer[];
  let cloudSide: Socket | undefined;
  let edgeSides: Socket[];

  beforeEach(async () => {
    arrived = [];
    edgeSides = [];
    cloud = createServer((socket) => {
      cloudSide = socket;
      const splitter = new PacketSplitter();
      socket.on('data', (chunk: Buffer) => arrived.push(...splitter.push(chunk))).on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(cloud, 'listening');
    proxy = await startLinkProxy();
    proxy.setTarget((cloud.address() as AddressInfo).port);
  });

  afterEach(async () => {
    for (const socket of edgeSides) socket.destroy();
    await proxy.close();
    cloudSide?.destroy();
    cloud.close();
  });

  async function dial(): Promise<Socket> {
    const socket = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
    edgeSides.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  const ids = () => arrived.map((packet) => packet.at(-1));
  const arrivedAre = (expected: readonly number[]) =>
    waitFor(
      () => (JSON.stringify(ids()) === JSON.stringify(expected) ? true : undefined),
      TIMEOUT_MS,
      () => `arrived: ${ids()}`,
    );

  it('is clear, and then cut for the connected and for whoever dials', async () => {
    const edge = await dial();
    edge.write(publish('batch', 1));
    await arrivedAre([1]);
    proxy.setWeather({ kind: 'cut' });
    await closed(edge);
    await closed(connect(proxy.port, '127.0.0.1').on('error', () => undefined));
  });

  it('swallows what the connected send, tells them nothing, and lets new connections through', async () => {
    const edge = await dial();
    edge.write(publish('batch', 1));
    await arrivedAre([1]);
    proxy.setWeather({ kind: 'half-open' });
    edge.write(publish('batch', 2));
    const again = await dial();
    again.write(publish('batch', 3));
    await arrivedAre([1, 3]);
    cloudSide?.destroy();
    await closed(again);
    expect([edge.destroyed, edge.readableEnded, proxy.done['half-open']]).toEqual([false, false, 1]);
  });

  it('takes its time', async () => {
    const edge = await dial();
    proxy.setWeather({ kind: 'slow', bytesPerSecond: 2_000 });
    const startedMs = performance.now();
    edge.write(publish('batch', 1, 'x'.repeat(400)));
    await waitFor(
      () => (arrived.length > 0 ? true : undefined),
      TIMEOUT_MS,
      () => 'nothing arrived',
    );
    expect(performance.now() - startedMs).toBeGreaterThan(150);
  });

  it('repeats batches and acknowledgements and nothing else', async () => {
    const edge = await dial();
    proxy.setWeather({ kind: 'duplicating' });
    for (const [index, kind] of ['hello', 'batch', 'acknowledgement'].entries()) edge.write(publish(kind, index));
    await arrivedAre([0, 1, 1, 2, 2]);
    expect(arrived.map((packet) => packet[0])).toEqual([0x32, 0x32, 0x3a, 0x32, 0x3a]);
  });

  it('lets the second overtake the first, and keeps none back for ever', async () => {
    const edge = await dial();
    proxy.setWeather({ kind: 're-ordering' });
    for (const id of [1, 2, 3]) edge.write(publish('batch', id));
    await arrivedAre([2, 1, 3]);
  });
});
