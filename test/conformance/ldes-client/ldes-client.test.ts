import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { freePorts } from '../../harness/free-port.ts';
import { waitFor } from '../../harness/wait-for.ts';
import { walkPages } from '../../walker/walk-pages.ts';
import { attempt, fetchesOf } from './attempts.ts';
import { type ClientCloud, type ClientCloudSettings, startClientCloud, VIEWS, type ViewName } from './client-cloud.ts';
import { lateMembers, memberIri, newestMembers } from './late-members.ts';
import { irisOf, replicateView, resumePass, type SavedPass, savePass } from './replication-scenario.ts';
import { passOnce } from './run-client.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** The evening before a month ends: members come in two months. */
const EVENING_MS = Date.UTC(2026, 9, 31, 20);
const SMALL = { pageSize: 50, fanOut: 5, startMs: EVENING_MS } as const;

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'ldes-client-'));
}

async function startForTest(settings: Omit<ClientCloudSettings, 'dataDir'>): Promise<ClientCloud & { state: string }> {
  const dataDir = folder();
  const state = join(dataDir, 'state');
  mkdirSync(state);
  const cloud = await startClientCloud({ dataDir: join(dataDir, 'cloud'), ...settings });
  onTestFinished(async () => {
    await cloud.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return { ...cloud, state };
}

describe.each(VIEWS)('ldes-client on the view %s, while members come in, a tenth of them late', (view) => {
  test('gets all of them: following, in one run, and in two runs with saved state', { timeout: 120_000 }, async () => {
    const cloud = await startForTest(SMALL);
    const { follower, saved, once } = await replicateView(cloud, view, lateMembers(800), cloud.state);
    expect({ view, follower, saved: saved.outcome, once: once.outcome }).toMatchObject({
      follower: { missing: [], unknown: [] },
      saved: { missing: [], unknown: [], repeated: 0 },
      once: { missing: [], unknown: [] },
    });
    expect(saved.outcome.fresh).toBeGreaterThan(0);
  });
});

describe('ldes-client on a stream of two months', () => {
  const COMMIT_EVERY_MS = 2 * HOUR_MS;
  const MEMBERS = 2_000;
  let cloud: ClientCloud;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = folder();
    cloud = await startClientCloud({ dataDir, ...SMALL });
    const members = lateMembers(MEMBERS);
    for (let from = 0; from < MEMBERS; from += 200)
      await cloud.deliver(members.slice(from, from + 200), COMMIT_EVERY_MS);
    for (const view of VIEWS) await cloud.settle(view);
  }, 60_000);
  afterAll(async () => {
    await cloud.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test.each(['by-page', 'by-time'] as const)(
    'gets the members of %s in the order of their timestamps',
    { timeout: 120_000 },
    async (view) => {
      const ordered = { url: cloud.viewUrl(view), ordered: 'ascending' } as const;
      const { outcome } = await attempt(
        (number) => passOnce({ ...ordered, concurrentFetches: fetchesOf(number) }),
        (received) => irisOf(received).size === MEMBERS,
      );
      expect(irisOf(outcome)).toEqual(cloud.shown(view));
      const stamps = outcome.map(({ stampMs }) => stampMs ?? Number.NaN);
      expect(stamps).toEqual(stamps.toSorted((one, other) => one - other));
      expect(new Set(stamps).size).toBe(MEMBERS / 200);
    },
  );

  test.each(VIEWS)('selects by the time of publication on %s', { timeout: 60_000 }, async (view) => {
    // Between two commits each, one in the first month and one in the second.
    const afterMs = EVENING_MS + 1.5 * COMMIT_EVERY_MS;
    const beforeMs = EVENING_MS + 8.5 * COMMIT_EVERY_MS;
    const window = { url: cloud.viewUrl(view), afterMs, beforeMs };
    const wanted = selected(view, afterMs, beforeMs);
    expect(wanted.size).toBeLessThan(cloud.shown(view).size);
    const { outcome } = await attempt(
      (number) => passOnce({ ...window, concurrentFetches: fetchesOf(number) }).then(irisOf),
      (iris) => iris.size === wanted.size,
    );
    expect(outcome).toEqual(wanted);
  });

  function selected(view: ViewName, afterMs: number, beforeMs: number): Set<string> {
    const shown = cloud.shown(view);
    const within = cloud.delivered().filter(({ stampMs }) => stampMs > afterMs && stampMs < beforeMs);
    return new Set(within.map(({ member }) => memberIri(cloud.publicBaseUrl, member)).filter((iri) => shown.has(iri)));
  }
});

describe('a saved state that is older than the retention of its view', () => {
  const OLD = 600;
  const members = lateMembers(900);
  const saved = new Map<ViewName, SavedPass>();
  let dataDir: string;
  let after: ClientCloud | undefined;

  beforeAll(async () => {
    dataDir = folder();
    const [httpPort = 0] = await freePorts(1);
    const settings = { dataDir: join(dataDir, 'cloud'), ...SMALL, retentionDays: 1, httpPort };
    const before = await startClientCloud(settings);
    await before.deliver(members.slice(0, OLD), HOUR_MS);
    for (const view of VIEWS) {
      await before.settle(view);
      saved.set(view, await savePass(before, view, join(dataDir, `state-${view}`)));
    }
    before.advance(70 * DAY_MS);
    await before.deliver(members.slice(OLD), HOUR_MS);
    await before.stop();
    // Retention looks for what need not be kept when the cloud starts.
    after = await startClientCloud({ ...settings, startMs: EVENING_MS + 75 * DAY_MS });
  }, 90_000);
  afterAll(async () => {
    await after?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test.each(VIEWS)('resumes on %s with all that is new', { timeout: 60_000 }, async (view) => {
    const cloud = after ?? expect.fail('the cloud did not start again');
    const url = cloud.viewUrl(view);
    const first = saved.get(view) ?? expect.fail(`${view} was not read`);
    await waitFor(
      () => hasDropped(url, first.iris),
      20_000,
      () => `${view} keeps everything`,
    );
    const shown = view === 'latest' ? newestMembers(members) : members.slice(OLD);
    const iris = shown.map((member) => memberIri(cloud.publicBaseUrl, member));
    const fresh = iris.filter((iri) => !first.iris.has(iri));
    expect(fresh.length).toBeGreaterThan(0);
    const second = await resumePass(url, first, fresh);
    expect(fresh.filter((iri) => !second.has(iri))).toEqual([]);
  });
});

/** Whether a view no longer shows something that a client has read. */
async function hasDropped(rootUrl: string, known: ReadonlySet<string>): Promise<true | undefined> {
  const { members } = await walkPages({ rootUrl });
  return [...known].some((iri) => !members.has(iri)) || undefined;
}
