import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Aedes } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';

export interface WebSocketBroker {
  readonly port: number;
  stop(): Promise<void>;
}

/** A broker that is reached over a WebSocket and TLS only; Debian's Mosquitto opens no WebSocket on this kind of machine. */
export async function startWebSocketBroker(tls: {
  readonly keyPem: string;
  readonly certificatePem: string;
}): Promise<WebSocketBroker> {
  const broker = await Aedes.createBroker();
  const server = createServer({ key: tls.keyPem, cert: tls.certificatePem });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    broker.handle(createWebSocketStream(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      for (const client of sockets.clients) client.terminate();
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
