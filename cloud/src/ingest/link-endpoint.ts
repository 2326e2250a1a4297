import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Acknowledgement, helloSchema, linkTopic, type Welcome } from '@meetbrug/protocols/delivery';
import type { Fault, Result } from '@meetbrug/protocols/result';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { EdgeAccess } from '../config/cloud-config.ts';
import { limitPackets } from './limit-packets.ts';
import { createLinkAccess, maySubscribe, publishedKind } from './link-access.ts';
import { decodeBody, encodeBody } from './link-body.ts';

export interface LinkSettings {
  readonly host: string;
  readonly port: number;
  readonly connectionsMax: number;
  readonly packetBytesMax: number;
  readonly edges: readonly EdgeAccess[];
}

/** Where deliveries go. */
export interface LinkHandlers {
  readonly onBatch: (edge: EdgeAccess, body: Uint8Array) => Promise<Result<Acknowledgement | undefined, Fault>>;
  readonly onHello: (edge: EdgeAccess) => Promise<Welcome>;
  /** Something an operator may want to know of. */
  readonly onRefused: (what: { readonly edge: string | undefined; readonly reason: string }) => void;
}

export interface LinkEndpoint {
  readonly port: number;
  connections(): number;
  stop(): Promise<void>;
}

/** A CONNECT packet is small: whoever has not logged in cannot make the server hold more. */
const CONNECT_BYTES_MAX = 4_096;
const LOGIN_TIMEOUT_MS = 10_000;
/** Batches of one read of the socket are committed together, so a larger read makes larger groups. */
const READ_BUFFER_BYTES = 262_144;

/**
 * The MQTT endpoint of the edges. A batch is committed inside `authorizePublish`, so its PUBACK comes after the disk has
 * it; the acknowledgement that names the sequences follows. What waits is bounded: a connection is read on only after
 * everything of its last read was answered. Rejects when the port cannot be had.
 */
export async function startLinkEndpoint(settings: LinkSettings, handlers: LinkHandlers): Promise<LinkEndpoint> {
  const edgeOf = new WeakMap<Client, EdgeAccess>();
  const broker = await createBroker(settings, handlers, edgeOf);
  const sockets = new Set<Socket>();
  const server = createServer({ highWaterMark: READ_BUFFER_BYTES, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const limited = limitPackets(socket, CONNECT_BYTES_MAX, () =>
      handlers.onRefused({ edge: undefined, reason: 'packet-too-large' }),
    );
    broker.handle(limited);
  });
  server.maxConnections = settings.connectionsMax;
  server.on('drop', () => handlers.onRefused({ edge: undefined, reason: 'too-many-connections' }));
  try {
    await listen(server, settings.port, settings.host);
  } catch (error) {
    broker.close();
    throw error;
  }

  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      await new Promise<void>((resolve) => broker.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function createBroker(
  settings: LinkSettings,
  handlers: LinkHandlers,
  edgeOf: WeakMap<Client, EdgeAccess>,
): Promise<Aedes> {
  const access = createLinkAccess(settings.edges);
  const broker = await Aedes.createBroker({
    connectTimeout: LOGIN_TIMEOUT_MS,
    maxClientsIdLength: 128,
    preConnect(_client, packet, done) {
      if (packet.will !== undefined) return done(new Error('wills are not taken'), false);
      // No session outlives its connection, so nothing is stored for an edge that is away: it sends again.
      packet.clean = true;
      done(null, true);
    },
    authenticate(client, username, password, done) {
      const edge = access.authenticate(username, password);
      if (edge === undefined) {
        handlers.onRefused({ edge: username?.slice(0, 64), reason: 'bad-credentials' });
        return done(
          Object.assign(new Error('bad user name or password'), { returnCode: 4 }) as AuthenticateError,
          false,
        );
      }
      edgeOf.set(client, edge);
      client.conn.emit('logged-in', settings.packetBytesMax);
      done(null, true);
    },
    authorizeSubscribe(client, subscription, done) {
      const edge = edgeOf.get(client);
      if (edge !== undefined && maySubscribe(edge.name, subscription.topic)) return done(null, subscription);
      handlers.onRefused({ edge: edge?.name, reason: 'subscription-not-allowed' });
      done(null, null);
    },
    authorizePublish(client, packet, done) {
      const edge = client === null ? undefined : edgeOf.get(client);
      const kind = edge === undefined ? undefined : publishedKind(edge.name, packet.topic);
      if (edge === undefined || kind === undefined || packet.qos === 2) {
        handlers.onRefused({ edge: edge?.name, reason: 'publication-not-allowed' });
        return done(new Error('this edge may not publish here'));
      }
      packet.retain = false;
      const body = Buffer.isBuffer(packet.payload) ? packet.payload : Buffer.from(packet.payload);
      const handled = kind === 'hello' ? greet(edge, body) : take(edge, body);
      handled.then(
        () => done(null),
        (error: Error) => done(error),
      );
    },
  });

  const send = (edge: EdgeAccess, kind: 'welcome' | 'acknowledgement', message: unknown) => {
    // QoS 0: when the connection breaks the edge sends again and gets the same answer.
    const packet = { cmd: 'publish', qos: 0, dup: false, retain: false, payload: encodeBody(message) } as const;
    broker.publish({ ...packet, topic: linkTopic(edge.name, kind) }, () => undefined);
  };
  const greet = async (edge: EdgeAccess, body: Uint8Array) => {
    if (!isHello(body)) return handlers.onRefused({ edge: edge.name, reason: 'not-a-hello' });
    send(edge, 'welcome', await handlers.onHello(edge));
  };
  /** Throws, which closes the connection, when the batch was not committed: the edge keeps it. */
  const take = async (edge: EdgeAccess, body: Uint8Array) => {
    const outcome = await handlers.onBatch(edge, body);
    if (!outcome.ok) throw new Error(outcome.fault.detail);
    if (outcome.value !== undefined) send(edge, 'acknowledgement', outcome.value);
  };
  return broker;
}

function isHello(body: Uint8Array): boolean {
  const message = decodeBody(body);
  return message.ok && helloSchema.safeParse(message.value).success;
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(port, host);
  await listening;
}
