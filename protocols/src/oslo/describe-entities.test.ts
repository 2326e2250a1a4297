import { describe, expect, it } from 'vitest';
import type { DatastreamDescription } from '../observation/datastream-description.ts';
import { datastreamKey } from '../observation/datastream-key.ts';
import { describedEntities } from './describe-entities.ts';
import { describedEntitySchema } from './described-entity.ts';
import { publishedIris } from './published-iris.ts';

const description: DatastreamDescription = {
  datastream: datastreamKey({ feature: 'p-1', sensor: 's-1', property: 'waterpeil-mtaw', procedure: 'peil-15min' }),
  version: 3,
  validFromMs: 0,
  property: 'water-level-taw',
  measuringPoint: {
    name: 'p-1',
    label: 'Sluis',
    longitude: 3.7174,
    latitude: 51.0495,
    samples: { name: 'kanaal', label: 'Kanaal' },
    mountingHeightMetres: 4.2,
    localZeroTawMetres: -1.25,
  },
  sensor: { name: 's-1', manufacturer: 'Maker', model: 'Radar' },
  procedure: { name: 'peil-15min', label: 'Peil per kwartier', intervalSeconds: 900 },
  licence: 'https://example.org/licentie',
};
const counting: DatastreamDescription = { ...description, property: 'pedestrian-count', direction: 'in' };

const bodyAt = (from: DatastreamDescription, path: string) =>
  describedEntities(from).find((entity) => entity.path === path)?.body;

describe('the entities of a description', () => {
  it('are each thing that it names, apart', () => {
    expect(describedEntities(description).map(({ path }) => path)).toEqual([
      'meetpunt/p-1',
      'gebied/kanaal',
      'sensor/s-1',
      'procedure/peil-15min',
      'datastream/p-1.s-1.waterpeil-mtaw.peil-15min',
    ]);
  });

  it('have the counting direction apart from the place itself', () => {
    expect(bodyAt(counting, 'verkeersmeetpunt/p-1/inDirection')).toMatchObject({ direction: 'in', label: 'Sluis' });
    expect(bodyAt(counting, 'meetpunt/p-1')).toEqual(bodyAt(description, 'meetpunt/p-1'));
  });

  it('say heights, datum, inputs and contact of the datastream, not of what it shares with others', () => {
    const full: DatastreamDescription = {
      ...description,
      procedure: { ...description.procedure, derivedFrom: [counting.datastream] },
      contact: { name: 'Dienst water' },
      deployedFromMs: 7,
    };
    expect(bodyAt(full, `datastream/${description.datastream}`)).toMatchObject({
      mountingHeightMetres: '4.2',
      localZeroTawMetres: '-1.25',
      verticalDatum: 'http://www.opengis.net/def/crs/EPSG/0/5710',
      derivedFrom: [counting.datastream],
      contact: { name: 'Dienst water' },
    });
    expect(bodyAt(full, 'sensor/s-1')).toMatchObject({ deployedFromMs: 7 });
    const higher = { ...full, measuringPoint: { ...full.measuringPoint, mountingHeightMetres: 9 } };
    for (const path of ['meetpunt/p-1', 'procedure/peil-15min']) {
      expect(bodyAt(full, path)).toEqual(bodyAt(description, path));
      expect(bodyAt(higher, path)).toEqual(bodyAt(description, path));
    }
  });

  it('have map coordinates where the map is', () => {
    expect(bodyAt(description, 'meetpunt/p-1')).toMatchObject({ lambert2008: { x: '604323.51', y: '693454.55' } });
    const abroad = { ...description, measuringPoint: { ...description.measuringPoint, longitude: -70 } };
    expect(bodyAt(abroad, 'meetpunt/p-1')).not.toHaveProperty('lambert2008');
  });

  it('live at the IRIs that observations link to', () => {
    const iris = publishedIris('https://data.example.be', 'demo');
    const entities = describedEntities(counting).map(({ path }) => iris.entity(path));
    expect(entities).toContain(iris.measuringPoint('p-1', 'in'));
    expect(entities).toContain(iris.measuringPoint('p-1'));
    expect(entities).toContain(iris.sensor('s-1'));
    expect(entities).toContain(iris.procedure('peil-15min'));
    expect(entities).toContain(iris.sampledFeature('kanaal'));
    expect(entities).toContain(iris.datastream(description.datastream));
  });

  it.each([description, counting])('survive JSON and the schema of what is stored', (from) => {
    for (const entity of describedEntities(from)) {
      expect(describedEntitySchema.parse(JSON.parse(JSON.stringify(entity)))).toEqual(entity);
    }
  });

  it('do not change with what is not published', () => {
    const point = { ...description.measuringPoint, longitude: 3.717_400_000_01 };
    expect(describedEntities({ ...description, version: 4, measuringPoint: point })).toEqual(
      describedEntities(description),
    );
  });

  it('change only where the description does', () => {
    const changed = { ...description, sensor: { ...description.sensor, model: 'Radar 2' } };
    const before = describedEntities(description);
    const differing = describedEntities(changed).filter((entity, index) => {
      return JSON.stringify(entity) !== JSON.stringify(before[index]);
    });
    expect(differing.map(({ path }) => path)).toEqual(['sensor/s-1']);
  });

  it('are the same sensor, place and procedure for a second datastream of them', () => {
    const other: DatastreamDescription = {
      ...description,
      datastream: datastreamKey({
        feature: 'p-1',
        sensor: 's-1',
        property: 'watertemperatuur',
        procedure: 'peil-15min',
      }),
      property: 'water-temperature',
      validFromMs: 5000,
    };
    for (const path of ['meetpunt/p-1', 'gebied/kanaal', 'sensor/s-1', 'procedure/peil-15min']) {
      expect(bodyAt(other, path)).toEqual(bodyAt(description, path));
    }
  });
});
