import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTHING_WRONG, summariseComparison } from '../end-to-end/compare-feed.ts';
import { FORETOLD_STREAMS, type SettledFeeds, settleFeeds } from '../end-to-end/settle-feeds.ts';
import { createFleet, type FleetMessage } from '../fleet/create-fleet.ts';
import { publishFleet } from '../fleet/publish-fleet.ts';
import { seededRandom } from '../fleet/seeded-random.ts';
import { createInstallation, type Installation } from '../harness/installation.ts';
import type { Program } from '../harness/program.ts';
import { waitFor } from '../harness/wait-for.ts';
import { type WalkedView, walkPages } from '../walker/walk-pages.ts';
import { createSecondCloud, type SecondCloud } from './second-cloud.ts';

/** How long uplinks come and programs are killed; longer by the variable, as a campaign of its own. */
const SECONDS = Number(process.env.MEETBRUG_FOLLOW_SECONDS ?? 12);
const SEED = Number(process.env.MEETBRUG_FOLLOW_SEED ?? 17);
/** What the sensors measured before anybody listened comes at once: the second cloud has pages to catch up with. */
const BEFORE_MS = 20_000;
const CAUGHT_UP_TIMEOUT_MS = 60_000;

const fleet = createFleet({ seed: SEED, devices: 12, uplinksPerSecond: 60, duplicatesPercent: 5, latePercent: 5 });
const KILLS_MIN = 3;
const killed: Program[] = [];
const copies = new Map<string, WalkedView>();
let installation: Installation;
let second: SecondCloud;
let settled: SettledFeeds;

/** Kills a program now and then and starts it again, until the time is over and it was killed often enough; then it runs. */
async function killAndStart(program: Program, untilMs: number, random: () => number): Promise<void> {
  for (let kills = 0; kills < KILLS_MIN || Date.now() < untilMs; kills += 1) {
    await delay(200 + random() * 1_500);
    await program.kill();
    killed.push(program);
    await program.start();
  }
}

beforeAll(
  async () => {
    installation = await createInstallation({
      fleet,
      pageSize: 40,
      fanOut: 6,
      streams: FORETOLD_STREAMS,
      readerThreads: 1,
    });
    second = await createSecondCloud(new Map(FORETOLD_STREAMS.map((stream) => [stream, installation.viewUrl(stream)])));
    await Promise.all([installation.cloud.start(), installation.edge.start(), second.program.start()]);
    const over = new AbortController();
    const untilMs = Date.now() + SECONDS * 1_000;
    const sent: FleetMessage[] = [];
    const acknowledged: FleetMessage[] = [];
    const messages = (function* () {
      for (const message of fleet.messages(Date.now() - BEFORE_MS)) {
        sent.push(message);
        yield message;
      }
    })();
    const { unit } = seededRandom(SEED);
    const publishing = publishFleet({
      url: installation.edgeMqttUrl,
      clientId: 'two-clouds',
      messages,
      pace: 'as-timed',
      windowMax: 200,
      signal: over.signal,
      onAcknowledged: (message) => void acknowledged.push(message),
    });
    await Promise.all([installation.cloud, second.program].map((program) => killAndStart(program, untilMs, unit)));
    over.abort();
    await publishing;
    settled = await settleFeeds(installation, { fleet, acknowledged, sent });
    for (const stream of FORETOLD_STREAMS) copies.set(stream, await copyOf(stream));
  },
  (SECONDS + 180) * 1_000,
);

/** What the second cloud publishes once it holds as much as the first. */
async function copyOf(stream: (typeof FORETOLD_STREAMS)[number]): Promise<WalkedView> {
  const wanted = settled.views.get(stream)?.members.size ?? 0;
  let there = 0;
  return waitFor(
    async () => {
      const view = await walkPages({ rootUrl: second.viewUrl(stream) });
      there = view.members.size;
      return there >= wanted ? view : undefined;
    },
    CAUGHT_UP_TIMEOUT_MS,
    () => `the copy of ${stream} holds ${there} of ${wanted} members; ${second.program.output().slice(-2_000)}`,
  );
}

afterAll(async () => {
  await second?.remove();
  await installation?.remove();
});

describe('two clouds of which the second follows the first while both are killed', () => {
  it('were killed, both of them', () => {
    for (const program of [installation.cloud, second.program]) {
      expect(killed.filter((one) => one === program).length).toBeGreaterThanOrEqual(KILLS_MIN);
    }
  });

  it.each(FORETOLD_STREAMS)('hold the same members of %s at the end, each once, saying the same', (stream) => {
    const original = settled.views.get(stream) ?? expect.fail(`${stream} was not walked`);
    const copy = copies.get(stream) ?? expect.fail(`the copy of ${stream} was not walked`);
    const comparison = settled.comparisons.get(stream) ?? expect.fail(`${stream} was not compared`);
    expect(summariseComparison(comparison)).toEqual(NOTHING_WRONG);
    expect(original.members.size).toBeGreaterThan(200);
    expect([original.faults, copy.faults]).toEqual([[], []]);
    const said = ({ members }: WalkedView) =>
      [...members.values()].map(({ iri, isVersionOf, generatedAtTime, value }) => ({
        iri,
        isVersionOf,
        generatedAtTime,
        value,
      }));
    const byIri = (a: { iri: string }, b: { iri: string }) => (a.iri < b.iri ? -1 : 1);
    expect(said(copy).sort(byIri)).toEqual(said(original).sort(byIri));
  });
});
