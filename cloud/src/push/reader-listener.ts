import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { ServerTls } from '../gateways/server-tls.ts';
import type { ConnectionSlots } from './connection-slots.ts';
import type { ReaderBroker } from './reader-broker.ts';

export interface ReaderListenerSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: ServerTls | undefined;
  readonly slots: ConnectionSlots;
  readonly onRefused: (reason: string) => void;
}

export interface ReaderListener {
  readonly port: number;
  stop(): Promise<void>;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Who has gone without a word, and asked for no keep-alive of MQTT's, is noticed in the end. */
const TCP_KEEP_ALIVE_MS = 60_000;

/** The TCP port of the readers over MQTT, plain or with TLS. Rejects when the port cannot be had. */
export async function startReaderListener(
  { host, port, tls, slots, onRefused }: ReaderListenerSettings,
  broker: Pick<ReaderBroker, 'accept'>,
): Promise<ReaderListener> {
  const sockets = new Set<Socket>();
  const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS };
  const accept = (socket: Socket) => {
    socket.on('error', () => undefined);
    broker.accept(socket);
  };
  const server =
    tls === undefined
      ? createServer(options)
      : createTlsServer({ ...options, ...tls.options(), handshakeTimeout: HANDSHAKE_TIMEOUT_MS });
  server.on('connection', (socket: Socket) => {
    const slot = slots.take(socket.remoteAddress ?? '');
    if (typeof slot === 'string') {
      onRefused(slot);
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      slot();
    });
    if (tls === undefined) accept(socket);
  });
  if (tls !== undefined && 'setSecureContext' in server) {
    server.on('secureConnection', accept);
    server.on('tlsClientError', () => onRefused('tls-handshake-failed'));
    tls.follow(server);
  }
  const listening = once(server, 'listening');
  server.listen(port, host);
  await listening;
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
