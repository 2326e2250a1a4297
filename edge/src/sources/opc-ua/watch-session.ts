import type { ClientSession, ClientSubscription, OPCUAClient } from 'node-opcua-client';

export interface ConnectionEvents {
  connected(): void;
  disconnected(detail: string): void;
}

export interface WatchedSession {
  /** Settles when the session must be made anew: the server has other namespaces, or the connection did not come back. */
  readonly ended: Promise<string>;
  /** Lets the server report, or keep what it has (a bounded number of values a node) until it may again. */
  report(isOn: boolean): void;
}

interface Watched {
  readonly client: OPCUAClient;
  readonly session: ClientSession;
  readonly subscription: ClientSubscription;
  readonly namespaces: readonly string[];
  /** After so much silence the library breaks the connection by itself. */
  readonly silenceMaxMs: number;
  readonly events: ConnectionEvents;
}

/** How long a server is asked to keep a subscription whose reader is away, and the library to look for the server. */
export const RESTORE_MAX_MS = 600_000;
/** When the library has not broken a silent connection by then, the session is made anew, and what the server kept is lost. */
const SILENCES_MAX = 3;
const SAY_AGAIN_MS = 1_000;

/**
 * Says when a session is lost, restored by the library, or over. After each restoration the namespaces are compared: a server
 * that has started again may number them anew. Whether it may report is said again until it is heard, and after each
 * restoration, because a subscription that had to be made anew reports.
 */
export function watchSession(watched: Watched): WatchedSession {
  const { client, session, subscription, namespaces, events } = watched;
  const silenceMaxMs = SILENCES_MAX * watched.silenceMaxMs;
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  let patience: NodeJS.Timeout | undefined;
  let again: NodeJS.Timeout | undefined;
  let isReporting = true;
  let isOver = false;

  const end = (detail: string) => {
    isOver = true;
    clearTimeout(patience);
    clearTimeout(again);
    resolve(detail);
  };
  const allow = (ms: number, detail: string) => {
    clearTimeout(patience);
    if (!isOver) patience = setTimeout(() => end(detail), ms);
  };
  const heard = () => allow(silenceMaxMs, `nothing has come for ${silenceMaxMs} ms`);
  const sayReporting = async () => {
    clearTimeout(again);
    if (isOver) return;
    const isHeard = await subscription.setPublishingMode(isReporting).then(
      (code) => code.isGood(),
      () => false,
    );
    if (!isHeard && !isOver) again = setTimeout(sayReporting, SAY_AGAIN_MS);
  };
  const restored = async () => {
    heard();
    try {
      const now = await session.readNamespaceArray();
      if (now.join('\n') !== namespaces.join('\n')) return end('the server has other namespaces than before');
    } catch (error) {
      return end(error instanceof Error ? error.message : 'the namespaces cannot be read');
    }
    events.connected();
    if (!isReporting) void sayReporting();
  };

  heard();
  subscription.on('received_notifications', heard);
  subscription.on('keepalive', heard);
  client.on('connection_lost', () => {
    events.disconnected('the connection is lost');
    allow(RESTORE_MAX_MS, 'the session could not be restored');
  });
  client.on('connection_reestablished', restored);
  session.on('session_closed', () => end('the server has closed the session'));
  // By the library when it gives a connection up, or by whoever closes this session.
  client.on('close', () => end('the connection is closed'));
  return {
    ended,
    report(isOn) {
      if (isOn === isReporting) return;
      isReporting = isOn;
      void sayReporting();
    },
  };
}
