import { MODEL, SET_NAMES, type SetName } from '@meetbrug/cloud/src/sensorthings/model.ts';
import { describe, expect, test } from 'vitest';
import { at, belowRoot, counting, type Json, openLab, over, ROOT, temperature } from './sensorthings-lab.ts';

const lab = openLab();
lab.deliver(temperature(1), [at(0, '20.5'), at(1, '21.25')]);
lab.deliver(counting('in'), [over(0, '<10')]);
lab.deliver(counting('out'), [over(0, '12')]);

/** Follows every relation from an entity; calls back with what each answer holds, so many levels deep. */
function walk(entity: Json, set: SetName, path: string, depth: number, visit: (path: string) => void): void {
  for (const [name, { set: target, many }] of Object.entries(MODEL[set].relations)) {
    expect(entity[`${name}@iot.navigationLink`]).toBe(`${entity['@iot.selfLink']}/${name}`);
    const below = `${path}/${name}`;
    visit(below);
    const answer = lab.json(below);
    const entities: Json[] = many ? answer.value : [answer];
    expect([below, entities.length > 0]).toEqual([below, true]);
    // Whichever way one came, an entity is the same.
    const [first] = entities;
    expect(lab.json(belowRoot(first['@iot.selfLink']))).toEqual(first);
    if (depth === 1) continue;
    const id = JSON.stringify(first['@iot.id']).replaceAll('"', "'");
    walk(first, target, many ? `${below}(${id})` : below, depth - 1, visit);
  }
}

describe('from every set', () => {
  test.each(SET_NAMES)('%s all relations lead on, four levels deep', (set) => {
    const [first] = lab.json(`/${set}`).value;
    expect(first['@iot.selfLink'].startsWith(`${ROOT}/${set}(`)).toBe(true);
    const paths: string[] = [];
    walk(first, set, belowRoot(first['@iot.selfLink']), 4, (path) => paths.push(path));
    expect(Math.max(...paths.map((path) => path.split('/').length - 2))).toBe(4);
  });

  test.each(SET_NAMES)('%s all relations expand, two levels deep', (set) => {
    for (const [name, { set: target, many }] of Object.entries(MODEL[set].relations)) {
      for (const inner of Object.keys(MODEL[target].relations)) {
        const [entity] = lab.json(`/${set}?$expand=${name}($expand=${inner})`).value;
        expect(lab.json(`/${set}?$expand=${name}/${inner}`).value[0]).toEqual(entity);
        const expanded = many ? entity[name][0] : entity[name];
        const linked = lab.json(belowRoot(expanded[`${inner}@iot.navigationLink`]));
        expect(expanded[inner]).toEqual(linked.value ?? linked);
      }
    }
  });
});

describe('a single entity', () => {
  const observation = "/Observations('1001782907200000')";

  test.each([
    ['/Things(1)', '/Things(%271%27)'],
    [observation, '/Observations(1001782907200000)'],
    [observation, `/Things(1)/Datastreams(1)${observation}`],
    ['/Datastreams(1)', `${observation}/Datastream`],
    ['/Datastreams(1)', '/Sensors(1)/Datastreams(1)'],
    ['/Datastreams(1)', '//Datastreams(1)/'],
  ])('%s has further addresses: %s', (one, other) => {
    expect(lab.json(other)).toEqual(lab.json(one));
  });

  test.each([
    '/Things(9)',
    '/Things(1)/Datastreams(2)',
    "/Things('meetpunt')",
    '/Things(01)',
    '/Widgets',
    '/Things(1)/Widgets',
    '/Things/name',
    '/Things/Datastreams',
    '/Things(1)/nothing',
    '/Things(1)/name/part',
    '/Things(1)/properties/nothing',
    '/Things(1)/properties/constructor',
    '/Things(1)/name/$ref',
    '/Datastreams(1)/Thing(1)',
    '/Things(1)(2)',
    '/Things(',
    '/Datastreams(2)/Observations(1001782907200000)',
    '/Observations(1001782907200001)',
    `/Things(1)${'/Datastreams(1)/Thing'.repeat(10)}`,
  ])('is not there: %s', (path) => {
    expect(lab.ask(path)).toMatchObject({ kind: 'refused', code: 'not-found' });
  });

  test('gives a property as an object, and bare', () => {
    expect(lab.json('/Things(1)/name')).toEqual({ name: 'Meetpunt 1' });
    expect(lab.json('/Things(1)/properties/organisation')).toEqual({ organisation: 'demo' });
    expect(lab.ask('/Things(1)/name/$value')).toEqual({ kind: 'text', body: 'Meetpunt 1' });
    expect(lab.ask(`${observation}/result/$value`)).toEqual({ kind: 'text', body: '20.5' });
    expect(lab.ask(`${observation}/phenomenonTime/$value`)).toEqual({ kind: 'text', body: '2026-07-01T12:00:00Z' });
    expect(lab.json('/Locations(1)/location/$value')).toEqual({ type: 'Point', coordinates: [3.71, 51.05] });
    expect(lab.ask('/Datastreams(1)/unitOfMeasurement/symbol/$value')).toEqual({ kind: 'text', body: '°C' });
  });

  test('has properties without a value', () => {
    for (const path of [
      `${observation}/validTime`,
      '/Datastreams(1)/phenomenonTime',
      "/Datastreams(2)/Observations('2001782907200000')/result/$value",
    ]) {
      expect([path, lab.ask(path)]).toEqual([path, { kind: 'empty' }]);
    }
  });

  test('gives its address alone', () => {
    expect(lab.json('/Datastreams(1)/Thing/$ref')).toEqual({ '@iot.selfLink': `${ROOT}/Things(1)` });
    expect(lab.json('/Things/$ref?$top=1')).toMatchObject({ value: [{ '@iot.selfLink': `${ROOT}/Things(1)` }] });
    expect(lab.json('/Things(1)/Datastreams/$ref')).toEqual({ value: [{ '@iot.selfLink': `${ROOT}/Datastreams(1)` }] });
  });

  test('takes $select and $expand and nothing else', () => {
    const answer = lab.json('/Things(1)?$select=name,Locations&$expand=Datastreams($select=id,name;$count=true)');
    expect(answer).toEqual({
      name: 'Meetpunt 1',
      'Locations@iot.navigationLink': `${ROOT}/Things(1)/Locations`,
      'Datastreams@iot.count': 1,
      Datastreams: [{ '@iot.id': 1, name: 'luchttemperatuur Meetpunt 1' }],
    });
    expect(lab.ask('/Things(1)?$top=1')).toMatchObject({ code: 'bad-request' });
    expect(lab.ask('/Things(1)/name?$select=name')).toMatchObject({ code: 'bad-request' });
  });
});

describe('what is measured', () => {
  test('keeps its exact digits, and a suppressed count has bounds instead of a number', () => {
    const fine = openLab();
    fine.deliver(temperature(1), [at(0, '0.000000001'), at(1, '31.30')]);
    const answer = fine.ask('/Observations?$select=result');
    expect(answer).toMatchObject({ body: '{"value":[{"result":0.000000001},{"result":31.3}]}' });
    expect(lab.json('/Datastreams(2)/Observations').value).toMatchObject([
      {
        phenomenonTime: '2026-07-01T12:00:00Z/2026-07-01T12:15:00Z',
        result: null,
        parameters: { lowerBound: 0, upperBound: 9 },
      },
    ]);
  });

  test('comes as one table a datastream when asked for', () => {
    const options = '$resultFormat=dataArray&$select=id,phenomenonTime,result&$top=2&$count=true';
    const page = lab.json(`/Observations?${options}&$filter=Datastream/Thing/id eq 1`);
    expect(page).toEqual({
      '@iot.count': 2,
      value: [
        {
          'Datastream@iot.navigationLink': `${ROOT}/Datastreams(1)`,
          components: ['id', 'phenomenonTime', 'result'],
          'dataArray@iot.count': 2,
          dataArray: [
            ['1001782907200000', '2026-07-01T12:00:00Z', 20.5],
            ['1001782907260000', '2026-07-01T12:01:00Z', 21.25],
          ],
        },
      ],
    });
  });

  test('is what is measured now: a correction takes the place of what it corrects', () => {
    const corrected = openLab();
    corrected.deliver(temperature(1), [at(0, '1')]);
    corrected.deliver(temperature(1), [at(0, '2')]);
    expect(corrected.json('/Observations').value).toMatchObject([{ result: 2, parameters: { revision: 2 } }]);
  });
});

describe('a measuring point that moves', () => {
  const place = (longitude: number, validFromDay: number, version: number) => {
    const { measuringPoint } = temperature(1);
    const validFromMs = Date.UTC(2026, 0, validFromDay);
    return temperature(1, { version, validFromMs, measuringPoint: { ...measuringPoint, longitude } });
  };

  test('has a historical location for each change, and keeps all ids', () => {
    const moving = openLab();
    moving.deliver(place(3.1, 1, 1));
    moving.deliver(temperature(2));
    const ids = () => SET_NAMES.map((set) => moving.walk(`/${set}`).map((one) => one['@iot.id']));
    const before = ids();
    moving.deliver(place(3.2, 5, 2));
    moving.deliver(place(3.1, 9, 3));
    const history = moving.json('/Things(1)/HistoricalLocations?$expand=Locations&$orderby=time').value;
    expect(history.map((one: Json) => [one.time, one.Locations[0].location.coordinates[0]])).toEqual([
      ['2026-01-01T00:00:00Z', 3.1],
      ['2026-01-05T00:00:00Z', 3.2],
      ['2026-01-09T00:00:00Z', 3.1],
    ]);
    expect(moving.json('/Things(1)/Locations').value).toMatchObject([{ '@iot.id': 1 }]);
    expect(moving.json('/Locations(3)/Things').value).toEqual([]);
    const after = ids();
    for (const [index, known] of before.entries()) expect(after[index]).toEqual(expect.arrayContaining(known));
  });

  test('is one thing of its organisation, whoever else uses its name', () => {
    const shared = openLab();
    shared.deliver(temperature(1));
    shared.deliver(temperature(1), [], 'other');
    expect(shared.json('/Things').value).toMatchObject([
      { '@iot.id': 1, properties: { organisation: 'demo' } },
      { '@iot.id': 2, properties: { organisation: 'other' } },
    ]);
    expect(shared.json('/ObservedProperties?$expand=Datastreams').value).toMatchObject([
      { Datastreams: [{ '@iot.id': 1 }, { '@iot.id': 2 }] },
    ]);
  });
});
