import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LinkConnection, type LinkConnectionEvents, mqttLinkConnection } from './link-connection.ts';
import { openConnection } from './open-connection.ts';

/** MQTT 3.1.1 sections 3.2 and 3.9: accepted, and both filters granted at QoS 1. */
const CONNACK = Buffer.from([0x20, 2, 0, 0]);
const subackOf = (subscribe: Buffer) => Buffer.from([0x90, 4, subscribe[2] ?? 0, subscribe[3] ?? 0, 1, 1]);

let server: Server;
const sockets = new Set<Socket>();
let connection: LinkConnection | undefined;

beforeEach(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await connection?.end();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server.close();
});

/** Takes the login and the subscription, and from then on nothing. */
function answerLoginOnly(): void {
  server.on('connection', (socket: Socket) => {
    let heardCount = 0;
    socket.on('data', (chunk) => {
      heardCount += 1;
      if (heardCount === 1) socket.write(CONNACK);
      else if (heardCount === 2) socket.write(subackOf(chunk));
    });
  });
}

function open(keepaliveSeconds: number, opened: (link: LinkConnection) => void) {
  const events: string[] = [];
  const target = { edge: 'demo-edge', url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const client = openConnection({ ...target, keepaliveSeconds, credentials: { kind: 'secret', secret: 'test' } });
  const closed = new Promise<string>((resolve) => {
    const handlers: LinkConnectionEvents = {
      opened() {
        events.push('opened');
        opened(link);
      },
      received: () => events.push('received'),
      closed(reason) {
        events.push('closed');
        resolve(reason);
      },
    };
    const link = mqttLinkConnection(client, handlers);
    connection = link;
  });
  return { closed, events };
}

describe('a connection of the link', () => {
  it('that is half open is found by the keep-alive, however much is sent into it', async () => {
    answerLoginOnly();
    const startMs = performance.now();
    let sending: NodeJS.Timeout | undefined;
    const { closed, events } = open(1, (link) =>
      link.subscribe(['a', 'b'], (error) => {
        expect(error).toBeUndefined();
        sending = setInterval(() => link.publish('a', Buffer.from('x')), 50);
      }),
    );
    expect(await closed).toBe('Keepalive timeout');
    clearInterval(sending);
    expect(performance.now() - startMs).toBeLessThan(5_000);
    expect(events).toEqual(['opened', 'closed']);
  });

  it('that is refused says so once, without ever having been open', async () => {
    server.on('connection', (socket: Socket) => socket.once('data', () => socket.end(Buffer.from([0x20, 2, 0, 5]))));
    const { closed, events } = open(60, () => undefined);
    expect(await closed).toMatch(/Not authorized/);
    expect(events).toEqual(['closed']);
  });

  it('ends with the reason that it was given', async () => {
    answerLoginOnly();
    const { closed } = open(60, (link) => link.close('the cloud said nothing'));
    expect(await closed).toBe('the cloud said nothing');
  });

  it('that nobody takes is closed', async () => {
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const url = `mqtt://127.0.0.1:${port}`;
    const client = openConnection({ edge: 'demo-edge', url, credentials: { kind: 'secret', secret: 'test' } });
    const closed = new Promise<string>((resolve) => {
      mqttLinkConnection(client, { opened: () => undefined, received: () => undefined, closed: resolve });
    });
    expect(await closed).toContain('ECONNREFUSED');
  });
});
