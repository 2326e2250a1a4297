import {
  datastreamSchema,
  datastreamsSchema,
  featuresSchema,
  problemSchema,
  seriesSchema,
} from '@meetbrug/cloud/src/query/query-answers.ts';
import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import { expect, test } from 'vitest';
import { T0 } from '../cloud/test-edge.ts';
import { descriptionOf, getJson, type Json, keyOf, longitudeOf, type QueryLab, walk, withLab } from './query-lab.ts';

const MINUTE_MS = 60_000;

async function keysOf(lab: QueryLab, query: string): Promise<string[]> {
  const { datastreams } = await getJson(`${lab.api}/datastreams?${query}`);
  return datastreams.map(({ key }: { key: string }) => key);
}

test('datastreams are found by place and by text, page by page', async () => {
  await withLab(async (lab) => {
    for (const place of [1, 2, 3, 4]) await lab.deliver(place, [[T0, String(place)]]);
    const [west, east] = [longitudeOf(2) - 0.001, longitudeOf(3) + 0.001];
    const middle = [keyOf(2), keyOf(3)];
    expect(await keysOf(lab, `bbox=${west},51,${east},51.1`)).toEqual(middle);
    const ring = [
      [west, 51],
      [east, 51],
      [east, 51.1],
      [west, 51.1],
      [west, 51],
    ];
    const wkt = `POLYGON((${ring.map((at) => at.join(' ')).join(',')}))`;
    expect(await keysOf(lab, `polygon=${encodeURIComponent(wkt)}`)).toEqual(middle);
    const geoJson = JSON.stringify({ type: 'Polygon', coordinates: [ring] });
    expect(await keysOf(lab, `polygon=${encodeURIComponent(geoJson)}`)).toEqual(middle);
    // A hundredth of a degree is 699 metres here.
    expect(await keysOf(lab, `near=${longitudeOf(1)},51.05,750`)).toEqual([keyOf(1), keyOf(2)]);
    const label = OBSERVED_PROPERTIES['air-temperature'].label.nl.toUpperCase();
    expect(await keysOf(lab, `text=${encodeURIComponent(`milesight ${label} meetpunt-3`)}`)).toEqual([keyOf(3)]);
    expect(await keysOf(lab, 'text=nergens')).toEqual([]);

    const found: string[] = [];
    for (let next = `${lab.api}/datastreams?limit=1&bbox=${west},51,${east},51.1`; next !== null; ) {
      const page = await getJson(next);
      found.push(...page.datastreams.map(({ key }: { key: string }) => key));
      next = page.next;
    }
    expect(found).toEqual(middle);
    const { observations } = await getJson(`${lab.api}/observations?near=${longitudeOf(1)},51.05,750`);
    expect(observations.map(({ value }: { value: number }) => value)).toEqual([1, 2]);
  });
});

test('a quality filter leaves out what carries a flag', async () => {
  await withLab(async (lab) => {
    const [good, stuck, tilted] = [0, 1 << (3 + 4), 1 << (3 + 5)];
    await lab.deliver(1, [
      [T0, '1', good],
      [T0 + 1, '2', stuck],
      [T0 + 2, '3', tilted],
    ]);
    const values = async (query: string) => {
      const { observations } = await getJson(`${lab.api}/datastreams/${keyOf(1)}/observations?${query}`);
      return observations.map(({ value }: { value: number }) => value);
    };
    expect(await values('')).toEqual([1, 2, 3]);
    expect(await values('quality=good')).toEqual([1]);
    expect(await values('quality=value-stuck')).toEqual([1, 3]);
    const { observations } = await getJson(
      `${lab.api}/datastreams/${keyOf(1)}/observations?quality=good&every=PT1H&aggregate=sum,count`,
    );
    expect(observations).toMatchObject([{ sum: 1, count: 1 }]);
  });
});

test('a page has a strong validator that changes with it and only then', async () => {
  await withLab(async (lab) => {
    await lab.deliver(1, [
      [T0, '31.3'],
      [T0 + MINUTE_MS, '31.4'],
    ]);
    const range = 'from=2026-07-01T00:00:00Z&to=2026-07-02T00:00:00Z';
    for (const format of ['json', 'csv&limit=100', 'parquet&limit=100', 'arrow&limit=100']) {
      const url = `${lab.api}/datastreams/${keyOf(1)}/observations?${range}&format=${format}`;
      const first = await fetch(url);
      const etag = first.headers.get('etag') ?? '';
      expect([format, first.status, etag]).toEqual([format, 200, expect.stringMatching(/^"[^"]+"$/)]);
      const again = await fetch(url, { headers: { 'If-None-Match': etag } });
      expect([format, again.status, again.headers.get('etag')]).toEqual([format, 304, etag]);
      const other = await fetch(`${url}&order=desc`, { headers: { 'If-None-Match': etag } });
      expect([format, other.status]).toEqual([format, 200]);
    }
    const url = `${lab.api}/datastreams/${keyOf(1)}/observations?${range}`;
    const before = await fetch(url);
    await lab.deliver(1, [[T0 - MINUTE_MS, '31.2']]);
    const after = await fetch(url, { headers: { 'If-None-Match': before.headers.get('etag') ?? '' } });
    expect([after.status, ((await after.json()) as Json).observations.length]).toEqual([200, 3]);
    const list = await fetch(`${lab.api}/datastreams`);
    const same = await fetch(`${lab.api}/datastreams`, {
      headers: { 'If-None-Match': list.headers.get('etag') ?? '' },
    });
    expect(same.status).toBe(304);
  });
});

test('HEAD says what GET would, and leaves no export open', async () => {
  await withLab(async (lab) => {
    await lab.deliver(1, [[T0, '31.3']]);
    const url = `${lab.api}/datastreams/${keyOf(1)}/observations?format=csv`;
    // More than may be open at once.
    for (let round = 0; round < 250; round += 1) {
      const response = await fetch(url, { method: 'HEAD' });
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/csv; charset=utf-8; header=present',
      ]);
    }
    expect((await (await fetch(url)).text()).split('\r\n')).toHaveLength(3);
  });
}, 30_000);

test('what would cost too much is refused within a second, with the reason, and others are served meanwhile', async () => {
  await withLab(async (lab) => {
    await lab.deliver(1, [[T0, '31.3']]);
    const ring = Array.from({ length: 600 }, (_, index) => `${(index / 1000).toFixed(3)} 1`).join(',');
    const bombs: readonly (readonly [string, number | readonly number[]])[] = [
      [`datastreams?polygon=POLYGON((${'0 0,'.repeat(1_000_000)}0 0))`, [400, 414, 431]],
      [`datastreams?polygon=POLYGON((${ring},0.000 1))`, 400],
      [`datastreams?polygon=${'('.repeat(10_000)}`, 400],
      ['datastreams?limit=1000000000', 400],
      [`datastreams?text=${'a+'.repeat(2_000)}`, 400],
      [`observations?property=air-temperature&from=1970-01-02T00:00:00Z&to=9999-01-01T00:00:00Z&every=PT1M`, 400],
      [
        `observations?property=air-temperature&from=1970-01-02T00:00:00Z&to=9999-01-01T00:00:00Z&every=PT1M&fill=linear&format=csv`,
        400,
      ],
      [`observations?${'datastream=a.b.c.d&'.repeat(201)}`, 400],
      ['observations?property=air-temperature&limit=10000000', 400],
      [`datastreams/${keyOf(1)}/observations?cursor=1.1.1.1.1`, 400],
    ];
    const another = () => fetch(`${lab.api}/datastreams/${keyOf(1)}`);
    // Both readers have started.
    await Promise.all([another(), another()]);
    for (const [path, status] of bombs) {
      const served = another();
      const begun = performance.now();
      const response = await fetch(`${lab.api}/${path}`);
      const text = await response.text();
      const name = path.slice(0, 60);
      expect([name, [status].flat()]).toEqual([name, expect.arrayContaining([response.status])]);
      if (response.headers.get('content-type') === 'application/problem+json') problemSchema.parse(JSON.parse(text));
      expect([name, performance.now() - begun < 1_000]).toEqual([name, true]);
      expect((await served).status).toBe(200);
    }
  });
}, 30_000);

test('more datastreams than one answer may have are refused, and a thousand are not', async () => {
  await withLab(async (lab) => {
    const all = Array.from({ length: 1_000 }, (_, place) => descriptionOf(place));
    for (let from = 0; from < all.length; from += 200) {
      await lab.edge.deliver({ datastreams: [], descriptions: all.slice(from, from + 200), uplinks: [] });
    }
    const url = `${lab.api}/observations?property=air-temperature&from=2026-01-01T00:00:00Z`;
    expect((await getJson(url)).observations).toEqual([]);
    expect(await walk(`${url}&every=P1M&to=2026-02-01T00:00:00Z&fill=null`)).toHaveLength(1_000);
    await lab.edge.deliver({ datastreams: [], descriptions: [descriptionOf(1_000)], uplinks: [] });
    const refused = await fetch(url);
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { title: 'Too costly', detail: expect.stringContaining('1000 datastreams') },
    ]);
  });
}, 60_000);

test('answers are as the OpenAPI document describes them', async () => {
  await withLab(async (lab) => {
    await lab.deliver(1, [
      [T0, '31.3'],
      [T0 + MINUTE_MS, '31.4'],
    ]);
    const series = `${lab.api}/datastreams/${keyOf(1)}/observations`;
    datastreamsSchema.parse(await getJson(`${lab.api}/datastreams`));
    datastreamSchema.parse(await getJson(`${lab.api}/datastreams/${keyOf(1)}`));
    featuresSchema.parse(await getJson(`${lab.api}/datastreams?format=geojson`));
    seriesSchema.parse(await getJson(series));
    seriesSchema.parse(await getJson(`${series}?zone=Europe/Brussels`));
    seriesSchema.parse(await getJson(`${lab.api}/observations?property=air-temperature`));
    const every = 'every=PT1H&aggregate=mean,min,max,sum,count,first,last,time-weighted-mean';
    seriesSchema.parse(await getJson(`${series}?${every}&fill=linear`));
    problemSchema.parse(await (await fetch(`${series}?limit=x`)).json());

    const document = await getJson(`${lab.publicBaseUrl}/openapi.json`);
    expect(document.openapi).toBe('3.1.0');
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(new Set(references)).toEqual(new Set(Object.keys(document.components.schemas)));
    for (const [path, { get }] of Object.entries<ReturnType<typeof JSON.parse>>(document.paths)) {
      const address = `${lab.publicBaseUrl}${path.replace('{key}', keyOf(1))}`;
      for (const { name, in: place } of get.parameters) {
        if (place !== 'query') continue;
        // A name that is known is refused for its value, one that is not for itself.
        const text = await (await fetch(`${address}?${name}=${encodeURIComponent('\u0000')}`)).text();
        expect([path, name, /unrecognized/i.test(text)]).toEqual([path, name, false]);
      }
      expect(await (await fetch(`${address}?no-parameter=1`)).text()).toMatch(/unrecognized/i);
    }
  });
});
