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

const TIMEOUT_MS = 120_000;
const FOLLOW_TIMEOUT_MS = 60_000;
const MESSAGES = 1_200;
/** What stands before the first run, what comes while it goes on; the rest comes before the second run. */
const BEFORE = 800;
const DURING = 1_100;
const fleet = createFleet({
  seed: 31,
  devices: 15,
  uplinksPerSecond: 50,
  duplicatesPercent: 10,
  latePercent: 10,
  lateSecondsMax: 10,
  rubbishPercent: 10,
});

interface Replicas {
  readonly first: Replica;
  readonly second: Replica;
  readonly followed: Replica;
}

let installation: Installation;
let messages: FleetMessage[];
let stateFolder: string;
let replicas: ReadonlyMap<Theme, Replicas>;

beforeAll(async () => {
  installation = await createInstallation({ fleet, pageSize: 20, fanOut: 4, streams: FORETOLD_STREAMS });
  await installation.cloud.start();
  await installation.edge.start();
  stateFolder = mkdtempSync(join(tmpdir(), 'replication-'));
  messages = firstMessages(fleet, Date.now() - 3_600_000, MESSAGES);
  await publish(messages.slice(0, BEFORE));
  await settle(messages.slice(0, BEFORE));
  const following = FORETOLD_STREAMS.map((stream) => followUntilComplete(stream));
  const growing = publish(messages.slice(BEFORE, DURING));
  const first = await Promise.all(FORETOLD_STREAMS.map((stream) => replicateOnce(savedRun(stream))));
  await growing;
  await publish(messages.slice(DURING));
  await settle(messages);
  const second = await Promise.all(FORETOLD_STREAMS.map((stream) => replicateOnce(savedRun(stream))));
  const followed = await Promise.all(following);
  replicas = new Map(
    FORETOLD_STREAMS.map((stream, index) => [
      stream,
      {
        first: first[index] ?? new Map(),
        second: second[index] ?? new Map(),
        followed: followed[index] ?? new Map(),
      },
    ]),
  );
}, TIMEOUT_MS);

afterAll(async () => {
  await installation.remove();
  rmSync(stateFolder, { recursive: true, force: true });
});

async function publish(part: readonly FleetMessage[]): Promise<void> {
  const url = installation.edgeMqttUrl;
  const report = await publishFleet({ url, clientId: 'replication', messages: part, pace: 'flat-out', windowMax: 100 });
  expect(report).toEqual({ sent: part.length, acknowledged: part.length, unacknowledged: 0 });
}

async function settle(acknowledged: readonly FleetMessage[]): Promise<void> {
  await settleFeeds(installation, { fleet, acknowledged, sent: acknowledged });
}

function savedRun(stream: string) {
  return { url: installation.viewUrl(stream), statePath: join(stateFolder, stream) };
}

function expectedOf(stream: Theme) {
  return expectedFeeds(fleet, messages, installation).get(stream) ?? new Map<string, string>();
}

function compareWith(stream: Theme, published: ReadonlyMap<string, PublishedMember>) {
  return summariseComparison(compareFeed(expectedOf(stream), published));
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

function replicasOf(stream: Theme): Replicas {
  const found = replicas.get(stream);
  if (found === undefined) throw new Error(`${stream} was not replicated`);
  return found;
}

describe.each(FORETOLD_STREAMS)('the stream %s, replicated while it grows', (stream) => {
  it('reaches a follower completely: every observation once, with its value', () => {
    expect(expectedOf(stream).size).toBeGreaterThan(300);
    expect(compareWith(stream, replicasOf(stream).followed)).toEqual(NOTHING_WRONG);
  });

  it('reaches a client of two runs with saved state completely, and the second run brings only what is new', () => {
    const { first, second } = replicasOf(stream);
    expect(compareWith(stream, new Map([...first, ...second]))).toEqual(NOTHING_WRONG);
    expect([...second.keys()].filter((iri) => first.has(iri))).toEqual([]);
    expect(second.size).toBeGreaterThan(0);
  });

  it.each(Object.keys(PAGE_PARSERS))('stands soundly on its pages, each member on one, as %s', async (mediaType) => {
    const view = await walkPages({ rootUrl: installation.viewUrl(stream), mediaType });
    expect(view.faults).toEqual([]);
    expect(compareWith(stream, view.members)).toEqual(NOTHING_WRONG);
    expect(view.depth).toBeGreaterThanOrEqual(3);
    const pagesOfMembers = [...view.pages.values()].filter(({ memberCount }) => memberCount > 0);
    expect(pagesOfMembers.filter(({ immutable }) => !immutable).length).toBeLessThanOrEqual(1);
    expect(pagesOfMembers.every(({ memberCount, immutable }) => !immutable || memberCount === 20)).toBe(true);
  });
});
