import { rmSync } from 'node:fs';
import type { WireObservation } from '@meetbrug/protocols/delivery';
import { exactDecimal } from '@meetbrug/protocols/observation';
import { createColdTier } from '../cold/cold-tier.ts';
import { createColdWorker } from '../cold/cold-work.ts';
import { commitGroup, inTransaction } from '../log/commit-group.ts';
import { createTestLog } from '../log/test-log.ts';
import { CLOUD_SENDER } from './cloud-sender.ts';
import { localDayOfDate } from './local-day.ts';
import { createNeighbourhoodFinder, parseNeighbourhoods } from './neighbourhoods.ts';
import { createProductEngine, type EngineSettings } from './product-engine.ts';
import { openProductStore } from './product-store.ts';
import { createProductSender, type DeliverProducts, type PublishedWork, publishWork } from './publish-work.ts';

export const FIRST_DAY = '2026-10-24';
const LICENCE = 'https://example.org/licence';
const MINUTE_MS = 60_000;

const square = [
  [3.7, 51],
  [3.8, 51],
  [3.8, 51.1],
  [3.7, 51.1],
  [3.7, 51],
];
const parsed = parseNeighbourhoods(
  JSON.stringify({
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { name: 'A-1', label: 'Wijk A' },
        geometry: { type: 'Polygon', coordinates: [square] },
      },
    ],
  }),
  { nameProperty: 'name', labelProperty: 'label' },
);

export const LAB_SETTINGS: EngineSettings = {
  days: [
    {
      kind: 'threshold-day',
      source: 'air-temperature',
      property: 'heat-day',
      threshold: { kind: 'reached', threshold: exactDecimal(30) },
    },
    {
      kind: 'threshold-day',
      source: 'air-temperature',
      property: 'tropical-night',
      threshold: { kind: 'stayed', threshold: exactDecimal(20) },
    },
    { kind: 'peak-hour', source: 'pedestrian-count' },
  ],
  alerts: [
    {
      kind: 'water-alert',
      source: 'water-level-taw',
      organisation: 'demo',
      measuringPoint: 'brug',
      thresholds: { preAlarm: exactDecimal(3), alarm: exactDecimal(4), hysteresis: exactDecimal(5, 1) },
    },
  ],
  findNeighbourhood: createNeighbourhoodFinder(parsed.ok ? parsed.value : []),
  licence: LICENCE,
  fromMs: localDayOfDate(FIRST_DAY).beginMs,
  // Two hours, on days of 23 and 25 too.
  coverageMin: 0.08,
  sensorShareMin: 0.5,
  settleMs: 60 * MINUTE_MS,
  leaveOut: new Set(['value-stuck']),
};

function described(
  property: string,
  key: string,
  point: { readonly name: string; readonly longitude: number },
  changes: object = {},
) {
  const [, sensor = '', , procedure = ''] = key.split('.');
  return {
    datastream: key,
    version: 1,
    validFromMs: Date.UTC(2026, 0, 1),
    property,
    measuringPoint: { ...point, label: point.name, latitude: 51.05 },
    sensor: { name: sensor, manufacturer: 'Maker', model: 'Model' },
    procedure: { name: procedure, label: procedure },
    licence: LICENCE,
    ...changes,
  };
}

const counted = (direction: string) => ({
  direction,
  procedure: { name: 'telling-900s', label: 'telling per kwartier', intervalSeconds: 900 },
});
const PLEIN = { name: 'plein', longitude: 3.72 };
const PARK = { name: 'park', longitude: 3.74 };
const BRUG = { name: 'brug', longitude: 3.9 };

/** The sources of the laboratory: two thermometers and a counting line in one neighbourhood, and a gauge outside. */
export const SOURCES = {
  plein: described('air-temperature', 'plein.th-1.luchttemperatuur.momentaan', PLEIN),
  park: described('air-temperature', 'park.th-2.luchttemperatuur.momentaan', PARK),
  in: described('pedestrian-count', 'plein_in.lijn.aantal-voetganger.telling-900s', PLEIN, counted('in')),
  out: described('pedestrian-count', 'plein_out.lijn.aantal-voetganger.telling-900s', PLEIN, counted('out')),
  gauge: described('water-level-taw', 'brug.peil.waterpeil-mtaw.momentaan', BRUG),
};
export type SourceName = keyof typeof SOURCES;

export interface LabObservation {
  readonly source: SourceName;
  readonly beginMs: number;
  /** As on the wire. */
  readonly value: string;
  readonly quality: number;
}

/** A log with its sources and the products over it, in one thread, that can be stopped at any point. */
export function openProductLab(settings: EngineSettings = LAB_SETTINGS) {
  const { store, streams, log, commit } = createTestLog();
  const file = `${store.name}-products`;
  let products = openProductStore(file, 'lab');
  let engine = createProductEngine(store, products, settings);
  let sender = createProductSender(0);
  const refused: PublishedWork['refusals'][number][] = [];
  let edgeSequence = 0;

  const deliver =
    (nowMs: number): DeliverProducts =>
    async (organisation, body) => {
      const group = commitGroup(store, streams, log, [{ edge: CLOUD_SENDER, organisation, body }], nowMs);
      if (!group.ok) return { outcome: 'later', refused: [] };
      const refused = group.value.outcomes[0]?.acknowledgement?.refused ?? [];
      return { outcome: 'committed', refused: refused.map(([number, , code]) => [number, code]) };
    };
  const restart = () => {
    products.close();
    products = openProductStore(file, 'lab');
    engine = createProductEngine(store, products, settings);
    sender = createProductSender(log.progress.welcome(CLOUD_SENDER).highestSequence);
  };

  return {
    store,
    /** Why values were refused, in order. */
    refused,
    /** An edge delivers, each observation in an uplink of its own. */
    observe(observations: readonly LabObservation[], nowMs: number) {
      for (const { source, beginMs, value, quality } of observations) {
        const description = SOURCES[source];
        const isCount = description.property === 'pedestrian-count';
        const wire: WireObservation = [0, beginMs, isCount ? beginMs + 900_000 : null, beginMs, value, quality];
        edgeSequence += 1;
        const uplinks = [[edgeSequence, nowMs, [wire]]] as const;
        const outcome = commit({ key: description.datastream, descriptions: [description], uplinks }, nowMs);
        const { refused = [] } = outcome.acknowledgement ?? {};
        if (refused.length > 0) throw new Error(JSON.stringify(refused));
      }
    },
    /** Another edge, or the products' own sender, delivers what it likes. */
    commit,
    /** Computes and publishes until nothing is due, or so many steps; returns what it came to. */
    async settle(nowMs: number, stepsMax = Number.POSITIVE_INFINITY) {
      const came: Record<string, number> = {};
      for (let steps = 0; steps < stepsMax; ) {
        const goesOn = engine.mark();
        const work = engine.next(nowMs);
        if (work === undefined && !goesOn) return came;
        if (work === undefined) continue;
        steps += 1;
        const published = await publishWork(work, sender, nowMs, deliver(nowMs));
        if (published === 'later') throw new Error('the log took nothing');
        const { refusals, ...counts } = published;
        refused.push(...refusals);
        for (const [outcome, count] of Object.entries({ ...work.outcomes, ...counts })) {
          came[outcome] = (came[outcome] ?? 0) + count;
        }
      }
      return came;
    },
    /** As a kill: a step is committed, or not even that, and the products do not hear of it. */
    async crash(nowMs: number, commits: boolean) {
      engine.mark();
      const work = engine.next(nowMs);
      if (work !== undefined && commits) {
        await publishWork({ ...work, done: () => undefined }, sender, nowMs, deliver(nowMs));
      }
      restart();
    },
    /** The file of the products is gone. */
    lose() {
      products.close();
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
      products = openProductStore(file, 'lab');
      restart();
    },
    /** Puts the months that are over by the last commit into files, and their rows out of the store. */
    async closeMonths() {
      const work = createColdWorker(store);
      const ports: Parameters<typeof createColdTier>[2] = {
        async ask(asked) {
          const done = inTransaction(store, () => work(asked));
          if (!done.ok) throw new Error(done.fault.detail);
        },
        turn: () => Promise.resolve(),
        readersPast: () => Promise.resolve(),
        onWritten: () => undefined,
      };
      await createColdTier(store, { afterMonths: 1 }, ports).run();
    },
    close: () => products.close(),
  };
}
