import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { ServerTls } from '../gateways/server-tls.ts';
import type { LinkBroker } from './link-broker.ts';

export interface LinkEndpointSettings {
  readonly host: string;
  readonly port: number;
  readonly connectionsMax: number;
  /** With it the endpoint speaks TLS only, and only with those who show a certificate of the authority. */
  readonly tls?: ServerTls;
  readonly onRefused: (reason: 'too-many-connections' | 'tls-handshake-failed') => void;
}

export interface LinkEndpoint {
  readonly port: number;
  connections(): number;
  stop(): Promise<void>;
}

/** Batches of one read of the socket are committed together, so a larger read makes larger groups. */
const READ_BUFFER_BYTES = 262_144;
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** The TCP port of the edges, plain or with TLS. Rejects when the port cannot be had. */
export async function startLinkEndpoint(settings: LinkEndpointSettings, broker: LinkBroker): Promise<LinkEndpoint> {
  const sockets = new Set<Socket>();
  const server = settings.tls === undefined ? plainServer(broker) : tlsServer(settings, settings.tls, broker);
  server.maxConnections = settings.connectionsMax;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('drop', () => settings.onRefused('too-many-connections'));
  await listen(server, settings.port, settings.host);

  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function plainServer(broker: LinkBroker): Server {
  return createServer({ highWaterMark: READ_BUFFER_BYTES, noDelay: true }, (socket) =>
    broker.accept(socket, { kind: 'plain' }),
  );
}

function tlsServer(settings: LinkEndpointSettings, tls: ServerTls, broker: LinkBroker): TlsServer {
  const server = createTlsServer({
    ...tls.options(),
    requestCert: true,
    rejectUnauthorized: true,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    highWaterMark: READ_BUFFER_BYTES,
    noDelay: true,
  });
  server.on('secureConnection', (socket) => {
    const serial = socket.getPeerX509Certificate()?.serialNumber;
    if (!socket.authorized || serial === undefined) socket.destroy();
    else broker.accept(socket, { kind: 'certificate', serial });
  });
  server.on('tlsClientError', () => settings.onRefused('tls-handshake-failed'));
  tls.follow(server);
  return server;
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(port, host);
  await listening;
}
