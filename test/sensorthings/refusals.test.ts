import { describe, expect, test } from 'vitest';
import { at, openLab, query, temperature } from './sensorthings-lab.ts';

const lab = openLab();
lab.deliver(temperature(1), [at(0, '20.5')]);

describe('a request is refused with the reason', () => {
  test.each([
    ['$filter', 'result gt', 'ends too early'],
    ['$filter', 'result gt 1 2', 'the value 2 is not expected'],
    ['$filter', '(result gt 1', 'not closed'],
    ['$filter', 'result gt 1)', '")" is not expected'],
    ['$filter', 'round(result gt 1', 'not closed'],
    ['$filter', "name eq 'x'", 'Observations has no "name"'],
    ['$filter', 'Datastream/nothing eq 1', 'Datastreams has no "nothing"'],
    ['$filter', 'Datastream eq 1', 'names an entity'],
    ['$filter', 'phenomenonTime/begin eq 1', 'has no parts'],
    ['$filter', "result gt 'warm'", 'does not compare number with string'],
    ['$filter', 'phenomenonTime gt 5', 'does not compare time with number'],
    ['$filter', 'phenomenonTime gt 2026-07-01T00:00:00', 'no time with a zone'],
    ['$filter', 'phenomenonTime gt 2026-13-01T00:00:00Z', 'no time with a zone'],
    ['$filter', 'date(phenomenonTime) eq 2026-02-30', 'no day'],
    ['$filter', 'result', 'no condition but a number'],
    ['$filter', 'not result', 'takes conditions'],
    ['$filter', "result add 'x' gt 1", 'add does not take'],
    ['$filter', 'sleep(1) eq 1', 'no function "sleep"'],
    ['$filter', 'constructor(1) eq 1', 'no function "constructor"'],
    ['$filter', 'length(result) eq 1', 'takes (string), not (number)'],
    ['$filter', "name eq 'x", 'not understood'],
    ['$filter', '1; DROP TABLE series', 'not understood'],
    ['$filter', "geo.intersects(FeatureOfInterest/feature, geography'POLYGON((0 0, 1 1))')", 'not closed, too short'],
    ['$filter', "geo.intersects(FeatureOfInterest/feature, geography'SPHERE(1 1)')", 'begins no point'],
    ['$filter', "geo.intersects(geography'LINESTRING(0 0, 1 1)', geography'LINESTRING(0 1, 1 0)')", 'must be a point'],
    ['$orderby', 'nothing', 'has no "nothing"'],
    ['$orderby', 'result sideways', 'not expected'],
    ['$orderby', 'FeatureOfInterest/feature', 'places have no order'],
    ['$orderby', 'Datastream/Thing/Locations/name', 'many values'],
    ['$top', '-1', 'from 0 to 10000'],
    ['$top', '1e9', 'from 0 to 10000'],
    ['$top', '1000000000', 'from 0 to 10000'],
    ['$skip', 'x', 'whole number'],
    ['$count', 'yes', 'true or false'],
    ['$select', 'nothing', 'has no "nothing"'],
    ['$expand', 'Thing', 'has no relation "Thing"'],
    ['$expand', 'Datastream($top=1', 'do not match'],
    ['$expand', 'Datastream($top)', 'is no option'],
    ['$expand', 'Datastream($colour=red)', 'is no option'],
    ['$resultFormat', 'csv', 'is dataArray'],
    ['$skiptoken', 'eyJrIjpbXX0', 'none that this server gave'],
    ['$skiptoken', '%', 'none that this server gave'],
    ['$apply', 'sum', 'is no option'],
    ['limit', '5', 'is no option'],
  ])('%s=%s', (name, text, reason) => {
    const answer = lab.ask(query('/Observations', { [name]: text }));
    expect(answer).toMatchObject({ kind: 'refused', code: 'bad-request', detail: expect.stringContaining(reason) });
  });

  test('when an option is there twice', () => {
    expect(lab.ask('/Things?$top=1&$top=2')).toMatchObject({ code: 'bad-request', detail: '$top is there twice' });
  });

  test('when its path is not well encoded', () => {
    expect(lab.ask('/Things(%')).toMatchObject({ code: 'bad-request' });
  });
});

describe('a request that would cost too much', () => {
  const nested = (depth: number): string =>
    `Thing($expand=Datastreams${depth === 0 ? '' : `($expand=${nested(depth - 1)})`})`;
  const many = (count: number, separator: string, part: string) => Array(count).fill(part).join(separator);
  const polygon = (positions: number) => `geography'POLYGON((${many(positions, ',', '0 0')}))'`;

  test.each([
    ['twenty expansions deep', '/Datastreams', { $expand: nested(20) }],
    ['a hundred expansions', '/Datastreams', { $expand: many(100, ',', 'Thing/Locations') }],
    ['ten thousand ors', '/Observations', { $filter: many(10_000, ' or ', 'result eq 1') }],
    ['five hundred ors', '/Observations', { $filter: many(500, ' or ', 'result eq 1') }],
    ['a thousand parentheses', '/Observations', { $filter: `${'('.repeat(1_000)}result eq 1${')'.repeat(1_000)}` }],
    ['a thousand nots', '/Observations', { $filter: `${'not '.repeat(1_000)}result eq 1` }],
    ['a thousand signs', '/Observations', { $filter: `${'-'.repeat(1_000)}result eq 1` }],
    ['a million positions', '/Locations', { $filter: `geo.intersects(location, ${polygon(1_000_000)})` }],
    ['a thousand positions and one', '/Locations', { $filter: `geo.intersects(location, ${polygon(1_001)})` }],
    ['a thousand million entities', '/Things', { $top: '1000000000' }],
    ['eleven sort keys', '/Things', { $orderby: many(11, ',', 'name') }],
  ])('%s: is refused before anything is read', (_, set, options: Record<string, string>) => {
    const target = query(set, options);
    const before = performance.now();
    expect(lab.ask(target)).toMatchObject({ kind: 'refused', code: 'bad-request' });
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  test('ends when its time is over', () => {
    let elapsedMs = 0;
    const slow = openLab(() => {
      elapsedMs += 100;
      return elapsedMs;
    });
    const minutes = Array.from({ length: 3_000 }, (_, minute) => minute);
    slow.deliver(
      temperature(1),
      minutes.map((minute) => at(minute, '1')),
    );
    for (const target of [
      '/Observations?$orderby=result',
      '/Observations?$count=true&$filter=result gt 5',
      '/Things?$filter=Datastreams/Observations/result gt 5',
    ]) {
      expect([target, slow.ask(target)]).toEqual([
        target,
        { kind: 'refused', code: 'too-costly', detail: expect.stringContaining('it takes longer than 700 ms') },
      ]);
    }
  });

  test('ends when its answer grows too large', () => {
    const wide = openLab();
    const minutes = Array.from({ length: 1_000 }, (_, minute) => minute);
    wide.deliver(
      temperature(1),
      minutes.map((minute) => at(minute, '1')),
    );
    const expand = 'Datastream($expand=Observations($top=100;$select=id);$select=id)';
    expect(wide.ask(query('/Observations', { $top: '1000', $expand: expand, $select: 'id' }))).toMatchObject({
      code: 'too-costly',
      detail: expect.stringContaining('more than 50000 entities'),
    });
  });
});
