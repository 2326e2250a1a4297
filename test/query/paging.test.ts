import fc from 'fast-check';
import { expect, test } from 'vitest';
import { T0 } from '../cloud/test-edge.ts';
import { getJson, keyOf, walk, withLab } from './query-lab.ts';

const MINUTE_MS = 60_000;

test('pages of one series are exact while observations of any time arrive between them', async () => {
  await withLab(async (lab) => {
    let lastPlace = 0;
    const moments = fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 25 });
    const series = fc.tuple(moments, moments);
    await fc.assert(
      fc.asyncProperty(
        series,
        moments,
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        async (before, arriving, limit, isFalling) => {
          const places = [lastPlace + 1, lastPlace + 2] as const;
          lastPlace += 2;
          const at = (minute: number) => T0 + minute * MINUTE_MS;
          const said = (place: number, minute: number) => `${keyOf(place)} ${at(minute)}`;
          for (const [index, place] of places.entries()) {
            await lab.deliver(
              place,
              (before[index] ?? []).map((minute) => [at(minute), String(minute)]),
            );
          }
          const order = isFalling ? 'desc' : 'asc';
          const keys = places.map((place) => `datastream=${keyOf(place)}`).join('&');
          const queue = [...arriving];
          const from = `from=2026-07-01T00:00:00Z&to=2026-07-02T00:00:00Z`;
          const rows = await walk(`${lab.api}/observations?${keys}&${from}&limit=${limit}&order=${order}`, async () => {
            const minute = queue.pop();
            // In tenths, so that what was there stays as it was and what arrives beside it is told apart.
            if (minute !== undefined) await lab.deliver(places[0], [[at(minute) + 1, `${minute}.5`]]);
          });
          const found = rows.map(({ datastream, begin }) => `${datastream} ${Date.parse(begin)}`);
          expect(new Set(found).size).toBe(found.length);
          const there = places.flatMap((place, index) => (before[index] ?? []).map((minute) => said(place, minute)));
          expect(there.filter((one) => !found.includes(one))).toEqual([]);
          const times = rows.map(({ begin }) => Date.parse(begin));
          expect(times).toEqual(times.toSorted((a, b) => (isFalling ? b - a : a - b)));
        },
      ),
      { seed: 6, numRuns: 12 },
    );
  });
}, 120_000);

test('intervals come page by page, filled alike whatever the size of a page', async () => {
  await withLab(async (lab) => {
    for (const place of [1, 2, 3]) {
      const minutes = [0, 1, 90, 400, 401].map((minute) => minute + place);
      await lab.deliver(
        place,
        minutes.map((minute) => [T0 + minute * MINUTE_MS, String(minute % 35)]),
      );
    }
    const range = 'from=2026-07-01T11:00:00Z&to=2026-07-01T21:00:00Z&every=PT30M&aggregate=mean,count,first';
    for (const fill of ['none', 'null', 'previous', 'linear']) {
      const url = `${lab.api}/observations?property=air-temperature&${range}&fill=${fill}`;
      const whole = (await getJson(`${url}&limit=1000`)).observations;
      expect(whole).toHaveLength(fill === 'none' ? whole.length : 3 * 20);
      expect(await walk(`${url}&limit=7`)).toEqual(whole);
      const csv = await (await fetch(`${url}&format=csv`)).text();
      expect(csv.trimEnd().split('\r\n')).toHaveLength(whole.length + 1);
    }
  });
}, 60_000);

test('days are those of the zone, also when clocks change', async () => {
  await withLab(async (lab) => {
    const spring = Date.parse('2026-03-28T00:00:00+01:00');
    const hours = Array.from({ length: 71 }, (_, hour) => [spring + hour * 3_600_000, '1'] as const);
    await lab.deliver(1, hours);
    const url = `${lab.api}/datastreams/${keyOf(1)}/observations?from=2026-03-28T00:00:00%2B01:00&to=2026-03-31T00:00:00%2B02:00`;
    const days = await getJson(`${url}&every=P1D&aggregate=count&zone=Europe/Brussels`);
    expect(days.observations.map(({ begin, end, count }: Record<string, unknown>) => [begin, end, count])).toEqual([
      ['2026-03-28T00:00:00+01:00', '2026-03-29T00:00:00+01:00', 24],
      ['2026-03-29T00:00:00+01:00', '2026-03-30T00:00:00+02:00', 23],
      ['2026-03-30T00:00:00+02:00', '2026-03-31T00:00:00+02:00', 24],
    ]);
    const utc = await getJson(`${url}&every=P1D&aggregate=count`);
    expect(utc.observations.map(({ count }: { count: number }) => count)).toEqual([1, 24, 24, 22]);
  });
});
