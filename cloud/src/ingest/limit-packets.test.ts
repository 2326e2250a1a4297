import { Duplex, PassThrough } from 'node:stream';
import type { GateRefusal } from '@meetbrug/protocols/mqtt';
import { describe, expect, test, vi } from 'vitest';
import { limitPackets } from './limit-packets.ts';

const CONNECT = Buffer.from([0x10, 3, 1, 2, 3]);
const PING = Buffer.from([0xc0, 0]);

/** A limited connection, what its peer sends into it and what comes out. */
function limitedPeer() {
  const fromPeer = new PassThrough();
  const toPeer = new PassThrough();
  const socket = Duplex.from({ readable: fromPeer, writable: toPeer });
  const refusals: GateRefusal[] = [];
  const limited = limitPackets(socket, (reason) => refusals.push(reason));
  const passed: Buffer[] = [];
  limited.on('data', (chunk: Buffer) => passed.push(chunk));
  return { fromPeer, toPeer, limited, refusals, passed: () => Buffer.concat(passed) };
}

describe('a limited connection', () => {
  test('passes the CONNECT, and what came with it after the login only', async () => {
    const { fromPeer, limited, passed, refusals } = limitedPeer();
    fromPeer.write(Buffer.concat([CONNECT, PING]));
    fromPeer.write(PING);
    await vi.waitFor(() => expect(passed()).toEqual(CONNECT));
    limited.emit('logged-in', 100);
    await vi.waitFor(() => expect(passed()).toEqual(Buffer.concat([CONNECT, PING, PING])));
    expect(refusals).toEqual([]);
    limited.destroy();
  });

  test('takes nothing more from a peer that waits for its login', async () => {
    const { fromPeer, limited, passed } = limitedPeer();
    fromPeer.write(Buffer.concat([CONNECT, PING]));
    await vi.waitFor(() => expect(passed()).toEqual(CONNECT));
    for (let sent = 0; sent < 64; sent += 1) fromPeer.write(Buffer.alloc(65_536));
    await new Promise((resolve) => setImmediate(resolve));
    // Two streams hold one high water mark each; the other pieces stay with the peer.
    expect(fromPeer.readableLength + fromPeer.writableLength).toBeGreaterThan(60 * 65_536);
    expect(passed()).toEqual(CONNECT);
    limited.destroy();
  });

  test.each<[string, Buffer, GateRefusal]>([
    ['a CONNECT that announces 200 MB', Buffer.from([0x10, 0x80, 0x88, 0xaf, 0x5f]), 'connect-too-large'],
    ['a packet before the CONNECT', PING, 'not-a-connect'],
  ])('ends at %s', async (_, bytes, reason) => {
    const { fromPeer, limited, passed, refusals } = limitedPeer();
    limited.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => limited.once('close', () => resolve()));
    fromPeer.write(bytes);
    await closed;
    expect(refusals).toEqual([reason]);
    expect(passed().length).toBe(0);
  });

  test('ends at a packet that is too large after the login', async () => {
    const { fromPeer, limited, passed, refusals } = limitedPeer();
    limited.on('error', () => undefined);
    fromPeer.write(CONNECT);
    await vi.waitFor(() => expect(passed()).toEqual(CONNECT));
    limited.emit('logged-in', 100);
    const closed = new Promise<void>((resolve) => limited.once('close', () => resolve()));
    fromPeer.write(Buffer.from([0x30, 101]));
    await closed;
    expect(refusals).toEqual(['packet-too-large']);
  });
});
