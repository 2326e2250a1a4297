import type { TLSSocket } from 'node:tls';
import mqtt, { type IClientOptions, MqttClient } from 'mqtt';
import type { IdentityKeeper } from '../enrolment/identity-keeper.ts';
import { connectVerified } from '../enrolment/verified-socket.ts';
import type { LinkObserver } from './link-observer.ts';

/** How this edge shows who it is: a secret, or the certificate that it got by enrolling. */
export type LinkCredentials =
  | {
      readonly kind: 'secret';
      readonly secret: string;
      /** Certificates of the authority that the server is judged by; those that the machine trusts when there are none. */
      readonly authorityPem?: string;
    }
  | { readonly kind: 'certificate'; readonly keeper: IdentityKeeper };

export interface ConnectionTarget {
  readonly edge: string;
  /** mqtt:, mqtts:, ws: or wss:; without a path a WebSocket goes to /mqtt. */
  readonly url: string;
  readonly credentials: LinkCredentials;
  /** Without an answer to its ping for half as long again, the connection is closed. 60 by default. */
  readonly keepaliveSeconds?: number;
}

const WEB_SOCKET_PATH = '/mqtt';
const MQTT_TLS_PORT = 8883;
const HTTPS_PORT = 443;

/**
 * Begins one connection to the cloud. The client library's own redelivery and reconnecting are off. With a certificate the
 * server is judged by this gateway's identity; with a secret, where there is TLS, by an authority that was named or those
 * that the machine trusts.
 */
export function openConnection({ edge, url: text, credentials, keepaliveSeconds }: ConnectionTarget): MqttClient {
  const url = new URL(text);
  if (/^wss?:$/.test(url.protocol) && url.pathname === '/') url.pathname = WEB_SOCKET_PATH;
  const options: IClientOptions = {
    clientId: `meetbrug-edge-${edge}`,
    username: edge,
    clean: true,
    reconnectPeriod: 0,
    ...(keepaliveSeconds === undefined ? {} : { keepalive: keepaliveSeconds }),
  };
  if (credentials.kind === 'secret') {
    const { secret: password, authorityPem: ca } = credentials;
    return mqtt.connect(url.href, { ...options, password, ...(ca === undefined ? {} : { ca }) });
  }
  if (url.protocol !== 'mqtts:' && url.protocol !== 'wss:') throw new Error(`no certificate over ${url.protocol}`);
  const { keeper } = credentials;
  const connection = () => {
    const socket = dial(url, keeper);
    // The client library keeps most errors of its stream to itself, and with them why a server was refused.
    socket.on('error', (error) => client.emit('error', error));
    return socket;
  };
  const client =
    url.protocol === 'wss:'
      ? mqtt.connect(url.href, { ...options, wsOptions: { createConnection: connection } })
      : new MqttClient(connection, options);
  return client;
}

function dial(url: URL, keeper: IdentityKeeper): TLSSocket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return connectVerified({
    host,
    port: Number(url.port || (url.protocol === 'wss:' ? HTTPS_PORT : MQTT_TLS_PORT)),
    client: keeper.current(),
    judge: (socket) => keeper.judge(socket.getPeerX509Certificate(), host),
  });
}

/** Tells the identity's keeper how the cloud receives it. */
export function tellingKeeper(observer: LinkObserver, keeper: IdentityKeeper): LinkObserver {
  let welcomed = false;
  return {
    ...observer,
    connected() {
      welcomed = true;
      keeper.welcomed();
      observer.connected();
    },
    disconnected(reason) {
      observer.disconnected(reason);
      if (!welcomed) void keeper.turnedAway();
      welcomed = false;
    },
  };
}
