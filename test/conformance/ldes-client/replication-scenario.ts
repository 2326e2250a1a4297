import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { ATTEMPTS_MAX, type Attempted, attempt, fetchesOf } from './attempts.ts';
import type { ClientCloud, ViewName } from './client-cloud.ts';
import type { LateMember } from './late-members.ts';
import { followUntil, passOnce } from './run-client.ts';

/** What clients of a view miss of what it shows, and what they have that was never published. */
export interface Difference {
  readonly missing: readonly string[];
  readonly missingCount: number;
  readonly unknown: readonly string[];
}

export interface SavedRuns extends Difference {
  /** What the second run handed over again. */
  readonly repeated: number;
  /** How many the second run brought. */
  readonly fresh: number;
}

export interface ViewReplication {
  readonly follower: Difference;
  readonly saved: Attempted<SavedRuns>;
  readonly once: Attempted<Difference>;
}

const FOLLOW_TIMEOUT_MS = 600_000;
const POLL_INTERVAL_MS = 500;
const STEP_MS = 60_000;
const EXAMPLES_MAX = 3;

/**
 * A view with three clients: one that follows while members come in, one that runs while they come in and again with its
 * saved state when more have come, and one that runs once at the end. `members` are delivered in parts: a half before
 * anyone reads, then a part during and a part between the runs of each attempt, so that every attempt sees growth.
 */
export async function replicateView(
  cloud: ClientCloud,
  view: ViewName,
  members: readonly LateMember[],
  stateFolder: string,
): Promise<ViewReplication> {
  const url = cloud.viewUrl(view);
  const half = Math.floor(members.length / 2);
  const rest = members.slice(half);
  const part = Math.ceil(rest.length / (2 * ATTEMPTS_MAX));
  const deliverNext = () => cloud.deliver(rest.splice(0, part), STEP_MS);
  await cloud.deliver(members.slice(0, half), STEP_MS);

  const isEverything = (iris: ReadonlySet<string>) =>
    rest.length === 0 && [...cloud.shown(view)].every((iri) => iris.has(iri));
  const following = followUntil({ url, pollIntervalMs: POLL_INTERVAL_MS }, isEverything, FOLLOW_TIMEOUT_MS);
  following.catch(() => undefined);
  const saved = await attempt(async (number) => {
    const run = { url, statePath: join(stateFolder, `${view}-${number}`), concurrentFetches: fetchesOf(number) };
    const [first] = await Promise.all([passOnce(run), deliverNext()]);
    await deliverNext();
    await cloud.settle(view);
    return compareRuns(cloud, view, irisOf(first), irisOf(await passOnce(run)));
  }, isSame);
  while (rest.length > 0) await deliverNext();
  await cloud.settle(view);
  const once = await attempt(
    async (number) => compare(cloud, view, irisOf(await passOnce({ url, concurrentFetches: fetchesOf(number) }))),
    isSame,
  );
  return { follower: compare(cloud, view, await following), saved, once };
}

export function irisOf(received: readonly { readonly iri: string }[]): Set<string> {
  return new Set(received.map(({ iri }) => iri));
}

export function isSame({ missing, unknown }: Difference): boolean {
  return missing.length + unknown.length === 0;
}

/** Against what a view shows now; a view that drops members may have shown any of what was published. */
export function compare(cloud: ClientCloud, view: ViewName, iris: ReadonlySet<string>): Difference {
  const published = cloud.shown('by-page');
  const missing = [...cloud.shown(view)].filter((iri) => !iris.has(iri));
  return {
    missing: missing.slice(0, EXAMPLES_MAX),
    missingCount: missing.length,
    unknown: [...iris].filter((iri) => !published.has(iri)).slice(0, EXAMPLES_MAX),
  };
}

function compareRuns(
  cloud: ClientCloud,
  view: ViewName,
  first: ReadonlySet<string>,
  second: ReadonlySet<string>,
): SavedRuns {
  const repeated = [...second].filter((iri) => first.has(iri)).length;
  return { ...compare(cloud, view, new Set([...first, ...second])), repeated, fresh: second.size - repeated };
}

export interface SavedPass {
  readonly iris: ReadonlySet<string>;
  readonly statePath: string;
}

/** Runs with a state to save, anew until one pass had everything that the view shows: `name` begins its folders. */
export async function savePass(cloud: ClientCloud, view: ViewName, name: string): Promise<SavedPass> {
  const { outcome } = await attempt(
    async (number) => {
      const statePath = `${name}-${number}`;
      const run = { url: cloud.viewUrl(view), statePath, concurrentFetches: fetchesOf(number) };
      return { statePath, iris: irisOf(await passOnce(run)) };
    },
    ({ iris }) => compare(cloud, view, iris).missingCount === 0,
  );
  return outcome;
}

/** Runs with a copy of a saved state, because a run uses it up, until it has brought all of `fresh`. */
export async function resumePass(
  url: string,
  { statePath }: SavedPass,
  fresh: readonly string[],
): Promise<Set<string>> {
  const { outcome } = await attempt(
    async (number) => {
      const copy = `${statePath}-resumed-${number}`;
      cpSync(statePath, copy, { recursive: true });
      return irisOf(await passOnce({ url, statePath: copy, concurrentFetches: fetchesOf(number) }));
    },
    (iris) => fresh.every((iri) => iris.has(iri)),
  );
  return outcome;
}
