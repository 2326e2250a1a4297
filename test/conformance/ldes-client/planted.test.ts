import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MutantServer, startMutantServer } from '../ldes/mutants/mutant-server.ts';
import { drop, EVERYWHERE, header, type Mutation, SOUND } from '../ldes/mutants/mutation.ts';
import { type ClientCloud, startClientCloud } from './client-cloud.ts';
import { lateMembers, memberIri } from './late-members.ts';
import { irisOf, type SavedPass, savePass } from './replication-scenario.ts';
import { passOnce } from './run-client.ts';

const HOUR_MS = 3_600_000;
const EVENING_MS = Date.UTC(2026, 9, 31, 20);
const COMMIT = 100;
/** So that what the client misses is missed because of the plant. */
const ONE_AT_A_TIME = 1;
const members = lateMembers(1_000);
const later = members.slice(800);

let dataDir: string;
let server: MutantServer;
let cloud: ClientCloud;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'planted-'));
  server = await startMutantServer(() => cloud.httpPort, true);
  const settings = { pageSize: 50, fanOut: 5, startMs: EVENING_MS, publicBaseUrl: server.origin };
  cloud = await startClientCloud({ dataDir: join(dataDir, 'cloud'), ...settings });
  for (let from = 0; from < 800; from += COMMIT) await cloud.deliver(members.slice(from, from + COMMIT), HOUR_MS);
  await cloud.settle('by-page');
  await cloud.settle('by-time');
});

afterAll(async () => {
  await server.stop();
  await cloud.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** How many of the members that were published in a window a client on by-time misses; all when it gives up. */
async function missedInWindow(mutation: Mutation, concurrentFetches: number): Promise<number> {
  server.mutate(mutation);
  const url = cloud.viewUrl('by-time');
  const [afterMs, beforeMs] = [EVENING_MS + 4.5 * HOUR_MS, EVENING_MS + 7.5 * HOUR_MS];
  const wanted = cloud
    .delivered()
    .filter(({ stampMs }) => stampMs > afterMs && stampMs < beforeMs)
    .map(({ member }) => memberIri(cloud.publicBaseUrl, member));
  const iris = await passOnce({ url, concurrentFetches, afterMs, beforeMs }).then(irisOf, () => new Set());
  return wanted.filter((iri) => !iris.has(iri)).length;
}

test('a view that says nothing of the path it compares by costs ldes-client members, and the runs here notice', async () => {
  expect(await missedInWindow(SOUND, ONE_AT_A_TIME)).toBe(0);
  expect(await missedInWindow(drop(EVERYWHERE, /rdf-syntax-ns#Property>/), ONE_AT_A_TIME)).toBeGreaterThan(0);
});

test('an index node that is called immutable too early hides what is new from saved state, and the runs here notice', async () => {
  const url = cloud.viewUrl('by-page');
  const tooEarly = header(/\/index\/1\/\d+$/, 'cache-control', () => 'public, max-age=604800, immutable');
  server.mutate(SOUND);
  const sound = await savePass(cloud, 'by-page', join(dataDir, 'sound'));
  server.mutate(tooEarly);
  const misled = await savePass(cloud, 'by-page', join(dataDir, 'misled'));
  server.mutate(SOUND);
  await cloud.deliver(later, HOUR_MS);
  await cloud.settle('by-page');
  const fresh = later.map((member) => memberIri(cloud.publicBaseUrl, member));
  const missedBy = async ({ statePath }: SavedPass) => {
    const iris = irisOf(await passOnce({ url, statePath, concurrentFetches: ONE_AT_A_TIME }));
    return fresh.filter((iri) => !iris.has(iri)).length;
  };
  expect(await missedBy(misled)).toBeGreaterThan(0);
  expect(await missedBy(sound)).toBe(0);
});
