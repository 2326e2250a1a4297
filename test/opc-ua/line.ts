import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** The line between an edge and a station: bytes go through it both ways until it is cut. */
export class Line {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isCut = false;
  #isDead = false;

  private constructor(stationPort: number) {
    this.#server = createServer((near) => {
      if (this.#isCut) return void near.resetAndDestroy();
      const far = connect({ host: '127.0.0.1', port: stationPort });
      this.#join(near, far);
      this.#join(far, near);
    });
  }

  static async open(stationPort: number): Promise<Line> {
    const line = new Line(stationPort);
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    return line;
  }

  get url(): string {
    return `opc.tcp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Both ends see their connections reset; new ones are refused until {@link mend}. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Nothing comes through and nobody is told, as when a modem in between loses its state. */
  kill(): void {
    this.#isDead = true;
  }

  mend(): void {
    this.#isCut = false;
    this.#isDead = false;
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    let isDead = false;
    from.on('data', (bytes) => {
      isDead ||= this.#isDead;
      if (!isDead) to.write(bytes);
    });
    from.on('error', () => undefined);
    from.once('close', () => {
      this.#sockets.delete(from);
      if (!isDead) to.destroy();
    });
  }
}
