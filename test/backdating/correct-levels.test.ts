import { planRevisions } from '@meetbrug/edge/src/descriptions/plan-revisions.ts';
import { planMessage } from '@meetbrug/edge/src/intake/plan-message.ts';
import { deviceRegistry } from '@meetbrug/edge/src/normalise/device-registry.ts';
import type { Outbox } from '@meetbrug/edge/src/outbox/outbox.ts';
import { openTestOutbox, temporaryDirectory } from '@meetbrug/edge/src/testing/edge-fixture.ts';
import { intakeRules } from '@meetbrug/edge/src/testing/planned-uplinks.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BRIDGE, distanceMessage, LEVEL_SENSOR, levelConfig, type PlaceChange } from './level-sensor.ts';

const T0 = Date.UTC(2026, 6, 1);
const HOUR_MS = 3_600_000;
const at = (hour: number) => T0 + hour * HOUR_MS;
const instant = (hour: number) => new Date(at(hour)).toISOString();
const LOCAL = 'brug.peil-1.waterpeil-lokaal.peil-uit-afstand';
const TAW = 'brug.peil-1.waterpeil-mtaw.peil-uit-afstand';

let directory: ReturnType<typeof temporaryDirectory>;
let outbox: Outbox;

beforeEach(() => {
  directory = temporaryDirectory();
  outbox = openTestOutbox(directory.path).outbox;
});
afterEach(() => {
  outbox.abandon();
  directory.remove();
});

function reopen(): void {
  outbox.abandon();
  outbox = openTestOutbox(directory.path).outbox;
}

/** Commits a distance of 1.25 m at each hour. */
function measure(hours: readonly number[], history: readonly PlaceChange[] = []): void {
  const rules = intakeRules(levelConfig(history));
  outbox.commit((writer) => {
    for (const hour of hours) {
      const planned = planMessage(distanceMessage(hour + 1, at(hour), 1_250), rules, () => false);
      if (planned.kind !== 'uplink') throw new Error(`planned as ${planned.kind}`);
      writer.addUplink(planned.uplink);
    }
  });
}

/** What a start with a changed configuration does; `chunksMax`: killed after so many chunks. Returns the corrections. */
function applyHistory(history: readonly PlaceChange[], chunksMax = Number.POSITIVE_INFINITY) {
  const firstNew = outbox.nextSequence;
  const devices = deviceRegistry(levelConfig(history)).values();
  const planned = planRevisions(devices, (level) => outbox.appliedHeights(level));
  const revisions = new Map(planned.map((revision) => [revision.distance.key, revision]));
  const end = outbox.endPosition;
  let position = 0;
  for (let chunk = 0; planned.length > 0 && position < end && chunk < chunksMax; chunk += 1) {
    position = outbox.reviseLevels([position, end], revisions, at(1_000)).next;
  }
  if (position >= end) outbox.noteAppliedHeights(planned);
  return sent(firstNew);
}

/** Everything with a sequence from one on: hour, datastream, value, and what its description says. */
function sent(fromSequence: number) {
  if (fromSequence >= outbox.nextSequence) return [];
  const { uplinks } = outbox.read([fromSequence, outbox.nextSequence - 1], 1e9);
  return uplinks.flatMap(({ sequence, observations }) =>
    observations.map(([id, beginMs, , , value]) => {
      const description = outbox.description(id);
      return { sequence, hour: (beginMs - T0) / HOUR_MS, datastream: description?.datastream, value, description };
    }),
  );
}
const brief = (observations: ReturnType<typeof sent>) =>
  observations.map(({ hour, datastream, value }) => [hour, datastream, value]);

describe('a backdated height', () => {
  it('corrects the levels from its moment on, and nothing before it', () => {
    measure([0, 1, 2, 3]);
    expect(brief(sent(1)).filter(([hour]) => hour === 3)).toContainEqual([3, TAW, '7.57']);
    outbox.acknowledge([[1, 4]]);

    const corrections = applyHistory([{ validFrom: instant(2), mountingHeightMetres: 3.1 }]);
    expect(brief(corrections)).toEqual([
      [2, LOCAL, '1.85'],
      [2, TAW, '7.47'],
      [3, LOCAL, '1.85'],
      [3, TAW, '7.47'],
    ]);
    expect(corrections[0]?.sequence).toBe(5);
    expect(corrections[0]?.description).toMatchObject({
      version: 2,
      validFromMs: at(2),
      measuringPoint: { mountingHeightMetres: 3.1, localZeroTawMetres: 5.62 },
    });
  });

  it('describes what was measured before it as it was, whenever it arrives', () => {
    const history = [{ validFrom: instant(2), mountingHeightMetres: 3.1 }];
    measure([3, 1], history);
    const levels = sent(1).filter(({ datastream }) => datastream === TAW);
    expect(
      levels.map(({ hour, value, description }) => [hour, value, description?.measuringPoint.mountingHeightMetres]),
    ).toEqual([
      [3, '7.47', 3.1],
      [1, '7.57', 3.2],
    ]);
  });

  it('corrects only the levels that it changes', () => {
    measure([0, 1]);
    const datum = applyHistory([{ validFrom: instant(0), localZeroTawMetres: 5.6 }]);
    expect(brief(datum)).toEqual([
      [0, TAW, '7.55'],
      [1, TAW, '7.55'],
    ]);
  });

  it.each([
    ['the same configuration', [{ validFrom: instant(1), mountingHeightMetres: 3.1 }]],
    ['a place that moved without its height', [{ validFrom: instant(1), mountingHeightMetres: 3.1, longitude: 3.8 }]],
  ])('corrects nothing again at a start with %s', (_, history) => {
    measure([0, 1, 2]);
    expect(applyHistory([{ validFrom: instant(1), mountingHeightMetres: 3.1 }])).toHaveLength(4);
    expect(applyHistory(history)).toEqual([]);
  });

  it('can be changed again, and taken back', () => {
    measure([0, 1, 2]);
    applyHistory([{ validFrom: instant(1), mountingHeightMetres: 3.1 }]);
    const again = applyHistory([{ validFrom: instant(2), mountingHeightMetres: 3.15 }]);
    expect(brief(again).filter(([, datastream]) => datastream === LOCAL)).toEqual([
      [1, LOCAL, '1.95'],
      [2, LOCAL, '1.9'],
    ]);
    expect(brief(applyHistory([])).filter(([, datastream]) => datastream === LOCAL)).toEqual([[2, LOCAL, '1.95']]);
  });

  it('corrects what an undated change made different, when a date is given for it later', () => {
    measure([0, 1, 2]);
    expect(applyHistory([])).toEqual([]);
    const lower = { ...BRIDGE, mountingHeightMetres: 3.1 };
    const devices = [
      { ...LEVEL_SENSOR, at: { ...lower, history: [{ validFrom: instant(1), mountingHeightMetres: 3.1 }] } },
    ];
    const planned = planRevisions(deviceRegistry(levelConfig([], { devices })).values(), (level) =>
      outbox.appliedHeights(level),
    );
    const first = outbox.nextSequence;
    outbox.reviseLevels([0, outbox.endPosition], new Map(planned.map((each) => [each.distance.key, each])), at(9));
    expect(brief(sent(first)).filter(([, datastream]) => datastream === LOCAL)).toEqual([
      [1, LOCAL, '1.85'],
      [2, LOCAL, '1.85'],
    ]);
  });

  it('is applied once and whole, however often the edge is killed while it works', () => {
    const hours = Array.from({ length: 1_300 }, (_, hour) => hour);
    measure(hours);
    const history = [{ validFrom: instant(100), mountingHeightMetres: 3.1 }];
    const corrections: unknown[][] = [];
    for (const chunksMax of [1, 1, 2, Number.POSITIVE_INFINITY]) {
      corrections.push(...brief(applyHistory(history, chunksMax)));
      reopen();
    }
    expect(applyHistory(history)).toEqual([]);
    const expected = hours.slice(100).flatMap((hour) => [
      [hour, LOCAL, '1.85'],
      [hour, TAW, '7.47'],
    ]);
    expect(corrections.toSorted((a, b) => Number(a[0]) - Number(b[0]))).toEqual(expected);
  });

  it('never fills a row beyond what one uplink may carry', () => {
    measure(Array.from({ length: 400 }, (_, hour) => hour));
    applyHistory([{ validFrom: instant(0), mountingHeightMetres: 3.1 }]);
    const { uplinks } = outbox.read([401, outbox.nextSequence - 1], 1e9);
    expect(uplinks.map(({ observations }) => observations.length)).toEqual([256, 256, 256, 32]);
  });
});

describe('a replaced sensor', () => {
  it('begins a new datastream at the same measuring point and leaves the old one alone', () => {
    measure([0]);
    const devices = [{ ...LEVEL_SENSOR, devEui: '24E124713D200008', sensor: 'peil-2', at: BRIDGE }];
    const rules = intakeRules(levelConfig([], { devices }));
    const message = distanceMessage(1, at(1), 1_250);
    const body = JSON.parse(Buffer.from(message.payload).toString());
    body.deviceInfo.devEui = '24e124713d200008';
    const replaced = { ...message, topic: message.topic.replace('24e124713d200007', '24e124713d200008') };
    const planned = planMessage({ ...replaced, payload: Buffer.from(JSON.stringify(body)) }, rules, () => false);
    if (planned.kind !== 'uplink') throw new Error(`planned as ${planned.kind}`);
    outbox.commit((writer) => writer.addUplink(planned.uplink));

    const levels = sent(1).filter(({ datastream }) => datastream?.includes('waterpeil-mtaw'));
    expect(levels.map(({ datastream, value }) => [datastream, value])).toEqual([
      [TAW, '7.57'],
      ['brug.peil-2.waterpeil-mtaw.peil-uit-afstand', '7.57'],
    ]);
    expect(levels.map(({ description }) => [description?.measuringPoint.name, description?.version])).toEqual([
      ['brug', 1],
      ['brug', 1],
    ]);
  });
});
