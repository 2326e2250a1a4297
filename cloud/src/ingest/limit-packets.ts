import { Duplex, Transform } from 'node:stream';
import { createPacketGate, type GateRefusal } from '@meetbrug/protocols/mqtt';

/**
 * A connection behind a packet gate: it ends at the first refused packet, and what follows a CONNECT is read only after
 * the stream has emitted `logged-in` with the largest packet that its peer may send.
 */
export function limitPackets(socket: Duplex, onRefused: (reason: GateRefusal) => void): Duplex {
  const gate = createPacketGate();
  let resume: (() => void) | undefined;
  const inbound = new Transform({
    transform: offer,
    readableHighWaterMark: socket.readableHighWaterMark,
  });
  socket.on('error', (error) => inbound.destroy(error));
  socket.on('close', () => inbound.destroy());
  const limited = Duplex.from({ readable: socket.pipe(inbound), writable: socket });
  limited.on('logged-in', (packetBytesMax: number) => {
    gate.open(packetBytesMax);
    resume?.();
  });
  limited.on('error', () => socket.destroy());
  limited.on('close', () => socket.destroy());
  return limited;

  function offer(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null, passed?: Buffer) => void): void {
    const verdict = gate.take(chunk);
    if (verdict.kind === 'pass') {
      done(null, chunk);
    } else if (verdict.kind === 'refuse') {
      onRefused(verdict.reason);
      done(new Error(verdict.reason));
    } else {
      // Until `done` is called nothing more is read: the peer's own buffers hold the rest.
      resume = () => {
        resume = undefined;
        offer(chunk.subarray(verdict.passBytes), encoding, done);
      };
      if (verdict.passBytes > 0) inbound.push(chunk.subarray(0, verdict.passBytes));
    }
  }
}
