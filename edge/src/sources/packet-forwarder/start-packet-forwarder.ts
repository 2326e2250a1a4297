import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { readGwmp } from '@meetbrug/protocols/uplinks';
import type { PacketForwarderConfig } from '../../config/sources/packet-forwarder-config.ts';
import { ListenError } from '../../listen.ts';
import { frameDelivery } from '../deliver-frame.ts';
import type { RunningSource, SourceSurroundings } from '../start-source.ts';

export interface PacketForwarderSource extends RunningSource {
  /** The UDP port that was given, also where the configuration said 0. */
  readonly port: number;
}

const TAKEN = 'NONE';

/**
 * Listens to Semtech UDP packet forwarders. A PUSH_DATA is acknowledged at once, as its protocol demands, before anything
 * is durable, and its sender never sends again: what is under way when the edge stops is lost. Nothing is sent to devices.
 */
export async function startPacketForwarder(
  config: PacketForwarderConfig,
  surroundings: SourceSurroundings,
): Promise<PacketForwarderSource> {
  const { observer } = surroundings;
  const gateways = new Set<string>(config.gateways);
  const deliverFrame = frameDelivery(config.name, surroundings);
  const socket = createSocket(isIPv6(config.host) ? 'udp6' : 'udp4');

  const take = (bytes: Uint8Array, { address, port }: RemoteInfo) => {
    const datagram = readGwmp(bytes);
    if (!datagram.ok) return observer.skipped(datagram.fault.code);
    const { gateway, reply, frames, dropped, status, error } = datagram.value;
    if (!gateways.has(gateway)) return observer.skipped('unknown-gateway');
    // What cannot be sent is as lost as a datagram on the way.
    if (reply !== undefined) socket.send(reply, port, address, () => undefined);
    if (status !== undefined) observer.skipped('gateway-status');
    if (error !== undefined) observer.skipped('transmission');
    if (error !== undefined && error !== TAKEN) observer.failed(`gateway ${gateway} did not send a frame: ${error}`);
    for (const reason of dropped) observer.skipped(reason);
    for (const frame of frames) deliverFrame(frame);
  };
  socket.on('message', take);
  const port = await bind(socket, config);
  socket.on('error', (error) => observer.failed(error.message));
  observer.connected();
  return {
    port,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function bind(socket: Socket, { name, host, port }: PacketForwarderConfig): Promise<number> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: Error) => {
      const detail = `${host}:${port} (UDP) cannot be listened on: ${cause.message}`;
      reject(new ListenError(`sources: ${name}: ${detail}`, { cause }));
    };
    socket.once('error', refuse);
    socket.bind({ port, address: host, exclusive: true }, () => {
      socket.off('error', refuse);
      resolve(socket.address().port);
    });
  });
}
