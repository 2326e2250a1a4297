import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { createWebSocketStream, WebSocket } from 'ws';

/** Authority, certificate and key (PEM), for mqtts: and wss:. */
export interface BrokerTls {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

const TCP_PORT = 1883;
const TLS_PORT = 8883;

/** Opens a connection to a broker by its URL: mqtt:, mqtts:, ws: or wss:. What is written before it is open waits. */
export function dialBroker(text: string, tls: BrokerTls): Duplex {
  const url = new URL(text);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  switch (url.protocol) {
    case 'mqtt:':
      return connect({ host, port: Number(url.port || TCP_PORT) });
    case 'mqtts:': {
      // An IP address is no server name (RFC 6066 section 3).
      const servername = /[a-z]/i.test(host) && !host.includes(':') ? host : '';
      return connectTls({ host, port: Number(url.port || TLS_PORT), servername, minVersion: 'TLSv1.2', ...tls });
    }
    default:
      return createWebSocketStream(new WebSocket(url, 'mqtt', url.protocol === 'wss:' ? tls : {}));
  }
}
