import { describe, expect, test } from 'vitest';
import { at, counting, openLab, over, temperature } from './sensorthings-lab.ts';

const lab = openLab();
lab.deliver(temperature(1), [at(0, '20.5'), at(1, '21.25')]);
lab.deliver(temperature(2), [at(0, '10')]);
lab.deliver(counting('in'), [over(0, '73')]);

describe('the requests of QGIS', () => {
  const POINTS = "location/type eq 'Point' or location/geometry/type eq 'Point'";
  const EXTENT = "geo.intersects(location, geography'Polygon ((3.7 51, 3.725 51, 3.725 51.09, 3.7 51.09, 3.7 51))')";

  test.each([
    [`/Locations?$top=0&$count=true&$filter=${POINTS}`, 3],
    [`/Locations?$top=0&$count=true&$filter=${encodeURIComponent(POINTS)}`, 3],
    ["/Locations?$top=0&$count=true&$filter=location/type eq 'Polygon' or location/geometry/type eq 'Polygon'", 0],
    [`/FeaturesOfInterest?$top=0&$count=true&$filter=feature/type eq 'Point' or feature/geometry/type eq 'Point'`, 3],
    [`/Locations?$top=0&$count=true&$filter=(${POINTS}) and (${EXTENT})`, 2],
    [`/Locations?$top=0&$count=true&$filter=(${POINTS}) and (${EXTENT}) and (substringof('2',name))`, 1],
  ])('count: %s', (target, count) => {
    expect(lab.json(target)).toEqual({ '@iot.count': count, value: [] });
  });

  test('page through features with what belongs to them', () => {
    const expand =
      'Things($expand=Datastreams($expand=Observations($orderby=phenomenonTime desc;$top=1);$filter=id gt 0))';
    const target = `/Locations?$top=2&$count=false&$filter=${POINTS}&$expand=${expand}`;
    const first = lab.json(target);
    expect(first.value).toHaveLength(2);
    expect(first['@iot.count']).toBeUndefined();
    expect(first.value[0].Things[0].Datastreams[0].Observations[0].result).toBe(21.25);
    const all = lab.walk(target);
    expect(all.map(({ name }) => name)).toEqual(['Meetpunt 1', 'Meetpunt 2', 'Brug over de vaart']);
  });

  test('are told at the root which sets there are and what is met', () => {
    const { value, serverSettings } = lab.json('');
    expect(value.map(({ name, url }: { name: string; url: string }) => url.endsWith(`/sta/v1.1/${name}`))).toEqual(
      Array(8).fill(true),
    );
    expect(serverSettings.conformance).toContain('http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel');
    expect(serverSettings.conformance.join()).not.toMatch(/create|mqtt|batch|data-array/);
  });
});

describe('the requests of frost_sta_client', () => {
  test.each([
    ["/Things(1)/Datastreams?$filter=unitOfMeasurement/symbol+eq+'%C2%B0C'&$count=true&$top=5", 1],
    ["/Things('1')/Datastreams", 1],
    ['/Datastreams(1)/Observations?%24orderby=phenomenonTime+DESC&%24top=10&%24count=true', 2],
    ['/Observations?$filter=phenomenonTime%20gt%202026-07-01T14:00:00%2B02:00&$skip=0&$count=true', 1],
    ['/Datastreams?$expand=Thing%2CObservedProperty&$select=name%2Cdescription', 3],
    [
      "/Things?$expand=Datastreams($filter=name eq 'luchttemperatuur Meetpunt 1';$count=true),Locations&$orderby=name ASC",
      3,
    ],
  ])('%s', (target, entities) => {
    expect(lab.json(target).value).toHaveLength(entities);
  });

  test('take the order from the newest to the oldest', () => {
    const { value } = lab.json('/Datastreams(1)/Observations?$orderby=phenomenonTime%20DESC');
    expect(value.map(({ result }: { result: number }) => result)).toEqual([21.25, 20.5]);
  });
});
