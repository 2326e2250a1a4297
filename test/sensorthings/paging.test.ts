import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, belowRoot, type Json, openLab, query, temperature } from './sensorthings-lab.ts';

const idsOf = (entities: readonly Json[]) => entities.map((one) => one['@iot.id']);

const ORDERS = ['', 'phenomenonTime', 'phenomenonTime desc', 'result desc', 'result,phenomenonTime desc'];
/** Read by whole quarters of an hour, by datastream, and with a look at each row. */
const FILTERS = ['', 'Datastream/id lt 9', 'result lt 3'];
const WALKS = ORDERS.flatMap((order) => FILTERS.map((filter) => ({ order, filter })));

describe('pages put together', () => {
  test.each(WALKS)(
    'are the whole while observations of the same moments arrive: by "$order", where "$filter"',
    ({ order, filter }) => {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 20 })), {
            minLength: 1,
            maxLength: 25,
          }),
          fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 20 })), { maxLength: 12 }),
          fc.integer({ min: 1, max: 7 }),
          (first, later, top) => {
            const lab = openLab();
            const deliver = (place: number, minute: number) =>
              lab.deliver(temperature(place), [at(minute, String(minute % 4))]);
            for (const [place, minute] of first) deliver(place, minute);
            const options = {
              $top: String(top),
              ...(order && { $orderby: order }),
              ...(filter && { $filter: filter }),
            };
            const before = idsOf(lab.walk(query('/Observations', { ...options, $top: '1000' })));
            const during = idsOf(
              lab.walk(query('/Observations', options), (page) => {
                const arriving = later[page];
                if (arriving !== undefined) deliver(...arriving);
              }),
            );
            const after = idsOf(lab.walk(query('/Observations', { ...options, $top: '1000' })));
            // Nothing twice, nothing that was there is missing, and all of it in the order of the whole.
            expect(new Set(during).size).toBe(during.length);
            expect(during.filter((id) => before.includes(id))).toEqual(before);
            expect(after.filter((id) => during.includes(id))).toEqual(during);
          },
        ),
        { seed: 6, numRuns: 10 },
      );
    },
  );

  test.each(['', 'name desc', 'Locations/name', 'properties/organisation,id desc'])(
    'are the whole of the things by "%s"',
    (order) => {
      const lab = openLab();
      for (let place = 1; place <= 9; place++) lab.deliver(temperature(place));
      const options = { ...(order && !order.includes('Locations') && { $orderby: order }), $filter: 'id ne 4' };
      const whole = idsOf(lab.json(query('/Things', options)).value);
      expect(whole).toHaveLength(8);
      let place = 10;
      const walked = lab.walk(query('/Things', { ...options, $top: '3' }), () => {
        if (place < 12) lab.deliver(temperature(place++));
      });
      expect(idsOf(walked).filter((id) => whole.includes(id))).toEqual(whole);
      expect(new Set(idsOf(walked)).size).toBe(walked.length);
    },
  );
});

describe('a page', () => {
  const lab = openLab();
  lab.deliver(
    temperature(1),
    [0, 1, 2, 3, 4].map((minute) => at(minute, String(minute))),
  );
  lab.deliver(temperature(2), [at(2, '7')]);

  test('links to the next with all its options', () => {
    const options = {
      $filter: "result gt 0 and Datastream/Thing/name eq 'Meetpunt 1'",
      $orderby: 'phenomenonTime desc',
      $select: 'result',
      $expand: 'Datastream($select=name)',
      $count: 'true',
      $top: '1',
      $skip: '1',
    };
    const first = lab.json(query('/Observations', options));
    expect(first).toMatchObject({
      '@iot.count': 4,
      value: [{ result: 3, Datastream: { name: 'luchttemperatuur Meetpunt 1' } }],
    });
    const link = new URL(first['@iot.nextLink']);
    expect(Object.fromEntries(link.searchParams)).toEqual({
      ...Object.fromEntries(Object.entries(options).filter(([name]) => name !== '$skip')),
      $skiptoken: expect.any(String),
    });
    expect(lab.walk(query('/Observations', options)).map(({ result }) => result)).toEqual([3, 2, 1]);
  });

  test('links to nothing when nothing is left', () => {
    expect(lab.json('/Observations?$top=6')['@iot.nextLink']).toBeUndefined();
    expect(lab.json('/Observations?$top=5')['@iot.nextLink']).toBeDefined();
    expect(lab.json('/Observations?$skip=6').value).toEqual([]);
    expect(lab.json('/Observations?$top=0&$count=true')).toEqual({ '@iot.count': 6, value: [] });
  });

  test('of what is expanded links on too', () => {
    const expanded = lab.json(
      '/Datastreams(1)?$expand=Observations($top=2;$orderby=phenomenonTime desc;$select=result;$count=true)',
    );
    expect(expanded).toMatchObject({ 'Observations@iot.count': 5, Observations: [{ result: 4 }, { result: 3 }] });
    expect(lab.walk(belowRoot(expanded['Observations@iot.nextLink'])).map(({ result }) => result)).toEqual([2, 1, 0]);
  });

  test('follows filter, count, order, skip and top in that order', () => {
    const options = {
      $filter: 'result ge 1',
      $count: 'true',
      $orderby: 'result desc',
      $skip: '1',
      $top: '2',
      $select: 'result',
    };
    expect(lab.json(query('/Observations', options))).toMatchObject({
      '@iot.count': 5,
      value: [{ result: 4 }, { result: 3 }],
    });
  });
});

describe('a filter that few observations meet', () => {
  test('ends a page early and goes on behind what it looked at, so that the walk finds all', () => {
    let elapsedMs = 0;
    // Its time is over after three looks at the clock, again and again.
    const lab = openLab(() => {
      elapsedMs += 300;
      return elapsedMs;
    });
    const minutes = Array.from({ length: 3_000 }, (_, minute) => minute);
    lab.deliver(
      temperature(1),
      minutes.map((minute) => at(minute, minute % 1_000 === 999 ? '9' : '1')),
    );
    const first = lab.json('/Observations?$filter=result gt 5');
    expect(first['@iot.nextLink']).toBeDefined();
    expect(lab.walk('/Observations?$filter=result gt 5')).toHaveLength(3);
    expect(lab.walk('/Observations?$filter=result gt 5&$skip=2')).toHaveLength(1);
  });
});
