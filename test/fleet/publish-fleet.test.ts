import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, it } from 'vitest';
import { createFleet, firstMessages } from './create-fleet.ts';
import { publishFleet } from './publish-fleet.ts';

interface Broker {
  readonly port: number;
  /** As a kill: every socket is cut, nothing is answered any more. */
  kill(): Promise<void>;
}

const running: Broker[] = [];

async function startBroker(port: number, onPublish: (body: string, answer: () => void) => void): Promise<Broker> {
  const aedes = await Aedes.createBroker();
  aedes.authorizePublish = (_client, packet, callback) => onPublish(packet.payload.toString(), () => callback(null));
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)));
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const broker = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    kill: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(resolve));
    },
  };
  running.push(broker);
  return broker;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((broker) => broker.kill()));
});

describe('publishFleet', () => {
  it('sends again, through many kills, what the broker had not acknowledged, and counts each message once', async () => {
    const messages = firstMessages(createFleet({ rubbishPercent: 0, duplicatesPercent: 0 }), 0, 300);
    const answered = new Set<string>();
    let lives = 0;
    let restarted: Promise<unknown> = Promise.resolve();
    const startLife = async (port: number): Promise<Broker> => {
      let left = 25;
      lives += 1;
      const broker = await startBroker(port, (body, answer) => {
        if (left === 0) return;
        left -= 1;
        answered.add(body);
        answer();
        if (left === 0) restarted = broker.kill().then(() => startLife(broker.port));
      });
      return broker;
    };
    const { port } = await startLife(0);
    const acknowledged: string[] = [];
    const report = await publishFleet({
      url: `mqtt://127.0.0.1:${port}`,
      clientId: 'fleet-kill',
      messages,
      pace: 'flat-out',
      windowMax: 50,
      onAcknowledged: ({ body }) => acknowledged.push(body),
    });
    await restarted;
    expect(report).toEqual({ sent: 300, acknowledged: 300, unacknowledged: 0 });
    expect([...acknowledged].sort()).toEqual(messages.map(({ body }) => body).sort());
    expect(answered.size).toBe(300);
    expect(lives).toBeGreaterThan(10);
  });

  it('reads no further ahead than its window', async () => {
    let pulled = 0;
    let acknowledged = 0;
    let most = 0;
    const messages = function* () {
      for (const message of firstMessages(createFleet({}), 0, 200)) {
        pulled += 1;
        most = Math.max(most, pulled - acknowledged);
        yield message;
      }
    };
    const broker = await startBroker(0, (_body, answer) => setImmediate(answer));
    await publishFleet({
      url: `mqtt://127.0.0.1:${broker.port}`,
      clientId: 'fleet-window',
      messages: messages(),
      pace: 'flat-out',
      windowMax: 8,
      onAcknowledged: () => {
        acknowledged += 1;
      },
    });
    expect(acknowledged).toBe(200);
    expect(most).toBe(9);
  });

  it('stops on its signal and says what stayed without acknowledgement', async () => {
    const stop = new AbortController();
    const broker = await startBroker(0, () => stop.abort());
    const report = await publishFleet({
      url: `mqtt://127.0.0.1:${broker.port}`,
      clientId: 'fleet-stop',
      messages: createFleet({}).messages(0),
      pace: 'flat-out',
      windowMax: 5,
      signal: stop.signal,
      drainTimeoutMs: 50,
    });
    expect(report).toEqual({ sent: 5, acknowledged: 0, unacknowledged: 5 });
  });

  it('keeps to the times of the messages when it is asked to', async () => {
    const broker = await startBroker(0, (_body, answer) => answer());
    const startMs = Date.now();
    const fleet = createFleet({ uplinksPerSecond: 100, rubbishPercent: 0, duplicatesPercent: 0, latePercent: 0 });
    const url = `mqtt://127.0.0.1:${broker.port}`;
    const messages = firstMessages(fleet, startMs, 31);
    const early: number[] = [];
    const onAcknowledged = ({ sendMs }: { sendMs: number }) => early.push(sendMs - Date.now());
    await publishFleet({ url, clientId: 'fleet-pace', messages, pace: 'as-timed', windowMax: 50, onAcknowledged });
    expect(Date.now() - startMs).toBeGreaterThanOrEqual(300);
    expect(Math.max(...early)).toBeLessThanOrEqual(1);
  });
});
