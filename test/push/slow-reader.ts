import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Takes so many bytes of its connection a second and no more, as long as it is told to. */
export class SlowReader {
  /** The end of what it took. */
  tail = '';
  bytes = 0;
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  #isSlow = true;

  constructor(port: number, request: string, bytesPerSecond: number) {
    this.#socket = connect({ port, host: '127.0.0.1' });
    this.closed = new Promise((resolve) => this.#socket.once('close', () => resolve()));
    this.#socket.on('error', () => undefined);
    this.#socket.once('connect', () => {
      this.#socket.write(request);
      this.#socket.pause();
      void this.#take(bytesPerSecond);
    });
  }

  /** Takes the rest as fast as it comes. */
  hurry(): void {
    this.#isSlow = false;
    this.#socket.on('data', (chunk: Buffer) => this.#keep(chunk));
    this.#socket.resume();
  }

  end(): void {
    this.#isSlow = false;
    this.#socket.destroy();
  }

  #keep(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.tail = (this.tail + chunk.toString('latin1')).slice(-1_000);
  }

  async #take(bytesPerSecond: number): Promise<void> {
    while (this.#isSlow && !this.#socket.destroyed) {
      const chunk = this.#socket.read(bytesPerSecond) as Buffer | null;
      if (chunk !== null) this.#keep(chunk);
      await delay(1_000);
    }
  }
}

/** A request for the events of a stream, as it goes over the wire. */
export function eventsRequest(path: string, lastEventId?: string): string {
  const resume = lastEventId === undefined ? '' : `Last-Event-ID: ${lastEventId}\r\n`;
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n${resume}\r\n`;
}
