import { organisationIris } from '@meetbrug/protocols/observation';
import { expect } from 'vitest';
import { STREAM } from '../views/lab-batches.ts';
import { BASE } from '../views/view-lab.ts';
import { walkView } from '../views/walk-view.ts';
import {
  DAY_MS,
  ORGANISATIONS,
  type Published,
  type RetentionLab,
  STORE_DAYS,
  VIEW_DAYS,
  VIEWS,
} from './retention-lab.ts';

/** What must be where, told from all that was ever published and the cut-offs alone. */
interface Expectation {
  readonly lastStampMs: number;
  /** The version of each observation that counts. */
  readonly current: readonly Published[];
  isExpired(version: Published): boolean;
  isNewest(version: Published): boolean;
}

const nameOf = ({ datastream, beginMs }: Published) => `${datastream} ${beginMs}`;
const versionOf = ({ datastream, beginMs, revision }: Pick<Published, 'datastream' | 'beginMs' | 'revision'>) =>
  `${datastream} ${beginMs} ${revision}`;
const iriOf = ({ organisation, key, beginMs, revision }: Published) =>
  organisationIris(BASE, organisation).observationVersion(key, beginMs, revision);

function expectationOf(lab: RetentionLab): Expectation {
  const current = new Map<string, Published>();
  const newest = new Map<number, Published>();
  for (const version of lab.published.toSorted((a, b) => a.revision - b.revision)) {
    current.set(nameOf(version), version);
    const before = newest.get(version.datastream);
    if (before === undefined || before.beginMs <= version.beginMs) newest.set(version.datastream, version);
  }
  const cutoffs = new Map(lab.published.map(({ stream }) => [stream, lab.cutoffMs(stream)]));
  const isNewest = (version: Published) => newest.get(version.datastream) === version;
  return {
    lastStampMs: Math.max(0, ...lab.published.map(({ stampMs }) => stampMs)),
    current: [...current.values()],
    isNewest,
    isExpired: (version) => {
      const cutoffMs = cutoffs.get(version.stream) as number;
      return version.stampMs < cutoffMs && version.beginMs < cutoffMs && !isNewest(version);
    },
  };
}

/** How much each check had to look at, so that a test can see that it was not about nothing. */
export interface Checked {
  kept: number;
  expired: number;
}

/** Holds every door of a lab against what was published; its sweeps must be done. Throws the first that differs. */
export async function checkDoors(lab: RetentionLab): Promise<Checked> {
  const expected = expectationOf(lab);
  const expired = lab.published.filter(expected.isExpired);
  checkCutoffs(lab, expected, expired);
  checkViews(lab, expected, expired);

  const kept = expected.current.filter((version) => !expected.isExpired(version));
  const inSeries = (await lab.series()).map(versionOf);
  expect(inSeries.toSorted(), 'the series').toEqual(kept.map(versionOf).toSorted());
  expect(lab.log().map(versionOf).toSorted(), 'the log').toEqual(
    lab.published
      .filter((version) => !expected.isExpired(version))
      .map(versionOf)
      .toSorted(),
  );
  for (const version of expected.current) {
    const answer = expected.isExpired(version) ? 'expired' : version.revision;
    expect(lab.dereference(version), iriOf(version)).toBe(answer);
  }
  const counts = await lab.counts();
  const ofDatastreams = Map.groupBy(kept, ({ datastream }) => datastream);
  for (const [datastream, versions] of ofDatastreams) {
    expect(counts.get(datastream) ?? 0, `statistics of ${datastream}`).toBe(versions.length);
  }
  return { kept: kept.length, expired: expired.length };
}

function checkCutoffs(lab: RetentionLab, { lastStampMs }: Expectation, expired: readonly Published[]): void {
  const tooYoung = expired.filter(({ stampMs }) => stampMs >= lastStampMs - STORE_DAYS * DAY_MS);
  expect(tooYoung, 'nothing expires before its days').toEqual([]);
  expect(
    expired.filter(({ organisation }) => organisation !== ORGANISATIONS[0]),
    'what keeps everything loses nothing',
  ).toEqual([]);
  expect(lab.published.length, 'places are given once').toBe(
    new Set(lab.published.map(({ stream, ordinal }) => `${stream}/${ordinal}`)).size,
  );
}

function checkViews(lab: RetentionLab, expected: Expectation, expired: readonly Published[]): void {
  const gone = new Set(expired.map(iriOf));
  for (const organisation of [...ORGANISATIONS, 'all']) {
    const own = lab.published.filter((version) => organisation === 'all' || version.organisation === organisation);
    const promised = own.filter(({ stampMs }) => stampMs >= expected.lastStampMs - VIEW_DAYS * DAY_MS).map(iriOf);
    for (const view of VIEWS) {
      const url = `${BASE}/ldes/${organisation}/${STREAM}/${view}`;
      const shown = walkView(url, (path) => lab.views.read(organisation, STREAM, view, path)).flatMap(
        ({ members }) => members,
      );
      expect(shown.length, `${url} shows each once`).toBe(new Set(shown).size);
      if (view === 'latest') {
        expect(shown.toSorted(), url).toEqual(own.filter(expected.isNewest).map(iriOf).toSorted());
        continue;
      }
      const shownOnce = new Set(shown);
      expect(
        promised.filter((iri) => !shownOnce.has(iri)),
        `${url} keeps its promise`,
      ).toEqual([]);
      expect(
        shown.filter((iri) => gone.has(iri)),
        `${url} shows nothing that has expired`,
      ).toEqual([]);
    }
  }
}
