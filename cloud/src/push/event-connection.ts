import type { ServerResponse } from 'node:http';
import { type CutReason, cutText, endText, HEARTBEAT, openText } from './event-text.ts';
import type { Sink } from './stream-feed.ts';

export interface EventConnectionSettings {
  readonly bufferBytesMax: number;
  /** How long it may take over what waits for it once that is more. */
  readonly slowMs: number;
  readonly heartbeatMs: number;
  /** A clock that only rises. */
  readonly elapsedMs: () => number;
}

/** One reader of server-sent events. */
export interface EventConnection extends Sink {
  /** To be called about once a second: says that it lives, and ends what does not take what it is given. */
  tick(): void;
}

/** @param isPrivate whether only this reader may see it: no cache keeps it either way */
export function eventHeaders(isPrivate: boolean): Record<string, string> {
  return {
    'Content-Type': 'text/event-stream',
    'Cache-Control': isPrivate ? 'private, no-store' : 'no-store',
    Vary: 'Accept, Authorization, X-API-KEY',
    'Access-Control-Allow-Origin': '*',
    // Proxies that buffer answers hold events back; some know this header.
    'X-Accel-Buffering': 'no',
  };
}

export interface EventConnectionHandlers {
  /** There is room again after `full`. */
  readonly onReady: () => void;
  readonly onCut: (reason: CutReason) => void;
}

/**
 * Writes to a response whose headers are out.
 * @param next the ordinal that it gets first
 */
export function openEventConnection(
  response: ServerResponse,
  next: number,
  { bufferBytesMax, slowMs, heartbeatMs, elapsedMs }: EventConnectionSettings,
  { onReady, onCut }: EventConnectionHandlers,
): EventConnection {
  let fullSinceMs: number | undefined;
  let writtenMs = elapsedMs();
  /** When it was ended: what waits then is still for it to take, its reason at the end. */
  let endedMs: number | undefined;

  // A reader that goes away while it is written to: `close` follows.
  response.on('error', () => undefined);
  response.on('drain', () => {
    if (fullSinceMs === undefined) return;
    fullSinceMs = undefined;
    if (endedMs === undefined) onReady();
  });

  function write(text: string | Uint8Array): void {
    writtenMs = elapsedMs();
    response.write(text);
  }

  function end(text: string): void {
    if (endedMs !== undefined) return;
    endedMs = elapsedMs();
    response.end(text);
  }

  function cut(reason: CutReason): void {
    if (endedMs === undefined) onCut(reason);
    end(cutText(reason));
  }

  write(openText(next));
  return {
    wantsObservations: () => false,
    take({ body }) {
      if (endedMs !== undefined) return 'full';
      write(body);
      if (response.writableLength <= bufferBytesMax) return 'ready';
      fullSinceMs = elapsedMs();
      return 'full';
    },
    end: (memberCount) => end(endText(memberCount)),
    cut,
    tick() {
      const nowMs = elapsedMs();
      if (endedMs !== undefined) {
        if (nowMs - endedMs > slowMs) response.destroy();
      } else if (fullSinceMs !== undefined) {
        if (nowMs - fullSinceMs > slowMs) cut('slow-reader');
      } else if (nowMs - writtenMs >= heartbeatMs && response.writableLength === 0) {
        write(HEARTBEAT);
      }
    },
  };
}
