import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { waitFor } from '../harness/wait-for.ts';

/** A server-sent event, as a browser would have it. */
export interface PushedEvent {
  /** `message` when it has no name. */
  readonly type: string;
  /** The last id that was heard by then. */
  readonly id: string;
  readonly data: string;
}

export interface EventReaderOptions {
  readonly port: number;
  /** `/ldes/{organisation}/{stream}` */
  readonly path: string;
  readonly lastEventId?: string;
  readonly headers?: Record<string, string>;
  /** Called for each event, before it is kept. */
  readonly onEvent?: (event: PushedEvent) => void;
  /** Called with the bytes that have come so far. */
  readonly onBytes?: (count: number) => void;
  /** Keep no events: `onEvent` is enough. */
  readonly forgets?: boolean;
}

const PATIENCE_MS = 20_000;

/** Reads an event stream by the rules of HTML (section 9.2.6): an event counts once the empty line behind it has come. */
export class EventReader {
  readonly events: PushedEvent[] = [];
  /** What it would say when it comes back. */
  lastEventId: string;
  comments = 0;
  isOver = false;
  status = 0;
  bytes = 0;
  response: IncomingMessage | undefined;
  readonly closed: Promise<void>;
  readonly #request: ClientRequest;
  readonly #options: EventReaderOptions;
  #pending = '';

  constructor(options: EventReaderOptions) {
    this.#options = options;
    this.lastEventId = options.lastEventId ?? '';
    const { port, path, lastEventId } = options;
    const resume = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
    const headers = { accept: 'text/event-stream', ...resume, ...options.headers };
    this.#request = request({ host: '127.0.0.1', port, path, headers, agent: false });
    this.closed = new Promise((resolve) => {
      const over = () => {
        this.isOver = true;
        resolve();
      };
      this.#request.on('response', (response) => {
        this.response = response;
        this.status = response.statusCode ?? 0;
        response.setEncoding('latin1').on('data', (text: string) => this.#take(text));
        response.on('close', over);
        response.on('error', over);
      });
      this.#request.on('error', over);
      this.#request.on('close', over);
    });
    this.#request.end();
  }

  get ordinals(): number[] {
    return this.events.filter(({ type }) => type === 'message').map(({ id }) => Number(id));
  }

  /** Waits until it is true of what was heard. */
  async until(what: string, isTrue: () => boolean, timeoutMs = PATIENCE_MS): Promise<void> {
    await waitFor(
      () => isTrue() || undefined,
      timeoutMs,
      () => `${what}: ${this.events.length} events, last ${JSON.stringify(this.events.at(-1))?.slice(0, 200)}`,
    );
  }

  /** Waits until the stream has begun: from then on nothing is missed. */
  async opened(): Promise<this> {
    await this.until('the stream begins', () => this.bytes > 0 || this.isOver);
    return this;
  }

  /** Ends it without a word, in the middle of whatever comes. */
  kill(): void {
    this.#request.destroy();
  }

  #take(text: string): void {
    this.bytes += text.length;
    this.#pending += text;
    for (let end = this.#pending.indexOf('\n\n'); end !== -1; end = this.#pending.indexOf('\n\n')) {
      if (this.#request.destroyed) return;
      this.#block(this.#pending.slice(0, end));
      this.#pending = this.#pending.slice(end + 2);
    }
    this.#options.onBytes?.(this.bytes);
  }

  #block(text: string): void {
    let type = 'message';
    const data: string[] = [];
    for (const line of text.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (line.startsWith(':')) this.comments += 1;
      else if (field === 'event') type = value;
      else if (field === 'id') this.lastEventId = value;
      else if (field === 'data') data.push(value);
    }
    if (data.length === 0) return;
    const event = { type, id: this.lastEventId, data: data.join('\n') };
    this.#options.onEvent?.(event);
    if (this.#options.forgets !== true) this.events.push(event);
  }
}
