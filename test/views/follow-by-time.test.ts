import { RENDER_VERSIONS } from '@meetbrug/cloud/src/log/render-version.ts';
import { expect, onTestFinished, test } from 'vitest';
import { labBatch, START_MS, STREAM } from './lab-batches.ts';
import { ldesConfig, ViewLab } from './view-lab.ts';
import { readNode } from './walk-view.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const YEAR_HOURS = 365 * 24;
const REQUESTS_MAX = 100;

/** How many documents a follower asks for again: those that can still change, found from the root. */
function countOpenNodes(lab: ViewLab, view: string): number {
  let open = 0;
  const waiting = [''];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const node = readNode(`https://data.example.be/ldes/demo/${STREAM}/${view}`, path, (one) =>
      lab.read('demo', STREAM, view, one),
    );
    if (node.final) continue;
    open += 1;
    waiting.push(...node.children);
  }
  return open;
}

test('a follower of by-time asks for at most 100 documents after a year of data by the minute, at the end of a day', () => {
  const lab = new ViewLab();
  onTestFinished(() => lab.remove());
  lab.start({
    ldes: ldesConfig({ views: [{ kind: 'by-time' }] }),
    organisations: [{ name: 'demo', inAllStreams: true }],
    stream: STREAM,
    renderVersion: RENDER_VERSIONS.plain,
    isDurable: false,
  });
  const firstMs = Math.ceil(START_MS / (24 * HOUR_MS)) * 24 * HOUR_MS;
  for (let hour = 0; hour < YEAR_HOURS; hour += 1) {
    const observations = Array.from({ length: 60 }, (_, minute) => ({
      datastream: 0,
      beginMs: firstMs + hour * HOUR_MS + minute * MINUTE_MS,
      value: 10 + ((hour + minute) % 15),
    }));
    const atMs = firstMs + (hour + 1) * HOUR_MS - MINUTE_MS;
    lab.deliver('edge-demo', 'demo', labBatch('00112233445566aa', hour + 1, observations), atMs);
  }
  lab.catchUp();
  const open = countOpenNodes(lab, 'by-time');
  // All hours of the last day are open, each with its index and its page.
  expect(open).toBeGreaterThan(3 * 24);
  expect(open).toBeLessThanOrEqual(REQUESTS_MAX);
  expect(countOpenNodes(lab, 'by-page')).toBeLessThanOrEqual(4);
}, 120_000);
