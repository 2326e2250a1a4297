import type { PageDocument } from '@meetbrug/protocols/ldes';
import { describedEntities, type Member, NAMESPACES } from '@meetbrug/protocols/oslo';
import { isomorphic } from 'rdf-isomorphic';
import { describe, expect, it } from 'vitest';
import { DESCRIPTIONS, FULL_DESCRIPTION, GAPS, OBSERVATIONS } from './example-members.ts';
import { emptyPage, expected, expectGraph, graphOf, renderer } from './member-graph.ts';
import { parseGraph } from './parse-graph.ts';

const VCARD = 'http://www.w3.org/2006/vcard/ns#';
const CRS84 = '<http://www.opengis.net/def/crs/OGC/1.3/CRS84>';
const LAMBERT_2008 = '<http://www.opengis.net/def/crs/EPSG/0/3812>';

/** A string as Turtle writes it, by means that are not ours. */
const literal = (text: string) => JSON.stringify(text.toWellFormed()).replace(/\u007f/g, '\\u007F');

describe('the triples of an observation', () => {
  it('of an interval are a QUDT value with three times apart', async () => {
    await expectGraph(
      OBSERVATIONS.heat,
      `<observatie/ws-012.ws-012-sht85.luchttemperatuur.luchttemperatuur-2m-10min-gemiddelde/2026-07-01T11:50:00Z#17>
        a sosa:Observation ;
        dct:isVersionOf <observatie/ws-012.ws-012-sht85.luchttemperatuur.luchttemperatuur-2m-10min-gemiddelde/2026-07-01T11:50:00Z> ;
        prov:generatedAtTime "2026-07-01T12:00:07Z"^^xsd:dateTime ;
        sosa:observedProperty </id/concept/geobserveerd-kenmerk/luchttemperatuur> ;
        sosa:hasFeatureOfInterest <meetpunt/ws-012> ;
        sosa:madeBySensor <sensor/ws-012-sht85> ;
        sosa:usedProcedure <procedure/luchttemperatuur-2m-10min-gemiddelde> ;
        sosa:phenomenonTime [ a time:ProperInterval ;
          time:hasBeginning [ a time:Instant ; time:inXSDDateTimeStamp "2026-07-01T11:50:00Z"^^xsd:dateTimeStamp ] ;
          time:hasEnd [ a time:Instant ; time:inXSDDateTimeStamp "2026-07-01T12:00:00Z"^^xsd:dateTimeStamp ] ] ;
        sosa:resultTime "2026-07-01T12:00:05Z"^^xsd:dateTime ;
        sosa:hasResult [ a sosa:Result , qudt:QuantityValue ;
          qudt:numericValue "-33.4"^^xsd:decimal ; qudt:hasUnit unit:DEG_C ] ;
        geo:hasGeometry [ a geo:Geometry , sf:Point ; geo:asWKT "${CRS84} POINT(3.725 51.0543)"^^geo:wktLiteral ] .`,
    );
  });

  it('at an instant have that instant, to the millisecond', async () => {
    await expectGraph(
      OBSERVATIONS.water,
      `<observatie/l11-518.l11-518-druk.waterpeil-mtaw.waterpeil-15min-taw/2026-07-01T12:00:00Z#9007199254740991>
        a sosa:Observation ;
        dct:isVersionOf <observatie/l11-518.l11-518-druk.waterpeil-mtaw.waterpeil-15min-taw/2026-07-01T12:00:00Z> ;
        prov:generatedAtTime "2026-07-01T12:06:30.001Z"^^xsd:dateTime ;
        sosa:observedProperty </id/concept/geobserveerd-kenmerk/waterpeil-mtaw> ;
        sosa:hasFeatureOfInterest <meetpunt/l11-518> ;
        sosa:madeBySensor <sensor/l11-518-druk> ;
        sosa:usedProcedure <procedure/waterpeil-15min-taw> ;
        sosa:phenomenonTime [ a time:Instant ; time:inXSDDateTimeStamp "2026-07-01T12:00:00Z"^^xsd:dateTimeStamp ] ;
        sosa:resultTime "2026-07-01T12:05:00.250Z"^^xsd:dateTime ;
        sosa:hasResult [ a sosa:Result , qudt:QuantityValue ;
          qudt:numericValue "7.46"^^xsd:decimal ; qudt:hasUnit unit:M ] ;
        geo:hasGeometry [ a geo:Geometry , sf:Point ; geo:asWKT "${CRS84} POINT(3.7174 51.0495)"^^geo:wktLiteral ] .`,
    );
  });

  it('that counts traffic carry the terms of OSLO Verkeersmetingen and a whole number', async () => {
    await expectGraph(
      OBSERVATIONS.traffic,
      `<observatie/fmn-021_in.fmn-021-lus.aantal-voetganger.telling-15min/2026-07-01T06:00:00Z#1>
        a sosa:Observation , vm:Verkeersmeting ;
        dct:isVersionOf <observatie/fmn-021_in.fmn-021-lus.aantal-voetganger.telling-15min/2026-07-01T06:00:00Z> ;
        prov:generatedAtTime "2026-07-01T06:16:10Z"^^xsd:dateTime ;
        sosa:observedProperty </id/verkeerskenmerk/aantal/voetganger> ;
        vm:geobserveerdKenmerk </id/verkeerskenmerk/aantal/voetganger> ;
        sosa:hasFeatureOfInterest <verkeersmeetpunt/fmn-021/inDirection> ;
        vm:geobserveerdObject <verkeersmeetpunt/fmn-021/inDirection> ;
        sosa:madeBySensor <sensor/fmn-021-lus> ;
        sosa:usedProcedure <procedure/telling-15min> ;
        sosa:phenomenonTime [ a time:ProperInterval ;
          time:hasBeginning [ a time:Instant ; time:inXSDDateTimeStamp "2026-07-01T06:00:00Z"^^xsd:dateTimeStamp ] ;
          time:hasEnd [ a time:Instant ; time:inXSDDateTimeStamp "2026-07-01T06:15:00Z"^^xsd:dateTimeStamp ] ] ;
        sosa:resultTime "2026-07-01T06:15:00Z"^^xsd:dateTime ;
        sosa:hasSimpleResult 73 ;
        geo:hasGeometry [ a geo:Geometry , sf:Point ; geo:asWKT "${CRS84} POINT(4.423123 51.2091)"^^geo:wktLiteral ] .`,
    );
  });

  it('that count without a vehicle type are simple and know no traffic terms', async () => {
    const graph = await graphOf(OBSERVATIONS.counter);
    expect(graph.filter(({ predicate }) => predicate.value.startsWith(NAMESPACES.vm))).toEqual([]);
    const results = graph.filter(({ predicate }) => predicate.value === `${NAMESPACES.sosa}hasSimpleResult`);
    expect(results.map(({ object }) => object)).toMatchObject([
      { value: '4294967295', datatype: { value: `${NAMESPACES.xsd}integer` } },
    ]);
  });
});

describe('the triples of an entity', () => {
  const EXAMPLES = { ...DESCRIPTIONS, level: FULL_DESCRIPTION };
  const entityAt = (of: keyof typeof EXAMPLES, path: string): Member => ({
    kind: 'entity',
    entity: describedEntities(EXAMPLES[of]).find((entity) => entity.path.startsWith(path)) ?? expect.fail(path),
    ordinal: 5,
    version: 2,
    generatedMs: 0,
  });
  const version = (path: string) => `<${path}#2> dct:isVersionOf <${path}> ;
    prov:generatedAtTime "1970-01-01T00:00:00Z"^^xsd:dateTime ;`;

  const height = (id: string, name: string, metres: string) =>
    `[ a schema:PropertyValue ; schema:propertyID "${id}" ; schema:name "${name}"@nl ; schema:value ${metres} ; schema:unitCode unit:M ]`;

  it('that is a measuring point give its place in two reference systems', async () => {
    await expectGraph(
      entityAt('water', 'meetpunt/'),
      `${version('meetpunt/l11-518')} a sosa:FeatureOfInterest , sosa:SpatialSample , sosa:Platform ;
        rdfs:label "Peilschaal"@nl ;
        geo:hasGeometry [ a geo:Geometry , sf:Point ; geo:asWKT "${CRS84} POINT(3.7174 51.0495)"^^geo:wktLiteral ] ,
          [ a geo:Geometry , sf:Point ; geo:asWKT "${LAMBERT_2008} POINT(604323.51 693454.55)"^^geo:wktLiteral ] .`,
    );
  });

  it('that is a datastream give its heights, datum, inputs, licence and contact', async () => {
    const path = `datastream/${FULL_DESCRIPTION.datastream}`;
    const contactName = literal(FULL_DESCRIPTION.contact?.name ?? '');
    await expectGraph(
      entityAt('level', path),
      `${version(path)} a sosa:ObservationCollection ;
        sosa:observedProperty </id/concept/geobserveerd-kenmerk/waterpeil-mtaw> ;
        sosa:hasFeatureOfInterest <meetpunt/l11-518> ; sosa:madeBySensor <sensor/l11-518-druk> ;
        sosa:usedProcedure <procedure/peil-uit-afstand> ; qudt:hasUnit unit:M ;
        dct:license <https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0> ;
        schema:validFrom "2026-05-01T00:00:00.007Z"^^xsd:dateTime ;
        schema:additionalProperty ${height('mounting-height', 'hoogte van de sensor in meter', '-0.4')} ,
          ${height('local-zero-taw', 'lokaal nulpunt in meter TAW', '4.87')} ;
        dct:conformsTo <http://www.opengis.net/def/crs/EPSG/0/5710> ;
        prov:wasDerivedFrom <datastream/l11-518.l11-518-druk.afstand-tot-water.momentaan> ;
        dcat:contactPoint [ a <${VCARD}Kind> ; <${VCARD}fn> ${contactName} ;
          <${VCARD}hasEmail> <mailto:peil+data@example.org> ;
          <${VCARD}hasURL> <https://example.org/peil?taal=nl#contact> ] .`,
    );
  });

  it('that is a sensor give its deployment', async () => {
    await expectGraph(
      entityAt('level', 'sensor/'),
      `${version('sensor/l11-518-druk')} a sosa:Sensor ; saref:hasManufacturer "Maker" ; saref:hasModel "Druk 1" ;
        sosa:isHostedBy <meetpunt/l11-518> ; sosa:hasDeployment [ a sosa:Deployment ;
          sosa:deployedOnPlatform <meetpunt/l11-518> ;
          dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2026-04-30T09:00:00Z"^^xsd:dateTime ] ] .`,
    );
  });

  const DQV = 'http://www.w3.org/ns/dqv#';
  const key = DESCRIPTIONS.water.datastream;
  it.each([
    [
      'a datastream',
      GAPS[0],
      `hiaat/${key}/thinned/1782907200123`,
      `<${DQV}computedOn> <datastream/${key}> ; <${DQV}value> 1234 ; dct:type </id/concept/hiaatreden/thinned> ;
        dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2026-06-30T12:00:00Z"^^xsd:dateTime ;
          dcat:endDate "2026-07-01T11:59:59.250Z"^^xsd:dateTime ]`,
    ],
    [
      'an unknown datastream',
      GAPS[1],
      'hiaat/poort/gateway-1/damaged/1782907200124',
      `<${DQV}computedOn> <poort/gateway-1> ; <${DQV}value> 1 ; dct:type </id/concept/hiaatreden/damaged> ;
        dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2026-07-01T00:00:00Z"^^xsd:dateTime ;
          dcat:endDate "2026-07-01T00:00:00Z"^^xsd:dateTime ]`,
    ],
  ])('that is a gap in %s measure what is missing, from when to when, and why', async (_, entity, path, said) => {
    await expectGraph(
      { kind: 'entity', entity: entity ?? expect.fail(), ordinal: 5, version: 2, generatedMs: 0 },
      `${version(path)} a <${DQV}QualityMeasurement> ;
        <${DQV}isMeasurementOf> </id/concept/kwaliteitskenmerk/hiaat> ; ${said} .`,
    );
  });

  it('that is a traffic measuring point give its direction', async () => {
    await expectGraph(
      entityAt('traffic', 'verkeersmeetpunt/'),
      `${version('verkeersmeetpunt/fmn-021/inDirection')}
        a sosa:FeatureOfInterest , sosa:SpatialSample , vm:Verkeersmeetpunt ; rdfs:label "Brug"@nl ;
        sosa:isSampleOf <gebied/fietsbrug> ; vm:bemonsterdObject <gebied/fietsbrug> ;
        <${NAMESPACES.vm}Verkeersmeetpunt.rijrichting> <https://inspire.ec.europa.eu/codelist/LinkDirectionValue/inDirection> ;
        geo:hasGeometry [ a geo:Geometry , sf:Point ; geo:asWKT "${CRS84} POINT(4.423123 51.2091)"^^geo:wktLiteral ] ,
          [ a geo:Geometry , sf:Point ; geo:asWKT "${LAMBERT_2008} POINT(653793.98 711017.46)"^^geo:wktLiteral ] .`,
    );
  });

  it.each([
    [
      'sensor',
      'sensor/fmn-021-lus',
      'a sosa:Sensor ; saref:hasManufacturer "Maker" ; saref:hasModel "Lus" ; sosa:isHostedBy <meetpunt/fmn-021>',
    ],
    [
      'procedure',
      'procedure/telling-15min',
      'a sosa:ObservingProcedure ; rdfs:label "telling per kwartier"@nl ; dcat:temporalResolution "PT900S"^^xsd:duration',
    ],
    ['sampled feature', 'gebied/fietsbrug', 'a sosa:FeatureOfInterest ; rdfs:label "Fietsbrug"@nl'],
    [
      'datastream',
      'datastream/fmn-021_in.fmn-021-lus.aantal-voetganger.telling-15min',
      `a sosa:ObservationCollection ; sosa:observedProperty </id/verkeerskenmerk/aantal/voetganger> ;
        sosa:hasFeatureOfInterest <verkeersmeetpunt/fmn-021/inDirection> ; sosa:madeBySensor <sensor/fmn-021-lus> ;
        sosa:usedProcedure <procedure/telling-15min> ; qudt:hasUnit unit:NUM ; dct:rights "geo:51.2,4.4" ;
        schema:validFrom "1970-01-01T00:00:00Z"^^xsd:dateTime`,
    ],
  ])('that is a %s are its own and links', async (_, path, statements) => {
    await expectGraph(entityAt('traffic', path), `${version(path)} ${statements} .`);
  });

  it('link a licence at its web address, with what no IRI may hold encoded', async () => {
    const graph = await graphOf(entityAt('water', 'datastream/'));
    const licences = graph.filter(({ predicate }) => predicate.value === `${NAMESPACES.dct}license`);
    expect(licences.map(({ object }) => [object.termType, object.value])).toEqual([
      ['NamedNode', 'https://example.org/a%20b%3Cc%3E%22d%22%7Be%7D%7Cf%5Eg%60h%5Ci'],
    ]);
  });
});

describe('the hypermedia', () => {
  const stream = '</ldes/demo/heat-stress>';
  const graph = (page: PageDocument) => parseGraph('nquads', renderer.render('nquads', page));

  it('of a full page says that it is immutable and whose part it is', async () => {
    const wanted = expected(`</ldes/demo/heat-stress/by-page/page/0> a tree:Node ;
      dct:isPartOf ${stream} ; ldes:immutable true . ${stream} a ldes:EventStream .`);
    expect(isomorphic(await graph({ ...emptyPage, immutable: true }), wanted)).toBe(true);
  });

  it('of an index node bounds its children in time, from below only while they are open', async () => {
    const relation = (type: string, page: number, value: string) =>
      `[ a tree:${type} ; tree:node </ldes/demo/heat-stress/by-page/page/${page}> ;
        tree:path prov:generatedAtTime ; tree:value "${value}"^^xsd:dateTime ]`;
    const wanted = expected(`</ldes/demo/heat-stress/by-page/index/1/0> a tree:Node ; dct:isPartOf ${stream} ;
      tree:relation ${relation('GreaterThanOrEqualToRelation', 0, '1970-01-01T00:00:01Z')} ,
        ${relation('LessThanRelation', 0, '1970-01-01T00:00:02.001Z')} ,
        ${relation('GreaterThanOrEqualToRelation', 1, '1970-01-01T00:00:02Z')} .
      ${stream} a ldes:EventStream .`);
    const children: PageDocument['children'] = [
      { path: 'page/0', relations: [{ kind: 'stamps', fromMs: 1000, untilMs: 2001 }] },
      { path: 'page/1', relations: [{ kind: 'stamps', fromMs: 2000 }] },
    ];
    expect(isomorphic(await graph({ ...emptyPage, path: 'index/1/0', children }), wanted)).toBe(true);
  });

  it('of the root says all that a reader must know of the stream', async () => {
    const root = '</ldes/demo/heat-stress/by-page>';
    const wanted = expected(`${root} a tree:Node ; tree:viewDescription </ldes/demo/heat-stress/by-page#description> .
      ${stream} a ldes:EventStream , dcat:Dataset ; dct:title "Hitte"@nl ; ldes:timestampPath prov:generatedAtTime ;
        ldes:sequencePath schema:position ; ldes:versionTimestampPath sosa:resultTime ;
        ldes:versionOfPath dct:isVersionOf ; ldes:pollingInterval 30 ; tree:view ${root} ;
        tree:shape </ldes/demo/heat-stress#shape> .
      </ldes/demo/heat-stress#shape> a sh:NodeShape ;
        sh:property [ sh:path prov:generatedAtTime ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:dateTime ] ,
          [ sh:path dct:isVersionOf ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
          [ sh:path sosa:resultTime ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:dateTime ] ,
          [ sh:path schema:position ; sh:maxCount 1 ; sh:datatype xsd:integer ] .
      </ldes/demo/heat-stress/by-page#description> a ldes:EventSource , dcat:DataService ;
        dcat:endpointURL ${root} ; dcat:servesDataset ${stream} ; dct:conformsTo <https://w3id.org/ldes/specification> ;
        ldes:retentionPolicy [ a ldes:DurationAgoPolicy ; tree:value "P90D"^^xsd:duration ;
          ldes:fullLogDuration "P90D"^^xsd:duration ] .`);
    expect(isomorphic(await graph({ ...emptyPage, path: '' }), wanted)).toBe(true);
  });
});
