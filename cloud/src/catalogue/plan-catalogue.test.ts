import { describe, expect, test } from 'vitest';
import type { CloudConfig } from '../config/cloud-config.ts';
import { parseConfig } from '../config/load-config.ts';
import type { ServedView } from '../views/served-views.ts';
import { planCatalogue, resolveCatalogue } from './plan-catalogue.ts';
import { QUERY_API } from './served-apis.ts';

const BASE = 'https://data.example';
const CONTACT = 'contact: { name: Data, email: data@demo.example }';
const ONE = 'organisations: [{ name: demo, label: Demo, publisher: { type: company } }]';
const TWO = `organisations:
  - { name: demo, label: Demo }
  - { name: other, label: Other, publisher: { contact: { name: Onthaal, page: 'https://other.example' } } }`;

function configOf(text: string): CloudConfig {
  const parsed = parseConfig(text);
  if (!parsed.ok) throw new Error(parsed.fault.detail);
  return parsed.value;
}

const resolve = (text: string) => resolveCatalogue(configOf(text), BASE, [QUERY_API]);

describe('the settings of a catalogue', () => {
  test('need only somebody to ask when there is one organisation: that is the publisher', () => {
    const resolved = resolve(`${ONE}\ncatalogue: { ${CONTACT} }`);
    expect(resolved.ok && resolved.value.own).toMatchObject({
      publicBaseUrl: BASE,
      publisher: { organisation: 'demo', name: 'Demo', type: 'company' },
      contact: { name: 'Data', email: 'data@demo.example' },
      languages: ['nl'],
      apis: [QUERY_API],
    });
  });

  test.each([
    [ONE, ['catalogue.contact']],
    [TWO, ['catalogue.publisher', 'catalogue.contact']],
    [`${TWO}\ncatalogue: { ${CONTACT} }`, ['catalogue.publisher']],
  ])('that nobody said are named, and not made up', (text, missing) => {
    const resolved = resolve(text);
    expect(!resolved.ok && resolved.fault.detail.match(/catalogue\.\w+/g)).toEqual(missing);
  });

  test.each([
    ['{ contact: { name: Data } }', 'needs an email or a page'],
    ['{ highValue: [{ streams: [heat-stress], categories: [weather] }] }', 'catalogue.highValue[0].categories[0]'],
    ['{ licence: free }', 'catalogue.licence'],
    ['{ languages: [] }', 'catalogue.languages'],
  ])('are refused when they are wrong: %s', (catalogue, named) => {
    const parsed = parseConfig(`${ONE}\ncatalogue: ${catalogue}`);
    expect(!parsed.ok && parsed.fault.detail).toContain(named);
  });
});

const view = (organisation: string, stream: string, kind: 'by-page' | 'by-property', closed = false): ServedView => ({
  organisation,
  stream,
  definition: { kind, name: kind, pageSize: 250, fanOut: 250 },
  retention: undefined,
  version: '',
  droppedVersion: '',
  closed,
});
const feed = (organisation: string, stream: string) => ({
  organisation,
  stream,
  title: `${organisation}: ${stream}`,
  pollingIntervalSeconds: 5,
});

describe('the plan of a catalogue', () => {
  const resolved = resolve(`${TWO}
catalogue:
  publisher: { name: Samen }
  ${CONTACT}
  highValue:
    - { streams: [mobility, heat-stress], categories: [mobility] }
    - { streams: [heat-stress], categories: [meteorological, mobility] }`);
  const settings = resolved.ok ? resolved.value : expect.fail();
  const feeds = [
    feed('demo', 'heat-stress'),
    feed('other', 'sensors'),
    feed('all', 'heat-stress'),
    feed('demo', 'mobility'),
  ];
  const served = [
    view('other', 'sensors', 'by-page', true),
    view('demo', 'heat-stress', 'by-property'),
    view('demo', 'heat-stress', 'by-page'),
    view('all', 'heat-stress', 'by-page'),
  ];
  const { datasets } = planCatalogue(settings, feeds, served, (_, stream) => stream === 'sensors');

  test('has the streams that are served, in the order of the configuration, by-page first', () => {
    expect(
      datasets.map(({ organisation, stream, views }) => [organisation, stream, views.map(({ kind }) => kind)]),
    ).toEqual([
      ['demo', 'heat-stress', ['by-page', 'by-property']],
      ['other', 'sensors', ['by-page']],
      ['all', 'heat-stress', ['by-page']],
    ]);
    expect(datasets.map(({ kind, theme, closed, access }) => [kind, theme, closed, access])).toEqual([
      ['observations', 'heat-stress', false, 'public'],
      ['entities', undefined, true, 'restricted'],
      ['observations', 'heat-stress', false, 'public'],
    ]);
  });

  test('gives each its own publisher and contact, and to all organisations those of the catalogue', () => {
    expect(datasets.map(({ publisher, contact }) => [publisher.name, contact.name])).toEqual([
      ['Demo', 'Data'],
      ['Other', 'Onthaal'],
      ['Samen', 'Data'],
    ]);
  });

  test('gives each category once', () => {
    expect(datasets.map(({ highValue }) => highValue)).toEqual([
      ['mobility', 'meteorological'],
      [],
      ['mobility', 'meteorological'],
    ]);
  });
});
