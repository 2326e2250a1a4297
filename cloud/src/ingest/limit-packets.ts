import { Duplex, Transform } from 'node:stream';
import { createPacketLimit } from './packet-limit.ts';

/**
 * A connection that ends as soon as a packet on it is larger than allowed. The stream emits `logged-in` with the larger
 * bound when its peer has shown who it is.
 */
export function limitPackets(socket: Duplex, connectBytesMax: number, onTooLarge: () => void): Duplex {
  const limit = createPacketLimit(connectBytesMax);
  const inbound = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      if (limit.accepts(chunk)) return done(null, chunk);
      onTooLarge();
      done(new Error('packet too large'));
    },
    readableHighWaterMark: socket.readableHighWaterMark,
  });
  socket.on('error', (error) => inbound.destroy(error));
  socket.on('close', () => inbound.destroy());
  const limited = Duplex.from({ readable: socket.pipe(inbound), writable: socket });
  limited.on('logged-in', (packetBytesMax: number) => limit.raise(packetBytesMax));
  limited.on('error', () => socket.destroy());
  limited.on('close', () => socket.destroy());
  return limited;
}
