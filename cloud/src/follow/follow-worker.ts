import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Fault, Result } from '@meetbrug/protocols/result';
import { openStoreForReading } from '../log/open-store.ts';
import type { OutsideAppend, OutsideAppendFaultCode, OutsideResult } from '../outside/outside-append.ts';
import { readOutsideCursor } from '../outside/outside-cursor.ts';
import { removeIndex } from '../views/open-index.ts';
import { type AdmitMembers, createAdmitMembers } from './admit-members.ts';
import { authoriseFeed } from './feed-credentials.ts';
import { sendRequest } from './feed-request.ts';
import { createFetchPage } from './fetch-page.ts';
import { type FollowPorts, followFeed } from './follow-feed.ts';
import { markOfState, stateOfMark } from './follow-mark.ts';
import { type FollowMemory, openFollowMemory } from './follow-memory.ts';
import type { FollowReply, FollowRequest, FollowSettings } from './follow-messages.ts';
import { type FollowedFeed, nameOfFeed } from './followed-feed.ts';
import { parsePage } from './parse-page.ts';

/** The thread that reads feeds of others. It keeps what it remembers of them; what it publishes goes through the writer. */
const port = parentPort;
if (port === null) throw new Error('feeds are followed by a worker thread');
const reply = (message: FollowReply) => port.postMessage(message);

/** How long a feed that somebody must mend first is left alone. */
const STANDING_MS = 900_000;
/** Progress is told at most this often, and when it has ended. */
const TELL_EVERY_MS = 250;

type Appended = Result<readonly OutsideResult[], Fault<OutsideAppendFaultCode>>;

const { storeFile, memoryFile, publicBaseUrl, feeds, until } = workerData as FollowSettings;
const stopping = new AbortController();
const appends = new Map<number, (outcome: Appended) => void>();
let lastId = 0;

/** Rises even when the clock of the machine is set back. */
const nowMs = () => performance.timeOrigin + performance.now();

port.on('message', (message: FollowRequest) => {
  if (message.kind === 'stop') return stopping.abort();
  appends.get(message.id)?.(message.outcome);
  appends.delete(message.id);
});

const memory = openMemory();
await Promise.all(feeds.map((feed, index) => run(feed, index)));
memory.close();
port.close();

async function run(feed: FollowedFeed, index: number): Promise<void> {
  const admit = await createAdmitMembers(feed, publicBaseUrl);
  if (!admit.ok) return reply({ kind: 'ended', feed: index, detail: admit.fault.detail });
  const { ports, tell } = portsOf(feed, index, admit.value);
  while (!stopping.signal.aborted) {
    const ended = await followFeed(feed, ports, until, stopping.signal);
    tell();
    if (stopping.signal.aborted) return;
    reply({ kind: 'ended', feed: index, ...(ended.ok ? {} : { detail: ended.fault.detail }) });
    if (until === 'caught-up') return;
    await wait(STANDING_MS, stopping.signal);
  }
}

function portsOf(
  feed: FollowedFeed,
  index: number,
  admit: AdmitMembers,
): { readonly ports: FollowPorts; readonly tell: () => void } {
  const name = nameOfFeed(feed);
  const { organisation, stream, url, hosts, credentials, pageBytesMax, timeoutMs } = feed;
  const { origin, host } = new URL(url);
  const settings = { origin, hosts: new Set([host, ...hosts]), pageBytesMax, timeoutMs };
  const authorisation = authoriseFeed(credentials, { send: sendRequest, nowMs: Date.now });
  const store = openStoreForReading(storeFile);
  const stored = markOfState(readOutsideCursor(store, name));
  store.close();
  let told = 0;
  let untold: (() => void) | undefined;
  return {
    tell: () => untold?.(),
    ports: {
      fetchPage: createFetchPage(settings, { send: sendRequest, authorisation, nowMs: Date.now }),
      parse: parsePage,
      admit,
      append: (members, mark) => append({ organisation, stream, members, cursor: { name, state: stateOfMark(mark) } }),
      memory: memory.feed(name, stored),
      nowMs,
      random: Math.random,
      wait,
      report(progress) {
        untold = () => {
          reply({ kind: 'progress', feed: index, progress });
          told = nowMs();
          untold = undefined;
        };
        if (progress.caughtUp || progress.fault !== undefined || nowMs() - told >= TELL_EVERY_MS) untold();
      },
    },
  };
}

function append(members: OutsideAppend): Promise<Appended> {
  const id = ++lastId;
  return new Promise((resolve) => {
    appends.set(id, resolve);
    reply({ kind: 'append', id, append: members });
  });
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
}

/** A file that cannot be used is made anew: what it held is read again. */
function openMemory(): FollowMemory {
  try {
    return openFollowMemory(memoryFile);
  } catch {
    removeIndex(memoryFile);
    return openFollowMemory(memoryFile);
  }
}
