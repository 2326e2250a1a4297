import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBatchLog } from '@meetbrug/cloud/src/log/append-batch.ts';
import { commitGroup } from '@meetbrug/cloud/src/log/commit-group.ts';
import { openStoreForReading, openStoreForWriting } from '@meetbrug/cloud/src/log/open-store.ts';
import { createStreamTable } from '@meetbrug/cloud/src/log/streams.ts';
import { CLOUD_SENDER } from '@meetbrug/cloud/src/products/cloud-sender.ts';
import { localDayOfDate } from '@meetbrug/cloud/src/products/local-day.ts';
import { createNeighbourhoodFinder, parseNeighbourhoods } from '@meetbrug/cloud/src/products/neighbourhoods.ts';
import { createProductEngine, type EngineSettings } from '@meetbrug/cloud/src/products/product-engine.ts';
import { openProductStore } from '@meetbrug/cloud/src/products/product-store.ts';
import { createProductSender, type DeliverProducts, publishWork } from '@meetbrug/cloud/src/products/publish-work.ts';
import { BODY_ENCODINGS } from '@meetbrug/protocols/delivery';
import { exactDecimal } from '@meetbrug/protocols/observation';
import type { Bench, BenchRow } from './bench-row.ts';

const FIRST_MS = localDayOfDate('2026-06-01').beginMs;
const NOW_MS = Date.UTC(2026, 7, 1);
const EVERY_MS = 600_000;
const TICKS_A_DAY = 144;
/** Sensors of one neighbourhood. */
const NEIGHBOURS = 100;
const LICENCE = 'https://example.org/licence';

interface Size {
  readonly sensors: number;
  readonly days: number;
}

function describeSensor(index: number) {
  const [place, sensor] = [`plaats-${index}`, `voeler-${index}`];
  return {
    datastream: `${place}.${sensor}.luchttemperatuur.momentaan`,
    version: 1,
    validFromMs: 0,
    property: 'air-temperature',
    measuringPoint: { name: place, label: place, longitude: 3 + Math.floor(index / NEIGHBOURS) / 100, latitude: 51 },
    sensor: { name: sensor, manufacturer: 'Maker', model: 'Model' },
    procedure: { name: 'momentaan', label: 'momentane meting' },
    licence: LICENCE,
  };
}

/** Strips of a hundredth of a degree, each around the place of {@link NEIGHBOURS} sensors. */
function neighbourhoodStrips(sensors: number) {
  const features = Array.from({ length: Math.ceil(sensors / NEIGHBOURS) }, (_, strip) => {
    const [west, east] = [3 + strip / 100 - 0.004, 3 + strip / 100 + 0.004];
    const corners = [
      [west, 50.9],
      [east, 50.9],
      [east, 51.1],
      [west, 51.1],
      [west, 50.9],
    ];
    return {
      type: 'Feature',
      properties: { name: `strook-${strip}`, label: `Strook ${strip}` },
      geometry: { type: 'Polygon', coordinates: [corners] },
    };
  });
  const text = JSON.stringify({ type: 'FeatureCollection', features });
  const parsed = parseNeighbourhoods(text, { nameProperty: 'name', labelProperty: 'label' });
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return parsed.value;
}

function settingsFor(sensors: number): EngineSettings {
  return {
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
    ],
    alerts: [],
    findNeighbourhood: createNeighbourhoodFinder(neighbourhoodStrips(sensors)),
    licence: LICENCE,
    fromMs: FIRST_MS,
    coverageMin: 0.75,
    sensorShareMin: 0.5,
    settleMs: 0,
    leaveOut: new Set(['value-stuck']),
  };
}

function openLog(file: string) {
  const store = openStoreForWriting(file);
  const streams = createStreamTable(store);
  const log = createBatchLog(store, streams, 10_000_000);
  return {
    store,
    commit(edge: string, body: Uint8Array) {
      const group = commitGroup(store, streams, log, [{ edge, organisation: 'demo', body }], NOW_MS);
      if (!group.ok) throw new Error(group.fault.detail);
      return group.value.outcomes[0]?.acknowledgement?.refused ?? [];
    },
  };
}

/** A temperature of every sensor every ten minutes, warmer by day. */
function fill({ store, commit }: ReturnType<typeof openLog>, { sensors, days }: Size): void {
  const descriptions = Array.from({ length: sensors }, (_, index) => describeSensor(index));
  const datastreams = descriptions.map(({ datastream }) => [datastream, 1]);
  // How the data came into the store is not measured, so it need not be durable.
  store.pragma('synchronous = OFF');
  let sequence = 0;
  for (let tick = 0; tick < days * TICKS_A_DAY; tick++) {
    const beginMs = FIRST_MS + tick * EVERY_MS;
    const value = String(16 + Math.floor((tick % TICKS_A_DAY) / 9));
    const uplinks = datastreams.map((_, index) => {
      sequence += 1;
      return [sequence, NOW_MS, [[index, beginMs, null, beginMs, value, 0]]];
    });
    const batch = {
      version: 1,
      epoch: '00112233445566aa',
      datastreams,
      descriptions: tick === 0 ? descriptions : [],
      uplinks,
    };
    commit('edge-a', Buffer.concat([Buffer.of(BODY_ENCODINGS.json), Buffer.from(JSON.stringify(batch))]));
  }
  store.pragma('synchronous = FULL');
}

/** Reads the whole log, computes what follows and publishes it durably, as after products were configured. */
async function backfill(size: Size): Promise<{ readonly published: number; readonly seconds: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'meetbrug-products-'));
  const log = openLog(join(folder, 'cloud.sqlite'));
  const reader = openStoreForReading(log.store.name);
  const products = openProductStore(join(folder, 'products.sqlite'), 'bench');
  try {
    fill(log, size);
    const deliver: DeliverProducts = async (_organisation, body) => {
      const refused = log.commit(CLOUD_SENDER, body);
      return { outcome: 'committed', refused: refused.map(([sequence, , code]) => [sequence, code]) };
    };
    const begunMs = performance.now();
    const engine = createProductEngine(reader, products, settingsFor(size.sensors));
    const sender = createProductSender(0);
    let published = 0;
    for (;;) {
      const goesOn = engine.mark();
      const work = engine.next(NOW_MS);
      if (work === undefined && !goesOn) break;
      const came = work && (await publishWork(work, sender, NOW_MS, deliver));
      if (came === 'later') throw new Error('the log took nothing');
      published += came?.published ?? 0;
    }
    const expected = 2 * size.days * (size.sensors + Math.ceil(size.sensors / NEIGHBOURS));
    if (published !== expected) throw new Error(`${published} products, expected ${expected}`);
    return { published, seconds: (performance.now() - begunMs) / 1000 };
  } finally {
    products.close();
    reader.close();
    log.store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const sizeText = ({ sensors, days }: Size) => `${sensors.toLocaleString('en')} sensors over ${days} days`;

export const products: Bench = {
  name: 'products',
  about: 'heat days and tropical nights of data by ten minutes, all of it at once, of two sizes',
  run: async ({ full }) => {
    const [small, large] = full
      ? ([
          { sensors: 250, days: 20 },
          { sensors: 1_000, days: 20 },
        ] as const)
      : ([
          { sensors: 50, days: 8 },
          { sensors: 200, days: 8 },
        ] as const);
    // The first run is slower than any other of its size. Both have as many days, since a product is described once.
    await backfill(small);
    const [before, after] = [await backfill(small), await backfill(large)];
    const rate = ({ published, seconds }: Awaited<ReturnType<typeof backfill>>) => published / seconds;
    const rows: BenchRow[] = [
      {
        what: `products of ${sizeText(large)}`,
        unit: 'products/s',
        ours: rate(after),
        baseline: { what: sizeText(small), value: rate(before) },
        budget: { ratio: 0.75 },
      },
      {
        what: `products of ${sizeText(large)}: all`,
        unit: 's',
        ours: after.seconds,
        budget: full ? { atMost: 60 } : {},
      },
    ];
    return rows;
  },
};
