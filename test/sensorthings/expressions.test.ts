import { describe, expect, test } from 'vitest';
import { T0 } from '../cloud/test-edge.ts';
import { at, counting, type Json, MINUTE_MS, openLab, over, query, temperature } from './sensorthings-lab.ts';

const FULL = { contact: { name: "Dienst Milieu, 't Stad" } };

/** Three things: two temperatures and a bridge with a counter whose first count is suppressed. */
function filledLab() {
  const lab = openLab();
  lab.deliver(temperature(1, FULL), [at(0, '20.5'), at(1, '21.25'), at(2, '-3', 2 | (1 << 5))]);
  lab.deliver(temperature(2), [at(0, '10')]);
  lab.deliver(counting('in'), [over(0, '<10'), over(15, '73')]);
  return lab;
}

const { json } = filledLab();

/** Observations as `datastream@minute`, everything else by its name, or its id where it has none. */
function nameOf(entity: Json): string {
  if (entity.name !== undefined) return entity.name;
  const id = String(entity['@iot.id']);
  return id.length < 15 ? id : `${id.slice(0, -15)}@${(Number(id.slice(-15)) - T0) / MINUTE_MS}`;
}

const POINT = "geography'POINT(3.71 51.05)'";
const AROUND = "geography'POLYGON((3.70 51.0, 3.715 51.0, 3.715 51.09, 3.70 51.09, 3.70 51.0))'";
const WITH_EDGE = "geography'POLYGON((3.71 51.0, 3.74 51.0, 3.74 51.09, 3.71 51.09, 3.71 51.0))'";
const LINE = "geography'LINESTRING(3.70 51.05, 3.715 51.05)'";
const FROM_POINT = "geography'LINESTRING(3.71 51.05, 3.8 51.2)'";
const P1 = 'Meetpunt 1';
const P2 = 'Meetpunt 2';
const BRIDGE = 'Brug over de vaart';

describe.each<[set: string, rows: readonly (readonly [filter: string, expected: readonly string[]])[]]>([
  [
    '/Observations',
    [
      // Comparison
      ['result eq 20.5', ['1@0']],
      ['result ne 20.5', ['2@0', '3@0', '1@1', '1@2', '3@15']],
      ['result gt 20.5', ['1@1', '3@15']],
      ['result ge 20.5', ['1@0', '1@1', '3@15']],
      ['result lt 10', ['1@2']],
      ['result le 10', ['2@0', '1@2']],
      ['result eq -3', ['1@2']],
      ['result eq null', ['3@0']],
      ['result ne null', ['1@0', '2@0', '1@1', '1@2', '3@15']],
      ['20.5 eq result', ['1@0']],
      ['id eq 1001782907200000', ['1@0']],
      ["id eq '1001782907200000'", ['1@0']],
      ["@iot.id eq 'no-number'", []],
      ['Datastream/id eq 2', ['2@0']],
      // Logic: `and` before `or`, `not` before both
      ['result gt 20 and result lt 21', ['1@0']],
      ['result lt 0 or result gt 70', ['1@2', '3@15']],
      ['result lt 0 or result gt 20 and result lt 21', ['1@0', '1@2']],
      ['(result lt 0 or result gt 20) and result lt 21', ['1@0', '1@2']],
      ['(result lt 0 or result gt 20) and result lt 0', ['1@2']],
      ['not result gt 0 and result ne null', ['1@2']],
      ['not (result gt 0 or result eq null)', ['1@2']],
      // Arithmetic
      ['result add 1 eq 11', ['2@0']],
      ['result sub 0.5 eq 20', ['1@0']],
      ['result mul 2 eq 42.5', ['1@1']],
      ['result div 4 eq 2.5', ['2@0']],
      ['result mod 10 eq 3', ['3@15']],
      ['-result eq 3', ['1@2']],
      ['1 add 2 mul 3 eq 7 and result eq 10', ['2@0']],
      ['result div 0 eq null and result eq 10', ['2@0']],
      // Time: instants and intervals
      ['phenomenonTime eq 2026-07-01T12:00:00Z', ['1@0', '2@0']],
      ['phenomenonTime eq 2026-07-01T12:00:00Z/2026-07-01T12:15:00Z', ['3@0']],
      ['phenomenonTime gt 2026-07-01T14:01:00+02:00', ['1@2', '3@15']],
      ['phenomenonTime gt 2026-07-01T14:01:00 02:00', ['1@2', '3@15']],
      ['phenomenonTime ge 2026-07-01T12:01:00Z', ['1@1', '1@2', '3@15']],
      ['phenomenonTime lt 2026-07-01T12:01:00Z', ['1@0', '2@0']],
      ['phenomenonTime lt 2026-07-01T12:15:00Z', ['1@0', '2@0', '3@0', '1@1', '1@2']],
      ['phenomenonTime le 2026-07-01T12:01:00Z', ['1@0', '2@0', '3@0', '1@1']],
      ['2026-07-01T12:01:00Z ge phenomenonTime', ['1@0', '2@0', '3@0', '1@1']],
      ['2026-07-01T12:15:00Z gt phenomenonTime and result eq null', ['3@0']],
      ['phenomenonTime ne 2026-07-01T12:00:00Z', ['3@0', '1@1', '1@2', '3@15']],
      ['phenomenonTime gt 1900-01-01T00:00:00Z and result eq 10', ['2@0']],
      ['resultTime gt 2026-07-01T12:15:00Z', ['3@15']],
      ["phenomenonTime ge now() sub duration'PT45M'", ['3@15']],
      ["resultTime sub phenomenonTime eq duration'PT0.1S'", ['1@0', '2@0', '1@1', '1@2']],
      ['phenomenonTime gt mindatetime() and result eq 10', ['2@0']],
      ['phenomenonTime lt maxdatetime() and result eq 10', ['2@0']],
      [
        'year(phenomenonTime) eq 2026 and month(phenomenonTime) eq 7 and day(phenomenonTime) eq 1 and result eq 10',
        ['2@0'],
      ],
      ['hour(phenomenonTime) eq 12 and minute(phenomenonTime) ge 2', ['1@2', '3@15']],
      ['second(resultTime) eq 0 and fractionalseconds(resultTime) eq 0.1 and result eq 10', ['2@0']],
      ['date(phenomenonTime) eq 2026-07-01 and result eq 10', ['2@0']],
      ['time(phenomenonTime) ge 12:15:00', ['3@15']],
      ['totaloffsetminutes(phenomenonTime) eq 0 and result eq 10', ['2@0']],
      // Numbers
      ['round(result) eq 21', ['1@0', '1@1']],
      ['floor(result) eq 21', ['1@1']],
      ['ceiling(result) eq 21', ['1@0']],
      ['round(result sub 10.5) eq -1', ['2@0']],
      // Related entities and JSON
      [`Datastream/Thing/name eq '${P2}'`, ['2@0']],
      ["Datastream/ObservedProperty/properties/key eq 'bicycle-count'", ['3@0', '3@15']],
      ["Datastream/Sensor/properties/model eq 'Lus' and result gt 0", ['3@15']],
      [
        "FeatureOfInterest/properties/iri eq 'https://example.org/meetbrug/id/demo/verkeersmeetpunt/brug/inDirection'",
        ['3@0', '3@15'],
      ],
      ['parameters/upperBound eq 9', ['3@0']],
      ["resultQuality/0 eq 'outside-plausible-range'", ['1@2']],
      ['parameters/generated eq 2026-07-01T13:00:00Z and result eq 10', ['2@0']],
      [
        "parameters/member eq 'https://example.org/meetbrug/id/demo/observatie/meetpunt-1.sensor-1.luchttemperatuur.momentaan/2026-07-01T12:01:00Z#2'",
        ['1@1'],
      ],
      [
        "parameters/observation eq 'https://example.org/meetbrug/id/demo/observatie/meetpunt-1.sensor-1.luchttemperatuur.momentaan/2026-07-01T12:01:00Z'",
        ['1@1'],
      ],
      [
        "parameters/member eq 'https://example.org/meetbrug/id/demo/observatie/meetpunt-1.sensor-1.luchttemperatuur.momentaan/2026-07-01T12:01:00Z#9'",
        [],
      ],
      [`st_within(FeatureOfInterest/feature, ${AROUND})`, ['1@0', '1@1', '1@2']],
    ],
  ],
  [
    '/Things',
    [
      // Text
      ["substringof('punt', name)", [P1, P2]],
      ["startswith(name, 'Brug')", [BRIDGE]],
      ["endswith(name, '2')", [P2]],
      ['length(name) eq 10', [P1, P2]],
      ["indexof(name, '2') eq 9", [P2]],
      ["substring(name, 9) eq '2'", [P2]],
      ["substring(name, 0, 4) eq 'Brug'", [BRIDGE]],
      ["tolower(name) eq 'meetpunt 1'", [P1]],
      ["toupper(name) eq 'MEETPUNT 1'", [P1]],
      ["trim(concat('  ', name)) eq 'Meetpunt 1'", [P1]],
      ["concat(concat(name, ', '), 'Gent') eq 'Meetpunt 1, Gent'", [P1]],
      ["name eq 'it''s not there'", []],
      // Of many, any
      ["Datastreams/properties/contact/name eq 'Dienst Milieu, ''t Stad'", [P1]],
      ['Datastreams/Observations/result gt 72', [BRIDGE]],
      ["Datastreams/unitOfMeasurement/symbol eq '°C' and Datastreams/Observations/result gt 10", [P1]],
      ['Locations/location/coordinates/0 gt 3.715', [P2, BRIDGE]],
      ['HistoricalLocations/time lt 2026-02-01T00:00:00Z', [P1, P2, BRIDGE]],
      ['id gt 1', [P2, BRIDGE]],
      ["properties/organisation eq 'demo' and id eq 3", [BRIDGE]],
      ['properties/nothing eq null and id le 1', [P1]],
    ],
  ],
  [
    '/Locations',
    [
      [`geo.distance(location, ${POINT}) lt 0.02`, [P1, P2]],
      [`geo.distance(location, ${AROUND}) eq 0`, [P1]],
      ["geo.length(geography'LINESTRING(0 0, 3 4)') eq 5 and id eq 1", [P1]],
      [`geo.intersects(location, ${AROUND})`, [P1]],
      [`geo.intersects(${WITH_EDGE}, location)`, [P1, P2]],
      [`st_intersects(location, ${LINE})`, [P1]],
      [`st_equals(location, ${POINT})`, [P1]],
      [`st_disjoint(location, ${POINT})`, [P2, BRIDGE]],
      [`st_touches(location, ${WITH_EDGE})`, [P1]],
      [`st_touches(location, ${FROM_POINT})`, [P1]],
      [`st_within(location, ${WITH_EDGE})`, [P2]],
      [`st_contains(${WITH_EDGE}, location)`, [P2]],
      [`st_overlaps(location, ${AROUND})`, []],
      [`st_crosses(location, ${LINE})`, []],
      [
        "st_crosses(geography'MULTIPOINT(3.71 51.05)', location) or st_relate(location, geography'MULTIPOINT(3.71 51.05, 1 1)', '0FFFFF0F2')",
        [P1],
      ],
      [`st_relate(location, ${AROUND}, 'T*F**F***')`, [P1]],
      ["location/type eq 'Point' and id eq 2", [P2]],
      ["location/geometry/type eq 'Point'", []],
    ],
  ],
  [
    '/Datastreams',
    [
      ["ObservedProperty/name eq 'luchttemperatuur'", [`luchttemperatuur ${P1}`, `luchttemperatuur ${P2}`]],
      [
        'properties/validFrom lt 2026-02-01T00:00:00Z and Thing/Locations/location/coordinates/1 gt 51.06',
        [`aantal fietsen ${BRIDGE}, richting in`],
      ],
      ['properties/procedure/intervalSeconds eq 900', [`aantal fietsen ${BRIDGE}, richting in`]],
      [
        "observationType eq 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_CountObservation'",
        [`aantal fietsen ${BRIDGE}, richting in`],
      ],
    ],
  ],
])('a filter of %s', (set, rows) => {
  test.each(rows)('%s', (filter, expected) => {
    const page = json(query(set, { $filter: filter, $count: 'true' }));
    expect(page.value.map(nameOf)).toEqual(expected);
    expect(page['@iot.count']).toBe(expected.length);
  });
});

describe('the order', () => {
  test.each([
    ['result desc', ['3@15', '1@1', '1@0', '2@0', '1@2', '3@0']],
    ['result', ['3@0', '1@2', '2@0', '1@0', '1@1', '3@15']],
    ['phenomenonTime DESC', ['3@15', '1@2', '1@1', '3@0', '2@0', '1@0']],
    ['Datastream/Thing/name desc,result asc', ['2@0', '1@2', '1@0', '1@1', '3@0', '3@15']],
    ['phenomenonTime, result', ['3@0', '2@0', '1@0', '1@1', '1@2', '3@15']],
    ['id desc', ['3@15', '3@0', '2@0', '1@2', '1@1', '1@0']],
    ['result mod 10 desc', ['3@15', '1@1', '1@0', '2@0', '1@2', '3@0']],
  ])('by %s', (orderBy, expected) => {
    const page = json(query('/Observations', { $orderby: orderBy }));
    expect(page.value.map(nameOf)).toEqual(expected);
  });
});
