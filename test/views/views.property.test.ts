import { RENDER_VERSIONS } from '@meetbrug/cloud/src/log/render-version.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DATASTREAMS, labBatch, START_MS, STREAM } from './lab-batches.ts';
import { ViewInvariants } from './view-invariants.ts';
import { ldesConfig, ViewLab } from './view-lab.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ORGANISATIONS = ['demo', 'other'];

const small = { pageSize: 2, fanOut: 2 };
const VIEWS = [
  { kind: 'by-time', ...small, retention: { days: 20 } },
  { kind: 'by-location', ...small },
  { kind: 'by-property', ...small, retention: { days: 45 } },
  { kind: 'by-datastream', ...small },
  { kind: 'latest', buckets: 3 },
  { kind: 'by-page', name: 'by-page-of-three', pageSize: 3, fanOut: 2, retention: { days: 20 } },
];
/** A view that is added later, to a log with members. */
const LATER_VIEW = { kind: 'by-time', name: 'by-time-later', pageSize: 3, fanOut: 3 };

/** Something that happens to a cloud. */
type Event =
  | {
      readonly kind: 'append';
      readonly organisation: number;
      readonly observations: readonly Appended[];
      /** The index is not told before the next event. */
      readonly isLeft?: boolean;
    }
  | { readonly kind: 'pass'; readonly hours: number }
  | { readonly kind: 'restart'; readonly renderVersion: 2 | 3 | 4 | 5; readonly all: boolean; readonly later: boolean }
  | { readonly kind: 'lose-index' }
  | { readonly kind: 'crash-behind'; readonly steps: number }
  | { readonly kind: 'retain' }
  | { readonly kind: 'close'; readonly organisation: number };

interface Appended {
  readonly datastream: number;
  /** Before the moment of the commit; what is drawn twice is a correction or a duplicate. */
  readonly hoursBack: number;
  readonly value: number;
}

const appended: fc.Arbitrary<Appended> = fc.record({
  datastream: fc.nat({ max: DATASTREAMS.length - 1 }),
  hoursBack: fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 1 }) }, { weight: 1, arbitrary: fc.nat({ max: 900 }) }),
  value: fc.integer({ min: 10, max: 14 }),
});
const organisation = fc.nat({ max: ORGANISATIONS.length - 1 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      organisation,
      observations: fc.array(appended, { minLength: 1, maxLength: 8 }),
      isLeft: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      hours: fc.oneof(fc.nat({ max: 2 }), fc.constantFrom(24, 24 * 20, 24 * 40)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('restart' as const),
      renderVersion: fc.constantFrom(...([2, 3, 4, 5] as const)),
      all: fc.boolean(),
      later: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'lose-index' } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash-behind' as const), steps: fc.nat({ max: 2 }) }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'retain' } as const) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), organisation }) },
);

/** Lets events happen to a lab of its own, and holds it to its promises after each. */
class Story {
  readonly #lab = new ViewLab();
  readonly #invariants = new ViewInvariants();
  #nowMs = START_MS;
  #sequence = 0;
  #start: { renderVersion: 2 | 3 | 4 | 5; all: boolean; later: boolean } = {
    renderVersion: 2,
    all: false,
    later: false,
  };

  tell(events: readonly Event[]): void {
    try {
      this.#open();
      for (const one of events) {
        this.#happen(one);
        if (one.kind === 'pass' || (one.kind === 'append' && one.isLeft)) continue;
        while (!this.#lab.catchUp(1)) this.#invariants.check(this.#lab, STREAM, false);
        this.#invariants.check(this.#lab, STREAM);
      }
      this.#lab.catchUp();
      this.#invariants.check(this.#lab, STREAM);
      this.#invariants.check(this.#lab, 'sensors');
    } finally {
      this.#lab.remove();
    }
  }

  #open(): void {
    const { renderVersion, all, later } = this.#start;
    this.#lab.start({
      ldes: ldesConfig({
        ...small,
        retention: { days: 20 },
        views: later ? [...VIEWS, LATER_VIEW] : VIEWS,
        allStreams: all ? [STREAM] : [],
      }),
      organisations: ORGANISATIONS.map((name) => ({ name, inAllStreams: true })),
      stream: STREAM,
      renderVersion,
      stepMembers: 3,
    });
  }

  #happen(one: Event): void {
    if (one.kind === 'append') this.#append(one.organisation, one.observations);
    else if (one.kind === 'pass') this.#nowMs += one.hours * HOUR_MS;
    else if (one.kind === 'retain') this.#lab.tend();
    else if (one.kind === 'close') this.#lab.close(ORGANISATIONS[one.organisation] as string, STREAM);
    else this.#startAgain(one);
  }

  #startAgain(how: Extract<Event, { kind: 'restart' | 'lose-index' | 'crash-behind' }>): void {
    if (how.kind === 'crash-behind') {
      this.#append(0, [{ datastream: 0, hoursBack: 0, value: 10 + (this.#sequence % 5) }]);
      this.#lab.catchUp(how.steps);
    }
    this.#lab.stop();
    if (how.kind === 'lose-index') this.#lab.removeIndex();
    if (how.kind === 'restart') this.#start = how;
    this.#open();
  }

  #append(index: number, observations: readonly Appended[]): void {
    const name = ORGANISATIONS[index] as string;
    this.#sequence += 1;
    const beginMs = (hoursBack: number) => Math.floor(this.#nowMs / HOUR_MS - hoursBack) * HOUR_MS;
    const seen = new Set<string>();
    const once = observations.filter(({ datastream, hoursBack }) => {
      const key = `${datastream} ${hoursBack}`;
      return !seen.has(key) && seen.add(key);
    });
    const reply = this.#lab.deliver(
      `edge-${name}`,
      name,
      labBatch(
        index === 0 ? '00112233445566aa' : '00112233445566bb',
        this.#sequence,
        once.map(({ datastream, hoursBack, value }) => ({ datastream, beginMs: beginMs(hoursBack), value })),
      ),
      this.#nowMs,
    );
    expect(reply.kind).toBe('committed');
  }
}

const months = 35 * DAY_MS;

test('whatever happens, each retained member is reachable once per view, final documents keep their bytes and lead to nothing open', () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 4, maxLength: 14 }), (events) => new Story().tell(events)),
    { numRuns: 30, seed: 20_261_124 },
  );
}, 240_000);

test('months, retention and an upgrade after one another', () => {
  const append = (hoursBack: number): Event => ({
    kind: 'append',
    organisation: 0,
    observations: DATASTREAMS.map((_, datastream) => ({ datastream, hoursBack, value: 11 })),
  });
  new Story().tell([
    append(0),
    append(1),
    append(2),
    { kind: 'restart', renderVersion: RENDER_VERSIONS.isoOverlay, all: true, later: false },
    append(0),
    { kind: 'pass', hours: months / HOUR_MS },
    append(0),
    append(700),
    { kind: 'retain' },
    { kind: 'lose-index' },
    { kind: 'restart', renderVersion: RENDER_VERSIONS.plain, all: false, later: true },
    append(1),
    { kind: 'pass', hours: months / HOUR_MS },
    append(0),
    { kind: 'retain' },
    { kind: 'restart', renderVersion: RENDER_VERSIONS.plain, all: true, later: true },
    { kind: 'close', organisation: 0 },
    append(0),
    { kind: 'pass', hours: months / HOUR_MS },
    { kind: 'append', organisation: 1, observations: [{ datastream: 0, hoursBack: 0, value: 12 }] },
    { kind: 'retain' },
  ]);
});
