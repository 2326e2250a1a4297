import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ServerTls } from '../gateways/server-tls.ts';

/** One listener; what it answers with is set once the rest of the program stands. */
export interface HttpServer {
  readonly port: number;
  serve(handler: (request: IncomingMessage, response: ServerResponse) => void): void;
  /** Who answers requests to upgrade; until then such connections are closed. */
  upgrade(handler: UpgradeHandler): void;
  stop(): Promise<void>;
}

export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CONNECTIONS_MAX = 10_000;

/**
 * Listens; until it is told what to serve it answers 503. With `tls` it speaks HTTPS and asks for a client certificate
 * without insisting: readers have none. Rejects when the port cannot be had.
 */
export async function startHttpServer(host: string, port: number, tls?: ServerTls): Promise<HttpServer> {
  let handler = (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(503, { 'Retry-After': '1' }).end();
  };
  let upgradeHandler: UpgradeHandler = (_request, socket) => void socket.destroy();
  const server = createListener(tls, (request, response) => handler(request, response));
  server.on('upgrade', (request, socket, head) => upgradeHandler(request, socket, head));
  server.maxConnections = CONNECTIONS_MAX;
  const listening = once(server, 'listening');
  server.listen(port, host);
  await listening;
  return {
    port: (server.address() as AddressInfo).port,
    serve(next) {
      handler = next;
    },
    upgrade(next) {
      upgradeHandler = next;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function createListener(
  tls: ServerTls | undefined,
  handler: (request: IncomingMessage, response: ServerResponse) => void,
) {
  const timeouts = { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS };
  if (tls === undefined) return createServer(timeouts, handler);
  const asked = { requestCert: true, rejectUnauthorized: false };
  const server = createTlsServer({ ...timeouts, ...tls.options(), ...asked }, handler);
  tls.follow(server);
  return server;
}
