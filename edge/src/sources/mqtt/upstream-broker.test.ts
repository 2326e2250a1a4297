import { createServer } from 'node:net';
import type { RawMessage } from '@meetbrug/protocols/uplinks';
import { Aedes } from 'aedes';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { IntakeOutcome } from '../../intake/intake.ts';
import { listen } from '../../listen.ts';
import { connectUpstreamBroker, type UpstreamBroker } from './upstream-broker.ts';

let broker: Aedes;
let server: ReturnType<typeof createServer>;
let port: number;
let source: UpstreamBroker | undefined;
const observer = { connected: vi.fn(), disconnected: vi.fn(), skipped: vi.fn(), failed: vi.fn() };

beforeEach(async () => {
  vi.clearAllMocks();
  broker = await Aedes.createBroker();
  server = createServer((socket) => {
    broker.handle(socket);
  });
  port = await listen(server, 'test', { host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  await source?.stop();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  await closed;
});

function publish(topic: string, retain = false): Promise<void> {
  return new Promise((resolve, reject) => {
    const packet = { cmd: 'publish', topic, payload: Buffer.from('{}'), qos: 1, retain, dup: false } as const;
    broker.publish(packet, (error) => (error ? reject(error) : resolve()));
  });
}

async function connectSource(deliver: (message: RawMessage, done: (outcome: IntakeOutcome) => void) => void) {
  const subscribed = new Promise<void>((resolve) => broker.once('subscribe', () => resolve()));
  source = connectUpstreamBroker({
    url: `mqtt://127.0.0.1:${port}`,
    clientId: 'meetbrug-demo',
    topics: ['application/#'],
    deliver,
    nowMs: () => 1,
    observer,
  });
  await subscribed;
}

describe('an upstream broker', () => {
  it('gets its acknowledgement after the message is durable, not before', async () => {
    const acknowledged = vi.fn();
    broker.on('ack', acknowledged);
    let commit: (outcome: IntakeOutcome) => void = () => undefined;
    const delivered = vi.fn((_message: RawMessage, done: (outcome: IntakeOutcome) => void) => {
      commit = done;
    });
    await connectSource(delivered);
    await publish('application/1/device/24e124136c140001/event/up');
    await vi.waitFor(() => expect(delivered).toHaveBeenCalledOnce());
    expect(acknowledged).not.toHaveBeenCalled();
    commit({ ok: true, value: undefined });
    await vi.waitFor(() => expect(acknowledged).toHaveBeenCalledOnce());
  });

  it('delivers again what could not be stored', async () => {
    const topics: string[] = [];
    await connectSource(({ topic }, done) => {
      topics.push(topic);
      setImmediate(() =>
        done(
          topics.length === 1
            ? { ok: false, fault: { code: 'outbox-full', detail: 'full' } }
            : { ok: true, value: undefined },
        ),
      );
    });
    await publish('application/1');
    await vi.waitFor(() => expect(topics).toEqual(['application/1', 'application/1']), { timeout: 10_000 });
  });

  it('counts a retained message and does not take it as measured now', async () => {
    await publish('application/old', true);
    const topics: string[] = [];
    await connectSource(({ topic }, done) => {
      topics.push(topic);
      setImmediate(() => done({ ok: true, value: undefined }));
    });
    await vi.waitFor(() => expect(observer.skipped).toHaveBeenCalledOnce());
    await publish('application/new');
    await vi.waitFor(() => expect(topics).toEqual(['application/new']));
  });
});
