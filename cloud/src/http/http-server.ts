import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One listener; what it answers with is set once the rest of the program stands. */
export interface HttpServer {
  readonly port: number;
  serve(handler: (request: IncomingMessage, response: ServerResponse) => void): void;
  stop(): Promise<void>;
}

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const CONNECTIONS_MAX = 10_000;

/** Listens; until it is told what to serve it answers 503. Rejects when the port cannot be had. */
export async function startHttpServer(host: string, port: number): Promise<HttpServer> {
  let handler = (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(503, { 'Retry-After': '1' }).end();
  };
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS }, (req, res) =>
    handler(req, res),
  );
  server.maxConnections = CONNECTIONS_MAX;
  const listening = once(server, 'listening');
  server.listen(port, host);
  await listening;
  return {
    port: (server.address() as AddressInfo).port,
    serve(next) {
      handler = next;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
