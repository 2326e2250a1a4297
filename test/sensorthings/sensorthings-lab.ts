import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBatchLog } from '@meetbrug/cloud/src/log/append-batch.ts';
import { commitGroup } from '@meetbrug/cloud/src/log/commit-group.ts';
import { openStoreForWriting } from '@meetbrug/cloud/src/log/open-store.ts';
import { createStreamTable } from '@meetbrug/cloud/src/log/streams.ts';
import { createSensorThings } from '@meetbrug/cloud/src/sensorthings/answer-sensorthings.ts';
import { BODY_ENCODINGS, type WireObservation } from '@meetbrug/protocols/delivery';
import type { DatastreamDescription } from '@meetbrug/protocols/observation';
import { afterAll } from 'vitest';
import { heatDescription, T0 } from '../cloud/test-edge.ts';

export const BASE = 'https://example.org/meetbrug';
export const ROOT = `${BASE}/sta/v1.1`;
/** What `now()` is. */
export const NOW_MS = T0 + 3_600_000;
export const MINUTE_MS = 60_000;
const BATCH_UPLINKS = 500;
const PAGES_MAX = 500;

/** Parsed JSON of an answer; a test says what it expects in it. */
export type Json = ReturnType<typeof JSON.parse>;

const opened: (() => void)[] = [];
afterAll(() => {
  for (const close of opened.splice(0)) close();
});

/**
 * A store that takes batches, and the API over it, without sockets between.
 * @param elapsedMs stands still by default, so that a busy machine changes no answer
 */
export function openLab(elapsedMs: () => number = () => 0) {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-sta-'));
  const store = openStoreForWriting(join(folder, 'cloud.sqlite'));
  opened.push(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  const streams = createStreamTable(store);
  const log = createBatchLog(store, streams, 10_000_000);
  const api = createSensorThings(store, BASE, elapsedMs);
  let sequence = 0;

  /** Delivers a description with its observations, each as an uplink of its own. */
  const deliver = (
    description: DatastreamDescription,
    observations: readonly WireObservation[] = [],
    organisation = 'demo',
  ): void => {
    for (let from = 0; from === 0 || from < observations.length; from += BATCH_UPLINKS) {
      const uplinks = observations.slice(from, from + BATCH_UPLINKS).map((one) => {
        sequence += 1;
        return [sequence, one[1], [one]];
      });
      const datastreams = [[description.datastream, description.version]];
      const epoch = '00112233445566aa';
      const text = JSON.stringify({ version: 1, epoch, datastreams, descriptions: [description], uplinks });
      const body = Buffer.concat([Buffer.from([BODY_ENCODINGS.json]), Buffer.from(text)]);
      const group = commitGroup(store, streams, log, [{ edge: `edge-${organisation}`, organisation, body }], NOW_MS);
      if (!group.ok) throw new Error(group.fault.detail);
      const refused = group.value.outcomes.flatMap(({ acknowledgement }) => acknowledgement?.refused ?? []);
      if (refused.length > 0) throw new Error(JSON.stringify(refused));
    }
  };

  const ask = (target: string, closed: readonly string[] = []) => api({ target, nowMs: NOW_MS }, closed);
  const json = (target: string): Json => {
    const answer = ask(target);
    if (answer.kind !== 'json') throw new Error(`${target}: ${JSON.stringify(answer)}`);
    return JSON.parse(answer.body);
  };
  /** All entities of a collection, page by page; `onPage` is called between them. */
  const walk = (target: string, onPage: (page: number) => void = () => undefined): Json[] => {
    const found: Json[] = [];
    let pages = 0;
    for (let next: string | undefined = target; next !== undefined; pages++) {
      if (pages > PAGES_MAX) throw new Error(`${target} does not end`);
      const page: Json = json(next);
      found.push(...page.value);
      onPage(pages);
      next = page['@iot.nextLink'] && belowRoot(page['@iot.nextLink']);
    }
    return found;
  };
  return { store, deliver, ask, json, walk };
}

/** The part of a link that a request to the API is made of. */
export function belowRoot(link: string): string {
  if (!link.startsWith(ROOT)) throw new Error(`${link} is not below ${ROOT}`);
  return link.slice(ROOT.length);
}

/** A query as a client sends it, every option encoded. */
export function query(set: string, options: Readonly<Record<string, string>>): string {
  return `${set}?${new URLSearchParams(options)}`;
}

/** A measured value at a minute after {@link T0}. */
export function at(minute: number, value: string, quality = 2): WireObservation {
  const beginMs = T0 + minute * MINUTE_MS;
  return [0, beginMs, null, beginMs + 100, value, quality];
}

/** A count over the quarter of an hour that begins at a minute after {@link T0}. */
export function over(minute: number, value: string): WireObservation {
  const beginMs = T0 + minute * MINUTE_MS;
  return [0, beginMs, beginMs + 15 * MINUTE_MS, beginMs + 15 * MINUTE_MS, value, 0];
}

/** Bicycles in one direction past a bridge. */
export function counting(direction: 'in' | 'out'): DatastreamDescription {
  return heatDescription(1, {
    datastream: `brug_${direction}.lus.aantal-fiets.telling-900s` as DatastreamDescription['datastream'],
    property: 'bicycle-count',
    direction,
    measuringPoint: { name: 'brug', label: 'Brug over de vaart', longitude: 3.75, latitude: 51.1 },
    sensor: { name: 'lus', manufacturer: 'Maker', model: 'Lus' },
    procedure: { name: 'telling-900s', label: 'telling per kwartier', intervalSeconds: 900 },
  });
}

/** An air temperature at a place of its own: place 1 at 3.71° E, place 2 at 3.72°, and so on. */
export function temperature(place: number, changes: Partial<DatastreamDescription> = {}): DatastreamDescription {
  const measuringPoint = {
    name: `meetpunt-${place}`,
    label: `Meetpunt ${place}`,
    longitude: (370 + place) / 100,
    latitude: 51.05,
  };
  return heatDescription(place, { measuringPoint, ...changes });
}
