import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { CONNECT_BYTES_MAX } from '@meetbrug/protocols/mqtt';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { LinkPeer } from './admit-login.ts';
import type { LinkBroker } from './link-broker.ts';

export interface LinkWebSocketSettings {
  readonly connectionsMax: number;
  readonly packetBytesMax: number;
  readonly onRefused: (reason: 'too-many-connections' | 'no-certificate' | 'packet-too-large') => void;
}

export interface LinkWebSocket {
  /** Answers a request to upgrade; what is not MQTT at its path is refused. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  connections(): number;
  stop(): void;
}

/** Where the link over WebSocket lives on the HTTP server. */
export const LINK_PATH = '/mqtt';

const SUBPROTOCOL = 'mqtt';
/** The WebSocket handshake is in memory already; after it a CONNECT in its frames is all that a stranger may send. */
const STRANGER_BYTES_MAX = CONNECT_BYTES_MAX + 1_024;
const FRAME_OVERHEAD_BYTES = 65_536;

/**
 * MQTT over WebSocket (MQTT 3.1.1 section 6) on the HTTP server, for networks that let only its port out: the same broker
 * and the same rights as on the TCP port. On an HTTPS server a gateway certificate is needed, else the edge's secret.
 */
export function createLinkWebSocket(settings: LinkWebSocketSettings, broker: LinkBroker): LinkWebSocket {
  const sockets = new Set<Duplex>();
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: settings.packetBytesMax + FRAME_OVERHEAD_BYTES,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });

  return {
    upgrade(request, socket, head) {
      const path = request.url?.split('?')[0];
      if (path !== LINK_PATH || !offersMqtt(request)) return refuse(socket, '404 Not Found');
      const peer = peerOf(socket);
      if (peer === undefined) {
        settings.onRefused('no-certificate');
        return refuse(socket, '401 Unauthorized');
      }
      if (sockets.size >= settings.connectionsMax) {
        settings.onRefused('too-many-connections');
        return refuse(socket, '503 Service Unavailable');
      }
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      const limit = limitStranger(socket, head.length, () => settings.onRefused('packet-too-large'));
      server.handleUpgrade(request, socket, head, (webSocket) => {
        broker.accept(createWebSocketStream(webSocket), peer, limit.lift);
      });
    },
    connections: () => sockets.size,
    stop() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function offersMqtt(request: IncomingMessage): boolean {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').some((protocol) => protocol.trim() === SUBPROTOCOL);
}

/** Undefined when a certificate is needed and not there. */
function peerOf(socket: Duplex): LinkPeer | undefined {
  if (!(socket instanceof TLSSocket)) return { kind: 'plain' };
  const serial = socket.authorized ? socket.getPeerX509Certificate()?.serialNumber : undefined;
  return serial === undefined ? undefined : { kind: 'certificate', serial };
}

/** Ends a connection that sends more before login than a login takes: the frames behind it may be large. */
function limitStranger(socket: Duplex, headBytes: number, onTooMuch: () => void): { readonly lift: () => void } {
  let bytes = headBytes;
  const count = (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (bytes <= STRANGER_BYTES_MAX) return;
    socket.off('data', count);
    onTooMuch();
    socket.destroy();
  };
  socket.on('data', count);
  return { lift: () => socket.off('data', count) };
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
