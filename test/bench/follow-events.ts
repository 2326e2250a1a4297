/**
 * Readers of server-sent events in a process of their own. Argument: an {@link EventsRun} as JSON. Sends `ready` once all
 * are connected, then, when each has its members, {@link EventsFollowed}.
 */
import { request } from 'node:http';

export interface EventsRun {
  readonly url: string;
  readonly readers: number;
  /** Members that each waits for. */
  readonly members: number;
}

export interface EventsFollowed {
  /** From the first member that anybody got to the last. */
  readonly seconds: number;
  /** From the stamp of a member's commit until it was there, one for each piece that came in, of the newest in it. */
  readonly delaysMs: readonly number[];
}

const { url, readers, members } = JSON.parse(process.argv[2] ?? '') as EventsRun;
const LINE_BREAK = 10;
const STAMP = '"aangemaaktOp":"';
const STAMP_LENGTH = '2026-01-01T00:00:00.000Z'.length;

let firstMs: number | undefined;
const delaysMs: number[] = [];

function noteDelay(piece: Buffer): void {
  const at = piece.lastIndexOf(STAMP);
  if (at === -1 || at + STAMP.length + STAMP_LENGTH > piece.length) return;
  const stamp = piece.toString('latin1', at + STAMP.length, at + STAMP.length + STAMP_LENGTH);
  delaysMs.push(Date.now() - Date.parse(stamp));
}

/** How many empty lines a piece ends; a break that the piece before ended with counts. */
function emptyLines(piece: Buffer, endedWithBreak: boolean): number {
  let count = endedWithBreak && piece[0] === LINE_BREAK ? 1 : 0;
  for (let at = piece.indexOf('\n\n'); at !== -1; at = piece.indexOf('\n\n', at + 2)) count += 1;
  return count;
}

function follow(): { readonly opened: Promise<void>; readonly done: Promise<void> } {
  const opened = Promise.withResolvers<void>();
  const done = Promise.withResolvers<void>();
  const asked = request(url, { headers: { accept: 'text/event-stream' }, agent: false }, (response) => {
    // The first empty line is behind what opens the stream.
    let events = -1;
    let endedWithBreak = false;
    response.on('data', (piece: Buffer) => {
      events += emptyLines(piece, endedWithBreak);
      endedWithBreak = piece.at(-1) === LINE_BREAK && piece.at(-2) !== LINE_BREAK;
      opened.resolve();
      if (events > 0) firstMs ??= performance.now();
      noteDelay(piece);
      if (events >= members) done.resolve();
    });
    response.on('close', () => done.reject(new Error(`${url} was closed after ${events} events`)));
  });
  asked.end();
  return { opened: opened.promise, done: done.promise };
}

const followed = Array.from({ length: readers }, follow);
await Promise.all(followed.map(({ opened }) => opened));
process.send?.('ready');
await Promise.all(followed.map(({ done }) => done));
const seconds = (performance.now() - (firstMs ?? 0)) / 1000;
process.send?.({ seconds, delaysMs } satisfies EventsFollowed, () => process.exit(0));
