import { Duplex } from 'node:stream';
import type { GateRefusal } from '@meetbrug/protocols/mqtt';
import { limitPackets } from '../ingest/limit-packets.ts';
import { createSubscriberPackets, type SubscriberRefusal } from './subscriber-packets.ts';

/** Bytes that wait before the stream says that it is full; more may be written to it all the same. */
const HIGH_WATER_MARK_BYTES = 65_536;

/**
 * A connection of somebody who may only subscribe: what else it sends ends it. What is written waits here until the socket
 * has taken it, so that `writableLength` is all that waits. Emits `logged-in` inwards, as the packet gate asks.
 */
export function openReaderStream(
  socket: Duplex,
  elapsedMs: () => number,
  onRefused: (reason: GateRefusal | SubscriberRefusal) => void,
): Duplex {
  const limited = limitPackets(socket, onRefused);
  const packets = createSubscriberPackets();
  const stream = new Duplex({
    writableHighWaterMark: HIGH_WATER_MARK_BYTES,
    read: () => void limited.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    writev(chunks, done) {
      socket.cork();
      for (const { chunk } of chunks.slice(0, -1)) socket.write(chunk);
      socket.write(chunks.at(-1)?.chunk, done);
      socket.uncork();
    },
    final: (done) => void socket.end(done),
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  limited.on('data', (chunk: Buffer) => {
    const verdict = packets.take(chunk, elapsedMs());
    if (verdict.kind === 'refuse') {
      onRefused(verdict.reason);
      stream.destroy(new Error(verdict.reason));
    } else if (verdict.bytes.length > 0 && !stream.push(verdict.bytes)) {
      limited.pause();
    }
  });
  limited.on('end', () => stream.push(null));
  limited.on('error', (error) => stream.destroy(error));
  limited.on('close', () => stream.destroy());
  stream.on('logged-in', (packetBytesMax: number) => limited.emit('logged-in', packetBytesMax));
  return stream;
}
