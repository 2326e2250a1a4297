import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

const ANSWER_MS = 5_000;

/** A packet forwarder: sends datagrams from one socket and waits for their acknowledgement. */
export class UdpForwarder {
  readonly #socket: Socket = createSocket('udp4');
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends without waiting for an answer. */
  send(datagram: Uint8Array): void {
    this.#socket.send(datagram, this.#port, '127.0.0.1');
  }

  /** Sends, and gives the next answer in hex. */
  async ask(datagram: Uint8Array): Promise<string> {
    const stop = new AbortController();
    const answer = once(this.#socket, 'message', { signal: stop.signal });
    const late = pause(ANSWER_MS, undefined, { signal: stop.signal, ref: false }).then(() => {
      throw new Error(`no answer within ${ANSWER_MS} ms`);
    });
    this.send(datagram);
    try {
      const [bytes] = (await Promise.race([answer, late])) as [Buffer];
      return bytes.toString('hex');
    } finally {
      stop.abort();
      await Promise.allSettled([answer, late]);
    }
  }

  close(): void {
    this.#socket.close();
  }
}
