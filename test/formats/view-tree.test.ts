import {
  type ChildRelation,
  createPageRenderer,
  type PageDocument,
  tilePolygon,
  type ViewState,
} from '@meetbrug/protocols/ldes';
import { splitDatastreamKey } from '@meetbrug/protocols/observation';
import type { ObservationMember } from '@meetbrug/protocols/oslo';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OBSERVATIONS } from './example-members.ts';
import { OBSERVATION_STREAM, view } from './example-views.ts';
import { type InMemoryView, inMemoryView } from './in-memory-view.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 9, 30, 20);
const renderer = createPageRenderer({ publicBaseUrl: 'https://data.example.be' });
const kinds = [OBSERVATIONS.heat, OBSERVATIONS.water, OBSERVATIONS.traffic];
const small = { pageSize: 3, fanOut: 2 };
const DEFINITIONS = [
  { ...view('by-page'), ...small },
  { ...view('by-time'), ...small },
  { ...view('by-location'), ...small },
  { ...view('by-property'), ...small },
  { ...view('by-datastream'), ...small },
] as const;

/** A log whose stamps never fall and now and then stand still, with results that are mostly late: hours, days, a year. */
const logs: fc.Arbitrary<ObservationMember[]> = fc
  .array(
    fc.record({
      of: fc.constantFrom(...kinds),
      laterMs: fc.constantFrom(0, 0, 1, HOUR_MS / 2, 11 * HOUR_MS, 30 * HOUR_MS),
      lateMs: fc.constantFrom(0, HOUR_MS, 26 * HOUR_MS, 8_760 * HOUR_MS),
      east: fc.constantFrom(0, 0, 0.1),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let generatedMs = START_MS;
    return steps.map(({ of, laterMs, lateMs, east }, ordinal) => {
      generatedMs += laterMs;
      const { measuringPoint } = of.description;
      const moved = { ...measuringPoint, longitude: measuringPoint.longitude + east };
      const times = { beginMs: generatedMs - lateMs, resultMs: generatedMs - lateMs, generatedMs };
      const { endMs: _, ...rest }: ObservationMember = of;
      const description = { ...of.description, measuringPoint: moved };
      return { ...rest, ...times, description, ordinal, position: ordinal, revision: ordinal + 1 };
    });
  });

interface Visit {
  readonly document: PageDocument;
  readonly members: readonly ObservationMember[];
  readonly children: readonly Visit[];
}

function walk(documentAt: InMemoryView, path = ''): Visit {
  const document = documentAt(path) ?? expect.fail(`${path} is linked and does not exist`);
  const children = document.children.map((child) => walk(documentAt, child.path));
  const own = document.members.filter((member) => member.kind === 'observation');
  return { document, children, members: [...own, ...children.flatMap(({ members }) => members)] };
}

const flat = (visit: Visit): Visit[] => [visit, ...visit.children.flatMap(flat)];
const ordinals = (visit: Visit) => visit.members.map(({ ordinal }) => ordinal);
const stateOf = (log: readonly ObservationMember[], isClosed = false): ViewState => ({
  lastStampMs: log.at(-1)?.generatedMs ?? 0,
  isClosed,
});
const textOf = (document: PageDocument) => new TextDecoder().decode(renderer.render('nquads', document));

/** Whether a relation holds for a member, from the member's own values. */
function holds(relation: ChildRelation, { generatedMs, resultMs, description }: ObservationMember): boolean {
  const within = (ms: number, { fromMs, untilMs = Number.POSITIVE_INFINITY }: { fromMs: number; untilMs?: number }) =>
    fromMs <= ms && ms < untilMs;
  switch (relation.kind) {
    case 'stamps':
      return within(generatedMs, relation);
    case 'result-time':
      return within(resultMs, relation);
    case 'tile': {
      const [west = 0, south = 0, east = 0, , , north = 0] = (tilePolygon(relation.tile).match(/-?[\d.]+/g) ?? []).map(
        Number,
      );
      const { longitude, latitude } = description.measuringPoint;
      return west < longitude && longitude < east && south < latitude && latitude < north;
    }
    case 'property':
      return relation.property === description.property;
    case 'datastream': {
      const { feature, sensor } = splitDatastreamKey(relation.datastream);
      const { measuringPoint, direction } = description;
      const point = direction === undefined ? measuringPoint.name : `${measuringPoint.name}_${direction}`;
      return feature === point && sensor === description.sensor.name && relation.property === description.property;
    }
    case 'plain':
      return true;
  }
}

describe.each(DEFINITIONS.map((definition) => [definition.kind, definition] as const))(
  'the tree of %s',
  (_, definition) => {
    const viewOf = (log: readonly ObservationMember[], isClosed = false) =>
      inMemoryView(definition, OBSERVATION_STREAM, log, stateOf(log, isClosed));

    it('shows every member once, on pages that are full but for the last of a bucket, and each node below one parent', () => {
      fc.assert(
        fc.property(logs, (log) => {
          const root = walk(viewOf(log));
          expect(ordinals(root).toSorted((a, b) => a - b)).toEqual(log.map(({ ordinal }) => ordinal));
          const paths = flat(root).map(({ document }) => document.path);
          expect(new Set(paths).size).toBe(paths.length);
          for (const { document, members } of flat(root)) {
            const pages = document.path.endsWith('/index/1/0') ? document.children : [];
            if (pages.length > 1) expect(members.length).toBeGreaterThan((pages.length - 1) * definition.pageSize);
            if (/(^|\/)page\/\d+$/.test(document.path)) expect(members.length).toBeGreaterThan(0);
          }
        }),
        { seed: 81, numRuns: 60 },
      );
    });

    it('has no node below an immutable one that can still change', () => {
      fc.assert(
        fc.property(logs, (log) => {
          for (const { document, children } of flat(walk(viewOf(log)))) {
            if (!document.immutable) continue;
            for (const child of children) expect(child.document.immutable, child.document.path).toBe(true);
          }
        }),
        { seed: 82, numRuns: 60 },
      );
    });

    it('never changes a byte of an immutable node, nor what hangs below it, whatever comes later', () => {
      fc.assert(
        fc.property(logs, fc.nat(60), fc.boolean(), (log, cut, isClosed) => {
          const earlier = log.slice(0, 1 + (cut % log.length));
          const later = viewOf(log, isClosed);
          const immutable = flat(walk(viewOf(earlier))).filter(({ document }) => document.immutable);
          for (const before of immutable) {
            const after = walk(later, before.document.path);
            expect(textOf(after.document)).toBe(textOf(before.document));
            expect(ordinals(after)).toEqual(ordinals(before));
          }
        }),
        { seed: 83, numRuns: 60 },
      );
    });

    it('says of a child what holds for every member below it', () => {
      fc.assert(
        fc.property(logs, (log) => {
          for (const { document, children } of flat(walk(viewOf(log)))) {
            document.children.forEach(({ relations }, index) => {
              expect(relations.length).toBeGreaterThan(0);
              for (const member of children[index]?.members ?? []) {
                expect(relations.every((relation) => holds(relation, member))).toBe(true);
              }
            });
          }
        }),
        { seed: 84, numRuns: 60 },
      );
    });

    it('is immutable from the root down when the stream is closed, whatever is committed to others', () => {
      fc.assert(
        fc.property(logs, (log) => {
          const ofLater = { lastStampMs: stateOf(log).lastStampMs + 400 * 24 * HOUR_MS, isClosed: true };
          const later = inMemoryView(definition, OBSERVATION_STREAM, log, ofLater);
          for (const { document } of flat(walk(viewOf(log, true)))) {
            expect(document.immutable).toBe(true);
            expect(later(document.path)).toEqual(document);
          }
        }),
        { seed: 85, numRuns: 20 },
      );
    });
  },
);

describe('a follower of by-time', () => {
  it('asks again for the nodes of one day only, whatever the age of the view', () => {
    const minute = 60_000;
    const days = 40;
    const log = Array.from({ length: days * 24 * 4 }, (_, ordinal): ObservationMember => {
      const generatedMs = START_MS + ordinal * 15 * minute;
      return { ...OBSERVATIONS.water, ordinal, beginMs: generatedMs, resultMs: generatedMs, generatedMs };
    });
    const definition = view('by-time');
    const open = flat(walk(inMemoryView(definition, OBSERVATION_STREAM, log, stateOf(log)))).filter(
      ({ document }) => !document.immutable,
    );
    expect(open.length).toBeLessThanOrEqual(100);
    expect(open.length).toBeGreaterThan(50);
  });
});
