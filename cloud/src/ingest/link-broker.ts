import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { type Acknowledgement, linkTopic, type Welcome } from '@meetbrug/protocols/delivery';
import type { Fault, Result } from '@meetbrug/protocols/result';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { EdgeAccess, EdgeIdentity } from '../config/cloud-config.ts';
import { admitLogin, type GatewayAccess, type LinkPeer, mayStay } from './admit-login.ts';
import { createDeliveryRate, type DeliveryRate } from './delivery-rate.ts';
import { limitPackets } from './limit-packets.ts';
import { createLinkAccess, maySubscribe, publishedKind } from './link-access.ts';
import { encodeBody } from './link-body.ts';
import { isHello } from './read-hello.ts';

export interface LinkBrokerSettings extends DeliveryRate {
  readonly packetBytesMax: number;
  readonly edges: readonly EdgeAccess[];
  readonly gateways: GatewayAccess;
}

/** Where deliveries go. */
export interface LinkHandlers {
  readonly onBatch: (edge: EdgeIdentity, body: Uint8Array) => Promise<Result<Acknowledgement | undefined, Fault>>;
  readonly onHello: (edge: EdgeIdentity) => Promise<Welcome>;
  /** Something an operator may want to know of. */
  readonly onRefused: (what: { readonly edge: string | undefined; readonly reason: string }) => void;
  /** A second connection of one edge: the newer one stays. Two gateways with one identity show up like this. */
  readonly onTakenOver: (edge: EdgeIdentity) => void;
  /** The broker between, where there is one. */
  readonly onBroker: (state: { readonly connected: boolean; readonly detail?: string }) => void;
}

/** The MQTT side of the link, whatever carries it: TCP, TLS or WebSocket. */
export interface LinkBroker {
  /** Takes a connection. `onLoggedIn` is called once it is known who it is. */
  accept(stream: Duplex, peer: LinkPeer, onLoggedIn?: () => void): void;
  /** Closes the connections of those who may no longer be here. */
  closeRevoked(): void;
  close(): Promise<void>;
}

const LOGIN_TIMEOUT_MS = 10_000;
/** The topics of the link have four levels. */
const TOPIC_LEVELS_MAX = 8;

interface Session {
  readonly client: Client;
  readonly edge: EdgeIdentity;
  readonly peer: LinkPeer;
}

/**
 * The MQTT broker of the edges. A batch is committed inside `authorizePublish`, so its PUBACK comes after the disk has it;
 * the acknowledgement that names the sequences follows. What waits is bounded: a connection is read on only after
 * everything of its last read was answered.
 */
export async function createLinkBroker(settings: LinkBrokerSettings, handlers: LinkHandlers): Promise<LinkBroker> {
  const secrets = createLinkAccess(settings.edges);
  const delayOf = createDeliveryRate(settings);
  const peerOf = new WeakMap<Client, LinkPeer>();
  const edgeOf = new WeakMap<Client, EdgeIdentity>();
  /** One an edge. */
  const sessions = new Map<string, Session>();

  const broker = await Aedes.createBroker({
    connectTimeout: LOGIN_TIMEOUT_MS,
    maxClientsIdLength: 128,
    maxTopicLevels: TOPIC_LEVELS_MAX,
    preConnect(_client, packet, done) {
      if (packet.will !== undefined) return done(new Error('wills are not taken'), false);
      // No session outlives its connection, so nothing is stored for an edge that is away: it sends again.
      packet.clean = true;
      // The broker closes an older connection with the same id, also somebody else's: who takes over is decided by name.
      packet.clientId = randomUUID();
      done(null, true);
    },
    authenticate(client, username, password, done) {
      const peer = peerOf.get(client) ?? { kind: 'plain' };
      const login = admitLogin({ peer, username, password }, secrets, settings.gateways);
      if (!login.ok) {
        handlers.onRefused({ edge: username?.slice(0, 64), reason: login.fault.code });
        return done(Object.assign(new Error(login.fault.detail), { returnCode: 4 }) as AuthenticateError, false);
      }
      begin({ client, edge: login.value, peer });
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
      const delayMs = delayOf(edge.name, body.length, performance.now());
      handled.then(
        () => (delayMs > 0 ? setTimeout(done, delayMs, null) : done(null)),
        (error: Error) => done(error),
      );
    },
  });

  function begin(session: Session): void {
    const { client, edge } = session;
    const older = sessions.get(edge.name);
    sessions.set(edge.name, session);
    edgeOf.set(client, edge);
    client.conn.on('close', () => {
      if (sessions.get(edge.name)?.client === client) sessions.delete(edge.name);
    });
    if (older === undefined) return;
    handlers.onTakenOver(edge);
    older.client.conn.destroy();
  }

  function send(edge: EdgeIdentity, kind: 'welcome' | 'acknowledgement', message: unknown): void {
    // QoS 0: when the connection breaks the edge sends again and gets the same answer.
    const packet = { cmd: 'publish', qos: 0, dup: false, retain: false, payload: encodeBody(message) } as const;
    broker.publish({ ...packet, topic: linkTopic(edge.name, kind) }, () => undefined);
  }

  async function greet(edge: EdgeIdentity, body: Uint8Array): Promise<void> {
    if (!isHello(body)) return handlers.onRefused({ edge: edge.name, reason: 'not-a-hello' });
    send(edge, 'welcome', await handlers.onHello(edge));
  }

  /** Throws, which closes the connection, when the batch was not committed: the edge keeps it. */
  async function take(edge: EdgeIdentity, body: Uint8Array): Promise<void> {
    const outcome = await handlers.onBatch(edge, body);
    if (!outcome.ok) throw new Error(outcome.fault.detail);
    if (outcome.value !== undefined) send(edge, 'acknowledgement', outcome.value);
  }

  return {
    accept(stream, peer, onLoggedIn) {
      const limited = limitPackets(stream, (reason) => handlers.onRefused({ edge: undefined, reason }));
      if (onLoggedIn !== undefined) limited.once('logged-in', onLoggedIn);
      const client = broker.handle(limited);
      peerOf.set(client, peer);
    },
    closeRevoked() {
      for (const { client, edge, peer } of sessions.values()) {
        if (mayStay(edge, peer, settings.gateways)) continue;
        handlers.onRefused({ edge: edge.name, reason: 'access-ended' });
        client.conn.destroy();
      }
    },
    close: () => new Promise<void>((resolve) => broker.close(resolve)),
  };
}
