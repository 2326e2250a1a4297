import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { BrokerAccess } from '../config/broker-config.ts';
import type { ServerTls } from '../gateways/server-tls.ts';
import { startBrokerClient } from './broker-client.ts';
import { createLinkBroker, type LinkBrokerSettings, type LinkHandlers } from './link-broker.ts';
import { startLinkEndpoint } from './link-endpoint.ts';
import { createLinkWebSocket } from './link-websocket.ts';

export interface LinkSettings extends LinkBrokerSettings {
  readonly host: string;
  readonly port: number;
  readonly connectionsMax: number;
  readonly endpointTls: ServerTls | undefined;
  /** A broker of others that carries the link too. */
  readonly brokerAccess: BrokerAccess | undefined;
}

/** The link to the edges, on its own port and, through `upgrade`, on the HTTP server's. */
export interface Link {
  readonly port: number;
  connections(): number;
  /** Whether the broker between is connected; true where there is none. */
  isBrokerConnected(): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  stop(): Promise<void>;
}

/** A revocation written by another process, or the end of a certificate, shows on open connections within this time. */
const REVIEW_EVERY_MS = 2_000;

/** Rejects when the port cannot be had. */
export async function startLink(settings: LinkSettings, handlers: LinkHandlers): Promise<Link> {
  const safe = guarded(settings, handlers);
  const broker = await createLinkBroker(settings, safe);
  const onRefused = (reason: string) => handlers.onRefused({ edge: undefined, reason });
  const { host, port, connectionsMax, packetBytesMax, endpointTls: tls } = settings;
  const webSocket = createLinkWebSocket({ connectionsMax, packetBytesMax, onRefused }, broker);
  const endpoint = await startLinkEndpoint(
    { host, port, connectionsMax, onRefused, ...(tls === undefined ? {} : { tls }) },
    broker,
  ).catch(async (error: unknown) => {
    await broker.close();
    throw error;
  });
  const between = settings.brokerAccess && startBrokerClient({ ...settings, ...settings.brokerAccess }, safe);
  const review = setInterval(() => broker.closeRevoked(), REVIEW_EVERY_MS);
  return {
    port: endpoint.port,
    connections: () => endpoint.connections() + webSocket.connections(),
    isBrokerConnected: () => between?.isConnected() ?? true,
    upgrade: (request, socket, head) => webSocket.upgrade(request, socket, head),
    async stop() {
      clearInterval(review);
      await between?.stop();
      webSocket.stop();
      await endpoint.stop();
      await broker.close();
    },
  };
}

/** A revoked edge delivers nothing, whatever road its batches come by and however fresh its revocation. */
function guarded({ gateways }: LinkSettings, handlers: LinkHandlers): LinkHandlers {
  const assertAdmitted = (edge: string) => {
    if (!gateways.isRevoked(edge)) return;
    handlers.onRefused({ edge, reason: 'edge-revoked' });
    throw new Error('this edge is revoked');
  };
  return {
    ...handlers,
    async onBatch(edge, body) {
      assertAdmitted(edge.name);
      return handlers.onBatch(edge, body);
    },
    async onHello(edge) {
      assertAdmitted(edge.name);
      return handlers.onHello(edge);
    },
  };
}
