import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createPacketGate, type GateRefusal } from '@meetbrug/protocols/mqtt';

export interface ConnectionLimits {
  /** Largest remaining length of a packet after login. */
  readonly packetBytesMax: number;
  /** From the accepted socket to the whole CONNECT. */
  readonly loginTimeoutMs: number;
  /** How much is read ahead of the broker. */
  readonly readBufferBytes: number;
}

export type ConnectionRefusal = GateRefusal | 'login-timeout';

export interface LimitedConnection {
  /** What the broker gets. Ends without an error when the connection is refused: that is told already. */
  readonly stream: Duplex;
  /** The peer has logged in: what it sent after its CONNECT is passed on now. */
  loggedIn(): void;
}

/**
 * A socket behind a packet gate. A stream of its own instead of a pipe: one call a read and one a write is all that the
 * few connections with much to say pay. While a login is undecided the socket is not read, so one read is all it holds.
 * @param socket of a server with `allowHalfOpen`: its end then waits its turn behind what was read
 */
export function limitConnection(
  socket: Socket,
  limits: ConnectionLimits,
  onRefused: (reason: ConnectionRefusal) => void,
): LimitedConnection {
  const gate = createPacketGate();
  /** What waits for the login. */
  let held: Buffer | undefined;
  const stream = new Duplex({
    readableHighWaterMark: limits.readBufferBytes,
    writableHighWaterMark: socket.writableHighWaterMark,
    read() {
      if (held === undefined) socket.resume();
    },
    write(chunk: Buffer, _encoding, done) {
      socket.write(chunk, done);
    },
    // A packet is written in pieces of a few bytes each.
    writev(pieces, done) {
      socket.write(Buffer.concat(pieces.map(({ chunk }) => chunk as Buffer)), done);
    },
    final(done) {
      socket.end(done);
    },
    destroy(error, done) {
      clearTimeout(overdue);
      held = undefined;
      socket.destroy();
      done(error);
    },
  });
  const overdue = setTimeout(() => refuse('login-timeout'), limits.loginTimeoutMs);
  socket.on('data', take);
  socket.on('end', () => stream.push(null));
  socket.on('error', (error) => stream.destroy(error));
  socket.on('close', () => stream.destroy());
  return { stream, loggedIn };

  function refuse(reason: ConnectionRefusal): void {
    onRefused(reason);
    stream.destroy();
  }

  function take(chunk: Buffer): void {
    if (stream.destroyed) return;
    const verdict = gate.take(chunk);
    if (verdict.kind === 'pass') {
      if (!stream.push(chunk)) socket.pause();
    } else if (verdict.kind === 'refuse') {
      refuse(verdict.reason);
    } else {
      held = chunk.subarray(verdict.passBytes);
      socket.pause();
      if (verdict.passBytes > 0) stream.push(chunk.subarray(0, verdict.passBytes));
    }
  }

  function loggedIn(): void {
    clearTimeout(overdue);
    gate.open(limits.packetBytesMax);
    const waiting = held;
    held = undefined;
    if (waiting === undefined) return;
    socket.resume();
    take(waiting);
  }
}
