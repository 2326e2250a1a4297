import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Theme } from '@meetbrug/protocols/properties';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFleet, type FleetMessage, firstMessages } from '../fleet/create-fleet.ts';
import { publishFleet } from '../fleet/publish-fleet.ts';
import { createInstallation, type Installation } from '../harness/installation.ts';
import { PAGE_PARSERS } from '../walker/page-facts.ts';
import { type Replica, replicateFollowing, replicateOnce } from '../walker/replicate.ts';
import { walkPages } from '../walker/walk-pages.ts';
import { compareFeed, NOTHING_WRONG, type PublishedMember, summariseComparison } from './compare-feed.ts';
import { expectedFeeds } from './expected-feed.ts';
import { FORETOLD_STREAMS, settleFeeds } from './settle-feeds.ts';

const TIMEOUT_MS = 180_000;
const FOLLOW_TIMEOUT_MS = 120_000;
/** What stands before the first run; each attempt adds one part while its first run goes on and one before its second. */
const BEFORE = 800;
const PART = 100;
/**
 * ldes-client 0.3.0 ends a pass early now and then on a busy machine: a page that moves between two of its lists is in
 * neither for a moment, and when it is the only one the client takes itself for done and forgets it, saved state included.
 * A client that begins anew is not affected, so a replica that comes out incomplete is made again, this often at most.
 */
const ATTEMPTS_MAX = 4;
const MESSAGES = BEFORE + ATTEMPTS_MAX * 2 * PART;
const fleet = createFleet({
  seed: 31,
  devices: 15,
  uplinksPerSecond: 50,
  duplicatesPercent: 10,
  latePercent: 10,
  lateSecondsMax: 10,
  rubbishPercent: 10,
});
const messages = firstMessages(fleet, Date.now() - 3_600_000, MESSAGES);

/** Two runs of a client: one while the stream grows, one with the state that the first has saved. */
interface SavedReplica {
  readonly first: Replica;
  readonly second: Replica;
  /** What was published before the second run. */
  readonly expected: ReadonlyMap<string, string>;
}

let installation: Installation;
let stateFolder: string;
let publishedCount = 0;
const saved = new Map<Theme, SavedReplica>();
const followed = new Map<Theme, Replica>();

beforeAll(async () => {
  installation = await createInstallation({ fleet, pageSize: 20, fanOut: 4, streams: FORETOLD_STREAMS });
  await installation.cloud.start();
  await installation.edge.start();
  stateFolder = mkdtempSync(join(tmpdir(), 'replication-'));
  await publishNext(BEFORE);
  const following = FORETOLD_STREAMS.map(async (stream) => followed.set(stream, await followUntilComplete(stream)));
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) await replicateTwice(attempt);
  await Promise.all(following);
}, TIMEOUT_MS);

/** One attempt at the replicas that are not complete yet; the stream grows all the same. */
async function replicateTwice(attempt: number): Promise<void> {
  const streams = FORETOLD_STREAMS.filter((stream) => !isComplete(saved.get(stream)));
  const run = (stream: Theme) =>
    replicateOnce({ url: installation.viewUrl(stream), statePath: join(stateFolder, `${stream}-${attempt}`) });
  const growing = publishNext(PART);
  const first = await inTurn(streams, run);
  await growing;
  await publishNext(PART);
  await settleFeeds(installation, { fleet, acknowledged: published(), sent: published() });
  const second = await inTurn(streams, run);
  for (const stream of streams) {
    const replica = { first: first.get(stream) ?? new Map(), second: second.get(stream) ?? new Map() };
    saved.set(stream, { ...replica, expected: expectedOf(stream, published()) });
  }
}

async function inTurn(
  streams: readonly Theme[],
  run: (stream: Theme) => Promise<Replica>,
): Promise<Map<Theme, Replica>> {
  const replicas = new Map<Theme, Replica>();
  for (const stream of streams) replicas.set(stream, await run(stream));
  return replicas;
}

function isComplete(replica: SavedReplica | undefined): boolean {
  if (replica === undefined) return false;
  const found = new Set([...replica.first.keys(), ...replica.second.keys()]);
  return found.size === replica.expected.size;
}

afterAll(async () => {
  await installation.remove();
  rmSync(stateFolder, { recursive: true, force: true });
});

function published(): readonly FleetMessage[] {
  return messages.slice(0, publishedCount);
}

async function publishNext(count: number): Promise<void> {
  const part = messages.slice(publishedCount, publishedCount + count);
  const url = installation.edgeMqttUrl;
  const report = await publishFleet({ url, clientId: 'replication', messages: part, pace: 'flat-out', windowMax: 100 });
  expect(report).toEqual({ sent: part.length, acknowledged: part.length, unacknowledged: 0 });
  publishedCount += count;
}

function expectedOf(stream: Theme, sent: readonly FleetMessage[] = messages): ReadonlyMap<string, string> {
  return expectedFeeds(fleet, sent, installation).get(stream) ?? new Map<string, string>();
}

function compareWith(expected: ReadonlyMap<string, string>, members: ReadonlyMap<string, PublishedMember>) {
  return summariseComparison(compareFeed(expected, members));
}

function followUntilComplete(stream: Theme): Promise<Replica> {
  const complete = expectedOf(stream).size;
  return replicateFollowing({
    url: installation.viewUrl(stream),
    pollIntervalMs: 200,
    timeoutMs: FOLLOW_TIMEOUT_MS,
    until: ({ size }) => size >= complete,
  });
}

describe.each(FORETOLD_STREAMS)('the stream %s, replicated while it grows', (stream) => {
  it('reaches a follower completely: every observation once, with its value', () => {
    expect(expectedOf(stream).size).toBeGreaterThan(300);
    expect(compareWith(expectedOf(stream), followed.get(stream) ?? new Map())).toEqual(NOTHING_WRONG);
  });

  it('reaches a client of two runs with saved state completely, and the second run brings only what is new', () => {
    const { first, second, expected } = saved.get(stream) ?? expect.fail(`${stream} was not replicated`);
    expect(compareWith(expected, new Map([...first, ...second]))).toEqual(NOTHING_WRONG);
    expect([...second.keys()].filter((iri) => first.has(iri))).toEqual([]);
    expect(second.size).toBeGreaterThan(0);
  });

  it.each(Object.keys(PAGE_PARSERS))('stands soundly on its pages, each member on one, as %s', async (mediaType) => {
    const view = await walkPages({ rootUrl: installation.viewUrl(stream), mediaType });
    expect(view.faults).toEqual([]);
    expect(compareWith(expectedOf(stream), view.members)).toEqual(NOTHING_WRONG);
    expect(view.depth).toBeGreaterThanOrEqual(3);
    const pagesOfMembers = [...view.pages.values()].filter(({ memberCount }) => memberCount > 0);
    expect(pagesOfMembers.filter(({ immutable }) => !immutable).length).toBeLessThanOrEqual(1);
    expect(pagesOfMembers.every(({ memberCount, immutable }) => !immutable || memberCount === 20)).toBe(true);
  });
});
