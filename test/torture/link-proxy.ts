import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { PacketSplitter, publishedKind, redelivery } from './mqtt-packets.ts';

/** What the line between edge and cloud does. */
export type LinkWeather =
  | { readonly kind: 'clear' }
  /** Every connection is reset, and every new one at once. */
  | { readonly kind: 'cut' }
  /** What is connected stays open and swallows everything, for good; whoever connects anew gets through. */
  | { readonly kind: 'half-open' }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** Batches and acknowledgements arrive twice. */
  | { readonly kind: 'duplicating' }
  /** A batch or acknowledgement waits until the next one has passed it, or a moment. */
  | { readonly kind: 're-ordering' };

export interface LinkProxy {
  readonly port: number;
  setTarget(port: number): void;
  setWeather(weather: LinkWeather): void;
  /** What the weather did so far: a fault that touched nothing proves nothing. */
  readonly done: Readonly<Record<LinkWeather['kind'], number>>;
  close(): Promise<void>;
}

interface Line {
  readonly edgeSide: Socket;
  readonly cloudSide: Socket;
  swallows: boolean;
}

const SLOW_STEP_MS = 25;
const OVERTAKEN_WITHIN_MS = 100;
const REPEATED_KINDS = new Set(['batch', 'acknowledgement']);

/** A TCP proxy that knows MQTT, on a port of its own. Until it has a target it refuses. */
export async function startLinkProxy(): Promise<LinkProxy> {
  const lines = new Set<Line>();
  const done: Record<LinkWeather['kind'], number> = {
    clear: 0,
    cut: 0,
    'half-open': 0,
    slow: 0,
    duplicating: 0,
    're-ordering': 0,
  };
  let target: number | undefined;
  let weather: LinkWeather = { kind: 'clear' };

  const server = createServer((edgeSide) => {
    edgeSide.on('error', () => undefined);
    if (target === undefined || weather.kind === 'cut') {
      done.cut += 1;
      edgeSide.resetAndDestroy();
      return;
    }
    const cloudSide = connect(target, '127.0.0.1');
    cloudSide.on('error', () => undefined);
    const line: Line = { edgeSide, cloudSide, swallows: false };
    lines.add(line);
    void pump(line, edgeSide, cloudSide);
    void pump(line, cloudSide, edgeSide);
  });

  async function pump(line: Line, from: Socket, to: Socket): Promise<void> {
    const splitter = new PacketSplitter();
    const queue = new OvertakingQueue((packet) => write(to, packet));
    try {
      for await (const chunk of from) {
        if (line.swallows) done['half-open'] += 1;
        else for (const packet of splitter.push(chunk)) await pass(packet, to, queue);
      }
    } catch {
      // A reset connection is what this program is for.
    }
    queue.stop();
    // Nobody hears of the end of a connection that swallows.
    if (line.swallows && !isClosing) return;
    to.destroy();
    lines.delete(line);
  }

  async function pass(packet: Buffer, to: Socket, queue: OvertakingQueue): Promise<void> {
    done.clear += 1;
    const repeats = REPEATED_KINDS.has(publishedKind(packet) ?? '');
    if (weather.kind === 'slow') {
      done.slow += 1;
      return writeSlowly(to, packet, weather.bytesPerSecond);
    }
    if (weather.kind === 're-ordering' && repeats) {
      done['re-ordering'] += 1;
      return queue.add(packet);
    }
    await write(to, packet);
    if (weather.kind !== 'duplicating' || !repeats) return;
    done.duplicating += 1;
    await write(to, redelivery(packet));
  }

  let isClosing = false;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    done,
    setTarget(port) {
      target = port;
    },
    setWeather(next) {
      weather = next;
      if (next.kind === 'half-open') for (const line of lines) line.swallows = true;
      if (next.kind !== 'cut') return;
      done.cut += lines.size;
      for (const line of lines) resetBoth(line);
    },
    async close() {
      isClosing = true;
      for (const line of lines) resetBoth(line);
      server.close();
      await once(server, 'close');
    },
  };
}

function resetBoth({ edgeSide, cloudSide }: Line): void {
  edgeSide.resetAndDestroy();
  cloudSide.resetAndDestroy();
}

async function write(to: Socket, bytes: Buffer): Promise<void> {
  if (to.destroyed || to.write(bytes)) return;
  await Promise.race([once(to, 'drain'), once(to, 'close')]);
}

async function writeSlowly(to: Socket, bytes: Buffer, bytesPerSecond: number): Promise<void> {
  const step = Math.max(1, Math.floor((bytesPerSecond * SLOW_STEP_MS) / 1000));
  for (let start = 0; start < bytes.length && !to.destroyed; start += step) {
    await write(to, bytes.subarray(start, start + step));
    await delay(SLOW_STEP_MS);
  }
}

/** Holds one packet back until the next has gone first, or a moment has passed. */
class OvertakingQueue {
  readonly #write: (packet: Buffer) => Promise<void>;
  #held: Buffer | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (packet: Buffer) => Promise<void>) {
    this.#write = write;
  }

  async add(packet: Buffer): Promise<void> {
    if (this.#held === undefined) {
      this.#held = packet;
      this.#timer = setTimeout(() => void this.#release(), OVERTAKEN_WITHIN_MS);
      return;
    }
    await this.#write(packet);
    await this.#release();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #release(): Promise<void> {
    clearTimeout(this.#timer);
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) await this.#write(held);
  }
}
