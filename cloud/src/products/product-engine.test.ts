import { packQuality } from '@meetbrug/protocols/observation';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { closeStream } from '../log/close-stream.ts';
import { T0 } from '../log/test-log.ts';
import { localDayOfDate } from './local-day.ts';
import type { EngineSettings } from './product-engine.ts';
import {
  FIRST_DAY,
  LAB_SETTINGS,
  type LabObservation,
  openProductLab,
  SOURCES,
  type SourceName,
} from './product-lab.ts';

const DAY = localDayOfDate(FIRST_DAY);
const HOUR_MS = 3_600_000;
const FLAGGED = packQuality({ timeSource: 'edge', flags: ['value-stuck'] });
const LATER = DAY.endMs + 30 * 24 * HOUR_MS;

const HEAT_PLEIN = 'plein.th-1.hittedag.meetpunt-max-luchttemperatuur-30';
const NIGHT_PLEIN = 'plein.th-1.tropische-nacht.meetpunt-min-luchttemperatuur-20';
const HEAT_WIJK = 'wijk-a-1.cloud-a-1.hittedag.wijk-max-luchttemperatuur-30';
const NIGHT_WIJK = 'wijk-a-1.cloud-a-1.tropische-nacht.wijk-min-luchttemperatuur-20';
const PEAK_PLEIN = 'plein.lijn.drukste-uur.meetpunt-aantal-voetganger';
const COUNT_WIJK = 'wijk-a-1.cloud-a-1.aantal-in-drukste-uur.wijk-aantal-voetganger';
const DAY_PRODUCTS = [HEAT_PLEIN, HEAT_WIJK, NIGHT_PLEIN, NIGHT_WIJK, PEAK_PLEIN, COUNT_WIJK];
const ALERTS = 'brug.peil.alarmpeil.fase-waterpeil-mtaw-3-4-0-5';

const dateOf = (ms: number) => new Date(ms).toLocaleDateString('sv-SE', { timeZone: 'Europe/Brussels' });

type Lab = ReturnType<typeof openProductLab>;

function openLab(settings: Partial<EngineSettings> = {}): Lab {
  const lab = openProductLab({ ...LAB_SETTINGS, ...settings });
  onTestFinished(() => lab.close());
  return lab;
}

/** What is published of a datastream: [begin, value], a version a row, in the order of the log. */
function versions(lab: Lab, key: string): [number, number][] {
  return lab.store
    .prepare<[string], { begin_ms: number; mantissa: number; scale: number }>(
      'SELECT begin_ms, mantissa, scale FROM log JOIN datastream ON datastream.id = log.datastream WHERE key = ? ORDER BY ordinal',
    )
    .all(key)
    .map(({ begin_ms, mantissa, scale }) => [begin_ms, mantissa / 10 ** scale]);
}

function at(source: SourceName, hour: number, value: string, quality = 0): LabObservation {
  return { source, beginMs: DAY.beginMs + hour * HOUR_MS, value, quality };
}

describe('products', () => {
  test('of a day are computed when it has been over for a while, once, for the sensor and its neighbourhood', async () => {
    const lab = openLab();
    lab.observe([at('plein', 3, '21'), at('plein', 15, '31.5'), at('park', 3, '19'), at('park', 15, '29')], T0);
    expect(await lab.settle(DAY.endMs + HOUR_MS - 1)).toEqual({});
    expect(await lab.settle(DAY.endMs + HOUR_MS)).toMatchObject({ published: 6, suppressed: 0, incomplete: 0 });
    expect(await lab.settle(LATER)).toEqual({});
    expect(versions(lab, HEAT_PLEIN)).toEqual([[DAY.beginMs, 1]]);
    expect(versions(lab, HEAT_WIJK)).toEqual([[DAY.beginMs, 1]]);
    expect(versions(lab, NIGHT_PLEIN)).toEqual([[DAY.beginMs, 1]]);
    expect(versions(lab, NIGHT_WIJK)).toEqual([[DAY.beginMs, 1]]);
  });

  test('follow late and corrected data with versions of higher revision', async () => {
    const lab = openLab();
    lab.observe([at('plein', 3, '21'), at('plein', 15, '29')], T0);
    await lab.settle(LATER);
    lab.observe([at('plein', 16, '30')], LATER + 1);
    await lab.settle(LATER + 2);
    lab.observe([at('plein', 16, '29.9')], LATER + 3);
    await lab.settle(LATER + 4);
    expect(versions(lab, HEAT_PLEIN)).toEqual([
      [DAY.beginMs, 0],
      [DAY.beginMs, 1],
      [DAY.beginMs, 0],
    ]);
    const revisions = lab.store
      .prepare<[string], number>(
        'SELECT revision FROM log JOIN datastream ON datastream.id = log.datastream WHERE key = ? ORDER BY ordinal',
      )
      .pluck()
      .all(HEAT_PLEIN);
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
  });

  test('of a neighbourhood see what came while its sensors were being computed', async () => {
    const lab = openLab({ daysMax: 1 });
    lab.observe([at('plein', 3, '19'), at('plein', 15, '29'), at('park', 3, '19'), at('park', 15, '29')], T0);
    await lab.settle(LATER, 1);
    expect([versions(lab, HEAT_PLEIN), versions(lab, HEAT_WIJK)]).toEqual([[[DAY.beginMs, 0]], []]);
    lab.observe([at('plein', 16, '31')], LATER);
    await lab.settle(LATER);
    expect(versions(lab, HEAT_WIJK)).toEqual([[DAY.beginMs, 1]]);
  });

  test('that are published do not contradict a correction, even where it leaves a day with too little data', async () => {
    const lab = openLab();
    lab.observe([at('plein', 15, '31')], T0);
    await lab.settle(LATER);
    lab.observe([at('plein', 15, '21')], LATER + 1);
    await lab.settle(LATER + 2);
    expect(versions(lab, HEAT_PLEIN)).toEqual([
      [DAY.beginMs, 1],
      [DAY.beginMs, 0],
    ]);
    expect(versions(lab, NIGHT_PLEIN)).toEqual([]);
  });

  test('name what they were computed from, over the whole local day of 24 hours', async () => {
    const lab = openLab();
    lab.observe([at('plein', 3, '21'), at('plein', 15, '31.5', 2)], T0);
    await lab.settle(LATER);
    const row = lab.store
      .prepare(
        'SELECT begin_ms, end_ms, inputs, quality FROM log JOIN datastream ON datastream.id = log.datastream WHERE key = ?',
      )
      .get(HEAT_PLEIN);
    expect(row).toEqual({
      begin_ms: DAY.beginMs,
      end_ms: DAY.endMs,
      inputs: JSON.stringify([[SOURCES.plein.datastream, DAY.beginMs + 15 * HOUR_MS]]),
      quality: 2,
    });
  });

  test('are not computed over a suppressed count, which is counted', async () => {
    const lab = openLab();
    lab.observe([at('in', 8, '40'), at('in', 17, '30'), at('out', 8, '<10'), at('out', 9, '12')], T0);
    expect(await lab.settle(LATER)).toMatchObject({ published: 0, suppressed: 2 });
    expect(versions(lab, PEAK_PLEIN)).toEqual([]);
    lab.observe([at('out', 8, '15')], LATER);
    expect(await lab.settle(LATER)).toMatchObject({ published: 4, suppressed: 0 });
    expect(versions(lab, PEAK_PLEIN)).toEqual([[DAY.beginMs, 8]]);
    expect(versions(lab, COUNT_WIJK)).toEqual([[DAY.beginMs, 55]]);
  });

  test('leave out what is flagged, and days with too little of the rest', async () => {
    const lab = openLab();
    lab.observe([at('plein', 3, '35', FLAGGED), at('plein', 15, '29')], T0);
    // The night is over with one value above its threshold only: not enough to say that it stayed there.
    expect(await lab.settle(LATER)).toMatchObject({ published: 0, incomplete: 4 });
  });

  test('of a gauge are published at once, where the phase changes', async () => {
    const lab = openLab();
    lab.observe(
      ['2.5', '3', '2.6', '2.4', '4.2'].map((value, hour) => at('gauge', hour, value)),
      T0,
    );
    await lab.settle(T0);
    const hours = versions(lab, ALERTS).map(([beginMs, level]) => [(beginMs - DAY.beginMs) / HOUR_MS, level]);
    expect(hours).toEqual([
      [0, 0],
      [1, 1],
      [3, 0],
      [4, 2],
    ]);
  });

  test('that a closed stream refuses are counted as that and said with their reason, and are not taken for published', async () => {
    const lab = openLab();
    lab.observe([at('plein', 15, '31.5'), at('gauge', 0, '2'), at('gauge', 1, '3.5')], T0);
    expect(closeStream(lab.store.name, 'demo/water-level')).toMatchObject({ ok: true });
    expect(await lab.settle(LATER)).toMatchObject({ published: 2, refused: 2 });
    expect(lab.refused).toEqual([{ organisation: 'demo', code: 'stream-closed' }]);
    expect(versions(lab, ALERTS)).toEqual([]);
    const quarantined = "SELECT count(*) FROM quarantine WHERE reason = 'stream-closed' AND edge = 'cloud'";
    expect(lab.store.prepare(quarantined).pluck().get()).toBe(2);
    expect(await lab.settle(LATER)).toEqual({});
  });

  test('belong to the cloud: an edge that describes or delivers the same datastream is refused', async () => {
    const lab = openLab();
    lab.observe([at('plein', 3, '21'), at('plein', 15, '31.5')], T0);
    await lab.settle(LATER);
    const description = {
      ...SOURCES.plein,
      datastream: HEAT_PLEIN,
      property: 'heat-day',
      procedure: { name: 'meetpunt-max-luchttemperatuur-30', label: 'anders', calendarInterval: 'local-day' },
    };
    const wire = [0, DAY.beginMs, DAY.endMs, DAY.endMs, '0', 0] as [number, number, number, number, string, number];
    const uplinks = [[9_000, LATER, [wire]]] as const;
    const outcome = lab.commit({ edge: 'edge-b', key: HEAT_PLEIN, descriptions: [description], uplinks }, LATER);
    expect(outcome.acknowledgement?.refused).toEqual([[9_000, 0, 'not-owner']]);
    expect(versions(lab, HEAT_PLEIN)).toEqual([[DAY.beginMs, 1]]);
  });
});

interface Row {
  begin_ms: number;
  mantissa: number | null;
  scale: number;
  quality: number;
}

/**
 * What the products must be, written down plainly from the current versions of the sources, of days with data in at least
 * `hoursMin` hours.
 */
function plainProducts(lab: Lab, hoursMin: number): Map<string, [string, number][]> {
  const select = lab.store.prepare<[string], Row>(
    'SELECT begin_ms, mantissa, scale, quality FROM series JOIN datastream ON datastream.id = series.datastream WHERE key = ? ORDER BY begin_ms',
  );
  const rows = (source: SourceName) =>
    select
      .all(SOURCES[source].datastream)
      .filter(({ quality, begin_ms }) => quality !== FLAGGED && begin_ms >= DAY.beginMs)
      .map(({ begin_ms, mantissa, scale }) => ({
        date: dateOf(begin_ms),
        hour: Math.floor(begin_ms / HOUR_MS),
        clock: Number(new Date(begin_ms).toLocaleTimeString('en-GB', { timeZone: 'Europe/Brussels' }).slice(0, 2)),
        value: mantissa === null ? undefined : mantissa / 10 ** scale,
      }));
  const byDate = (source: SourceName) => Map.groupBy(rows(source), ({ date }) => date);
  const expected = new Map<string, [string, number][]>();
  const put = (key: string, date: string, value: number) =>
    expected.set(key, [...(expected.get(key) ?? []), [date, value]]);
  const verdicts = (source: SourceName, isHeat: boolean) =>
    new Map(
      [...byDate(source)].flatMap(([date, all]): [string, number][] => {
        const values = all.map(({ value }) => value ?? Number.NaN);
        const isSo = isHeat ? Math.max(...values) >= 30 : Math.min(...values) >= 20;
        const isCovered = new Set(all.map(({ hour }) => hour)).size >= hoursMin;
        return isSo === isHeat || isCovered ? [[date, Number(isSo)]] : [];
      }),
    );
  for (const [isHeat, ofPoint, ofArea] of [
    [true, HEAT_PLEIN, HEAT_WIJK],
    [false, NIGHT_PLEIN, NIGHT_WIJK],
  ] as const) {
    const [plein, park] = [verdicts('plein', isHeat), verdicts('park', isHeat)];
    for (const [date, value] of plein) put(ofPoint, date, value);
    for (const date of new Set([...plein.keys(), ...park.keys()])) {
      const votes = [plein.get(date), park.get(date)].filter((vote) => vote !== undefined);
      put(ofArea, date, Number(votes.filter((vote) => vote === 1).length >= votes.length / 2));
    }
  }
  const [incoming, outgoing] = [byDate('in'), byDate('out')];
  for (const date of new Set([...incoming.keys(), ...outgoing.keys()])) {
    const present = [incoming.get(date), outgoing.get(date)].filter((all) => all !== undefined);
    if (present.flat().some(({ value }) => value === undefined)) continue;
    if (present.some((all) => new Set(all.map(({ hour }) => hour)).size < hoursMin)) continue;
    const sums = new Map<number, { clock: number; sum: number }>();
    for (const { hour, clock, value = 0 } of present.flat().toSorted((a, b) => a.hour - b.hour)) {
      sums.set(hour, { clock, sum: (sums.get(hour)?.sum ?? 0) + value });
    }
    const most = Math.max(...[...sums.values()].map(({ sum }) => sum));
    const peak = [...sums.values()].find(({ sum }) => sum === most);
    // A day without anybody: the first hour of the day is the earliest of equals.
    put(PEAK_PLEIN, date, most === 0 ? 0 : (peak?.clock ?? Number.NaN));
    put(COUNT_WIJK, date, most);
  }
  return expected;
}

/** The phase at each usable level of the gauge. */
function plainPhases(lab: Lab): [number, number][] {
  const rows = lab.store
    .prepare<[string, number, number], Row>(
      `SELECT begin_ms, mantissa, scale, quality FROM series JOIN datastream ON datastream.id = series.datastream
      WHERE key = ? AND begin_ms >= ? AND quality <> ? ORDER BY begin_ms`,
    )
    .all(SOURCES.gauge.datastream, DAY.beginMs, FLAGGED);
  let phase = 0;
  return rows.map(({ begin_ms, mantissa, scale }) => {
    const tenths = Math.round(((mantissa ?? Number.NaN) * 10) / 10 ** scale);
    const [up, hold] = [tenths >= 40 ? 2 : Number(tenths >= 30), tenths >= 35 ? 2 : Number(tenths >= 25)];
    phase = Math.max(up, Math.min(phase, hold));
    return [begin_ms, phase];
  });
}

function versionsByBegin(all: readonly [number, number][]): [number, number][] {
  return [...new Map(all)].toSorted(([a], [b]) => a - b);
}

const observation = fc.record({
  source: fc.constantFrom<SourceName>('plein', 'park', 'in', 'out', 'gauge'),
  quarter: fc.integer({ min: -2, max: 4 * 24 * 3 }),
  dice: fc.integer({ min: 0, max: 99 }),
  isFlagged: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
});
type Dealt = typeof observation extends fc.Arbitrary<infer Value> ? Value : never;
const operation = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('observe' as const),
      all: fc.array(observation, { minLength: 1, maxLength: 25 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('settle' as const, 'lose' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('crash' as const), commits: fc.boolean() }) },
);

function dealt({ source, quarter, dice, isFlagged }: Dealt): LabObservation {
  const value = {
    plein: `${15 + Math.floor(dice / 5)}`,
    park: `${15 + Math.floor(dice / 5)}`,
    in: dice < 4 ? '<10' : `${dice}`,
    out: `${dice % 7}`,
    gauge: `${2 + Math.floor(dice / 4) / 10}`,
  }[source];
  return { source, beginMs: DAY.beginMs + quarter * 900_000, value, quality: isFlagged ? FLAGGED : 0 };
}

test('products are those of a plain computation, each version once, whatever came late, twice, corrected or was cut off', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 12 }), async (operations) => {
      const lab = openProductLab();
      try {
        let nowMs = LATER;
        for (const step of operations) {
          nowMs += 1_000;
          if (step.kind === 'observe') lab.observe(step.all.map(dealt), nowMs);
          else if (step.kind === 'crash') await lab.crash(nowMs, step.commits);
          else if (step.kind === 'settle') await lab.settle(nowMs);
          else lab.lose();
        }
        await lab.settle(nowMs + 1_000);
        const expected = plainProducts(lab, 2);
        const ofWhatThereIs = plainProducts(lab, 1);
        for (const key of DAY_PRODUCTS) {
          const all = versions(lab, key);
          const current = new Map(all.map(([ms, value]) => [dateOf(ms), value]));
          const wanted = new Map(expected.get(key));
          for (const date of wanted.keys()) expect([key, date, current.has(date)]).toEqual([key, date, true]);
          const right = new Map([...(ofWhatThereIs.get(key) ?? []), ...wanted]);
          for (const [date, value] of current) {
            // Where nothing can be said any more (suppressed, all flagged) what was right once is not withdrawn.
            if (right.has(date)) expect([key, date, value]).toEqual([key, date, right.get(date)]);
          }
          const last = new Map<number, number>();
          for (const [ms, value] of all) {
            expect(last.get(ms)).not.toBe(value);
            last.set(ms, value);
          }
        }
        const gauge = plainPhases(lab);
        const steps = versionsByBegin(versions(lab, ALERTS));
        expect(gauge.map(([ms]) => [ms, steps.findLast(([at]) => at <= ms)?.[1]])).toEqual(gauge);
        expect(await lab.settle(nowMs + 2_000)).toEqual({});
      } finally {
        lab.close();
      }
    }),
    { seed: 605, numRuns: 60 },
  );
}, 120_000);
