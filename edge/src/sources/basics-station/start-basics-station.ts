import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  id6,
  readRouterHello,
  readStationMessage,
  routerConfig,
  type StationMessage,
  timesyncAnswer,
} from '@meetbrug/protocols/uplinks';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { BasicsStationConfig } from '../../config/sources/basics-station-config.ts';
import { listen } from '../../listen.ts';
import { frameDelivery } from '../deliver-frame.ts';
import type { RunningSource, SourceSurroundings } from '../start-source.ts';
import { hasToken, type StationRoute, stationRoute } from './check-station.ts';

export interface BasicsStationSource extends RunningSource {
  /** The TCP port that was given, also where the configuration said 0. */
  readonly port: number;
}

/** How often a station must show that it is there; a silent one is disconnected after twice that. */
const PING_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
const STATUS_TEXTS = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' } as const;
const CLOSE_NOT_UNDERSTOOD = 1_007;

/**
 * Serves gateways with LoRa Basics Station (LNS protocol, lorabasics/basicstation). Stations do not send frames again and
 * expect no answer to one: what is under way when the edge stops is lost. Nothing is sent to devices.
 */
export async function startBasicsStation(
  config: BasicsStationConfig,
  surroundings: SourceSurroundings,
): Promise<BasicsStationSource> {
  const { name, host, gateways, connectionsMax, messageBytesMax } = config;
  const { observer, scheduler, nowMs, readSecret } = surroundings;
  const token = config.tokenFile === undefined ? undefined : readSecret('tokenFile', config.tokenFile);
  const allowed = new Set<string>(gateways);
  const deliverFrame = frameDelivery(name, surroundings);
  const heardFrom = new WeakSet<WebSocket>();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageBytesMax, perMessageDeflate: false });
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: HEADERS_TIMEOUT_MS },
    (_, response) => response.writeHead(404).end(),
  );
  // A connection that has not become a WebSocket counts too: it holds memory as well.
  server.maxConnections = connectionsMax;
  server.on('drop', () => observer.skipped('too-many-connections'));

  const answerHello = (socket: WebSocket, body: Uint8Array, asked: string) => {
    const router = readRouterHello(body);
    if (!router.ok) observer.skipped('malformed');
    else if (!allowed.has(router.value)) observer.skipped('unknown-gateway');
    if (!router.ok || !allowed.has(router.value)) {
      socket.send(JSON.stringify({ error: 'this station is not among the gateways of the configuration' }));
    } else {
      const id = id6(router.value);
      const uri = `${config.publicUrl ?? `ws://${asked}`}/gateway/${router.value.toLowerCase()}`;
      socket.send(JSON.stringify({ router: id, muxs: id, uri }));
    }
    socket.close();
  };

  const act = (socket: WebSocket, message: StationMessage) => {
    switch (message.kind) {
      case 'version':
        socket.send(JSON.stringify(routerConfig(config)));
        return;
      case 'frame':
        deliverFrame(message.frame);
        return;
      case 'timesync':
        socket.send(JSON.stringify(timesyncAnswer(message.txtime, nowMs())));
        return;
      case 'other':
        observer.skipped('other-message');
    }
  };

  const takeMessage = (socket: WebSocket, body: Uint8Array, gateway: string) => {
    const message = readStationMessage(body, gateway);
    if (message.ok) act(socket, message.value);
    else observer.skipped('malformed');
  };

  const serve = (socket: WebSocket, route: StationRoute, asked: string) => {
    heardFrom.add(socket);
    socket.on('pong', () => heardFrom.add(socket));
    // Too long a message, or one that is no WebSocket: the library closes the connection.
    socket.on('error', () => observer.skipped('malformed'));
    socket.on('message', (data, isBinary) => {
      heardFrom.add(socket);
      if (isBinary) return socket.close(CLOSE_NOT_UNDERSTOOD, 'messages are text');
      if (route.kind === 'router-info') answerHello(socket, bytesOf(data), asked);
      else takeMessage(socket, bytesOf(data), route.gateway);
    });
    if (route.kind === 'data') observer.connected();
  };

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const route = stationRoute(request.url);
    if (route === undefined) return refuse(stream, 404);
    if (!hasToken(request, token)) {
      observer.skipped('unauthorised');
      return refuse(stream, 401);
    }
    if (route.kind === 'data' && !allowed.has(route.gateway)) {
      observer.skipped('unknown-gateway');
      return refuse(stream, 403);
    }
    const asked = request.headers.host ?? `${host}:${config.port}`;
    sockets.handleUpgrade(request, stream, head, (socket) => serve(socket, route, asked));
  });

  const stopPinging = scheduler.every(PING_MS, () => {
    for (const socket of sockets.clients) {
      if (!heardFrom.delete(socket)) socket.terminate();
      else socket.ping();
    }
  });
  const port = await listen(server, `sources: ${name}`, config);
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        stopPinging();
        for (const socket of sockets.clients) socket.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function refuse(stream: Duplex, status: keyof typeof STATUS_TEXTS): void {
  stream.end(`HTTP/1.1 ${status} ${STATUS_TEXTS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
