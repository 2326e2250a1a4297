import { describe, expect, it } from 'vitest';
import { parseEdgeConfig } from './parse-edge-config.ts';

const HEAD = 'edge: demo-edge\norganisation: demo\n';
const AT = 'at: { name: plein, label: Plein, longitude: 3.7, latitude: 51 }';
const AIR = '{ path: temperature, property: air-temperature, unit: Cel }';

const model = (...fields: string[]) =>
  `models:\n  station:\n    manufacturer: Maker\n    model: One\n    fields:\n${fields.map((field) => `      - ${field}\n`).join('')}`;
const device = (settings: string) => `devices:\n  - { ${settings}, ${AT} }\n`;

function faults(yaml: string): readonly { readonly path: string; readonly detail: string }[] {
  const parsed = parseEdgeConfig(HEAD + yaml);
  return parsed.ok ? [] : parsed.fault.faults;
}

describe('a model of the configuration', () => {
  it('is bound to a device by its name, and the device may have a name instead of a DevEUI', () => {
    expect(faults(model(AIR) + device('id: heat/library-26, model: station'))).toEqual([]);
  });

  it.each([
    [
      'a path that is none',
      model('{ path: a..b, property: air-temperature, unit: Cel }'),
      'models.station.fields[0].path',
    ],
    [
      'several values without times',
      model(AIR, "{ path: 'h[].t', property: air-temperature, unit: Cel }"),
      'models.station.fields[1].time',
    ],
    [
      'a property that does not exist',
      model('{ path: a, property: noise, unit: Cel }'),
      'models.station.fields[0].property',
    ],
    [
      'a unit that does not exist',
      model('{ path: a, property: air-temperature, unit: C }'),
      'models.station.fields[0].unit',
    ],
    [
      'a zone that does not exist',
      model(`{ path: a, property: air-temperature, unit: Cel, zone: Brussel }`),
      'models.station.fields[0].zone',
    ],
    [
      'a unit of another kind',
      model('{ path: a, property: air-temperature, unit: m }'),
      'models.station.fields[0].unit',
    ],
    [
      'a counter of what is no count',
      model("{ path: a, property: pedestrian-counter, unit: '{count}', counter: { counts: air-temperature } }"),
      'models.station.fields[0].counter.counts',
    ],
    ['no fields', 'models: { station: { manufacturer: Maker, model: One, fields: [] } }\n', 'models.station.fields'],
    ['a setting that does not exist', model(AIR).replace('model: One', 'modle: One'), 'models.station.model'],
  ])('with %s is refused at its place', (_, yaml, path) => {
    expect(faults(yaml + device('id: a, model: station')).map((fault) => fault.path)).toContain(path);
  });

  it('that is wrong says nothing about the devices that name it', () => {
    const yaml = model('{ path: a..b, property: air-temperature, unit: Cel }') + device('id: a, model: station');
    expect(faults(yaml).map(({ path }) => path)).toEqual(['models.station.fields[0].path']);
  });

  it.each([
    ['a model that does not exist', 'id: a, model: other', 'devices[0].model', 'use one of station'],
    ['no model at all', 'id: a', 'devices[0].profile', 'a profile or a model'],
    ['a profile and a model', 'id: a, model: station, profile: milesight-em300-th', 'devices[0].profile', 'not both'],
    ['no name at all', 'model: station', 'devices[0].devEui', 'a devEui or an id'],
    ['a DevEUI and an id', 'devEui: 24E124136C140001, id: a, model: station', 'devices[0].devEui', 'not both'],
    ['an id with a blank', "id: 'a b', model: station", 'devices[0].id', 'letters, digits'],
    ['an id that makes no IRI', "id: '---', model: station", 'devices[0].sensor', 'give the sensor a name'],
    ['counts over an interval that is not stated', 'id: a, model: counter', 'devices[0].intervalSeconds', 'interval'],
    [
      'a counter that the model lacks',
      'id: a, model: station, counts: from-counter',
      'devices[0].counts',
      'no counter',
    ],
    [
      'rules for what it does not measure',
      'id: a, model: station, quality: { water-distance: {} }',
      'devices[0].quality.water-distance',
      'gives no',
    ],
    [
      'a channel that the model lacks',
      'id: a, model: station, channels: { noise: rssi }',
      'devices[0].channels.noise',
      'it has temperature',
    ],
  ])('is checked with its devices: %s', (_, settings, path, detail) => {
    const counter = `  counter:\n    manufacturer: Maker\n    model: Two\n    fields:\n      - { path: n, property: pedestrian-count, unit: '{count}', overInterval: true }\n`;
    expect(faults(model(AIR) + counter + device(settings))).toContainEqual({
      path,
      detail: expect.stringContaining(detail),
    });
  });

  it('of two devices with one id keeps neither', () => {
    const twice = `${model(AIR)}${device('id: 24e124136c140001, model: station')}  - { devEui: 24-E1-24-13-6C-14-00-01, model: station, sensor: b, ${AT} }\n`;
    expect(faults(twice).map(({ path }) => path)).toEqual(['devices[1].devEui']);
  });
});
