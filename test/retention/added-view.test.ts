import { storeRetentionSchema } from '@meetbrug/cloud/src/config/retention-config.ts';
import { RENDER_VERSIONS } from '@meetbrug/cloud/src/log/render-version.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { labBatch, START_MS, STREAM } from '../views/lab-batches.ts';
import { BASE, ldesConfig, ViewLab } from '../views/view-lab.ts';
import { walkView } from '../views/walk-view.ts';

const DAY_MS = 86_400_000;
const DAYS = 120;
const small = { pageSize: 2, fanOut: 2 };
const retention = { days: 20 };

let lab: ViewLab;
beforeEach(() => {
  lab = new ViewLab();
});
afterEach(() => lab.remove());

function start(views: readonly object[], storeDays: number | undefined): void {
  lab.start({
    ldes: ldesConfig({ ...small, retention, views }),
    organisations: ['demo', 'other'].map((name) => ({ name, inAllStreams: true })),
    stream: STREAM,
    renderVersion: RENDER_VERSIONS.plain,
    isDurable: false,
    retention: storeDays === undefined ? undefined : storeRetentionSchema.parse({ days: storeDays }),
  });
  lab.catchUp();
}

function deliver(organisation: string, day: number, sequence: number): void {
  const nowMs = START_MS + day * DAY_MS;
  const batch = labBatch('00112233445566aa', sequence, [{ datastream: 0, beginMs: nowMs, value: 10 }]);
  lab.deliver(`edge-${organisation}`, organisation, batch, nowMs);
}

/** One observation a day; then what the views drop leaves the store. */
function fill(): void {
  for (let day = 0; day < DAYS; day++) deliver('demo', day, day + 1);
  for (let round = 0; round < 2; round++) {
    lab.tend();
    lab.catchUp();
  }
}

const members = (view: string) =>
  walkView(`${BASE}/ldes/demo/${STREAM}/${view}`, (path) => lab.read('demo', STREAM, view, path)).flatMap(
    (node) => node.members,
  );

test('a view that is added to a stream that has lost members begins with the month after them, and goes on', () => {
  start([], 30);
  fill();
  lab.stop();
  start([{ kind: 'by-time', ...small, retention }], 30);
  const added = members('by-time');
  expect(added.length).toBeGreaterThan(15);
  expect(added.length).toBeLessThan(60);
  deliver('demo', DAYS, DAYS + 1);
  lab.tend();
  lab.catchUp();
  expect(members('by-time').length).toBe(added.length + 1);
});

test('a view by arithmetic cannot be added any more', () => {
  start([], 30);
  fill();
  lab.stop();
  expect(() => start([{ kind: 'by-page', name: 'pages-of-five', pageSize: 5, fanOut: 2, retention }], 30)).toThrow(
    /pages-of-five of demo\/heat-stress cannot be added: store\.retention/,
  );
});

test('a view that was taken out and promises everything is named when it stands in the way', () => {
  start([{ kind: 'by-property', ...small }], undefined);
  fill();
  lab.stop();
  expect(() => start([], 30)).toThrow(
    /store\.retention: days \(30\) undercuts the view by-property of demo\/heat-stress/,
  );
});

test('a stream that has lost all of its members shows none, and then those that come', () => {
  start([], 30);
  for (let day = 0; day < 12; day++) deliver('demo', day, day + 1);
  // The clock of the log is that of all streams.
  deliver('other', 90, 1);
  for (let round = 0; round < 2; round++) {
    lab.tend();
    lab.catchUp();
  }
  expect(members('by-page')).toEqual([]);
  deliver('demo', 91, 13);
  lab.catchUp();
  expect(members('by-page')).toHaveLength(1);
});
