import type { PageDocument } from '@meetbrug/protocols/ldes';
import { isomorphic } from 'rdf-isomorphic';
import { describe, expect, it } from 'vitest';
import { OBSERVATIONS } from './example-members.ts';
import { OF_TWO_ORGANISATIONS, POSITIONED_ENTITIES, VIEW_DOCUMENTS } from './example-views.ts';
import { difference, expected, renderer } from './member-graph.ts';
import { parseGraph } from './parse-graph.ts';

const stream = '</ldes/demo/heat-stress>';
const licence = '<https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0>';

function node(name: string, path: string): PageDocument {
  return VIEW_DOCUMENTS[name]?.find((document) => document.path === path) ?? expect.fail(`${name} ${path}`);
}

async function expectDocument(document: PageDocument, turtle: string): Promise<void> {
  const graph = await parseGraph('nquads', renderer.render('nquads', document));
  const wanted = expected(turtle);
  expect(graph.length).toBe(wanted.length);
  expect(isomorphic(graph, wanted)).toBe(true);
}

/** A node that is no root, with what it says besides that it is a part of its stream. */
const part = (path: string, of: string, said: string) =>
  `<${of}/${path}> a tree:Node ; dct:isPartOf <${of}> ; ${said} <${of}> a ldes:EventStream .`;
const bound = (type: string, target: string, path: string, instant: string) =>
  `[ a tree:${type} ; tree:node <${target}> ; tree:path ${path} ; tree:value "${instant}"^^xsd:dateTime ]`;
const inHeat = (path: string, said: string) => part(path, '/ldes/demo/heat-stress', said);

describe('what a node says of its children', () => {
  it('in a root is the time of their commits, from below only while the time goes on', async () => {
    const month = '/ldes/demo/heat-stress/by-time/2026-07';
    const day = `${month}/01`;
    await expectDocument(
      node('by-time', '2026-07'),
      inHeat(
        'by-time/2026-07',
        `tree:relation ${bound('GreaterThanOrEqualToRelation', day, 'prov:generatedAtTime', '2026-07-01T00:00:00Z')} ,
          ${bound('LessThanRelation', day, 'prov:generatedAtTime', '2026-07-02T00:00:00Z')} .`,
      ),
    );
    const root = await parseGraph('nquads', renderer.render('nquads', node('by-time', '')));
    const values = root.filter(({ predicate }) => predicate.value === 'https://w3id.org/tree#value');
    expect(values.map(({ object }) => object.value)).toEqual(['2026-07-01T00:00:00Z']);
  });

  it('in by-time are bounds of the result time, whose path the page tells apart', async () => {
    const hour = '/ldes/demo/heat-stress/by-time/2026-07/01/2026/07/01/12';
    await expectDocument(
      node('by-time', '2026-07/01/2026/07/01'),
      inHeat(
        'by-time/2026-07/01/2026/07/01',
        `ldes:immutable true ;
          tree:relation ${bound('GreaterThanOrEqualToRelation', hour, 'sosa:resultTime', '2026-07-01T12:00:00Z')} ,
          ${bound('LessThanRelation', hour, 'sosa:resultTime', '2026-07-01T13:00:00Z')} .
        sosa:resultTime a rdf:Property .`,
      ),
    );
  });

  it('in by-time of entities are bounds of the stamp', async () => {
    const year = '/ldes/demo/sensors/by-time/2026-07/01/2026';
    await expectDocument(
      node('sensors-by-time', '2026-07/01'),
      part(
        'by-time/2026-07/01',
        '/ldes/demo/sensors',
        `tree:relation ${bound('GreaterThanOrEqualToRelation', year, 'prov:generatedAtTime', '2026-01-01T00:00:00Z')} ,
          ${bound('LessThanRelation', year, 'prov:generatedAtTime', '2027-01-01T00:00:00Z')} .`,
      ),
    );
  });

  it('in by-location is a polygon that holds the geometries', async () => {
    const tile = '2026-07/z10-522-342/z14-8361-5481';
    const polygon =
      'POLYGON((3.7133787 51.0413937,3.7353518 51.0413937,3.7353518 51.0552075,3.7133787 51.0552075,3.7133787 51.0413937))';
    await expectDocument(
      node('by-location', '2026-07/z10-522-342'),
      inHeat(
        'by-location/2026-07/z10-522-342',
        `tree:relation [ a tree:GeospatiallyContainsRelation ; tree:node </ldes/demo/heat-stress/by-location/${tile}> ;
          tree:path ( geo:hasGeometry geo:asWKT ) ;
          tree:value "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> ${polygon}"^^geo:wktLiteral ] .`,
      ),
    );
  });

  it('in by-property is the property', async () => {
    await expectDocument(
      node('by-property', '2026-07'),
      inHeat(
        'by-property/2026-07',
        `tree:relation [ a tree:EqualToRelation ; tree:node </ldes/demo/heat-stress/by-property/2026-07/air-temperature> ;
          tree:path sosa:observedProperty ; tree:value </id/concept/geobserveerd-kenmerk/luchttemperatuur> ] .
        sosa:observedProperty a rdf:Property .`,
      ),
    );
  });

  it('in by-datastream of all organisations are the four things that make a datastream, of its organisation', async () => {
    const target = `/ldes/all/heat-stress/by-datastream/2026-07/south.${OBSERVATIONS.traffic.description.datastream}`;
    const equal = (path: string, value: string) =>
      `[ a tree:EqualToRelation ; tree:node <${target}> ; tree:path sosa:${path} ; tree:value <${value}> ]`;
    await expectDocument(
      node('all-by-datastream', '2026-07'),
      part(
        'by-datastream/2026-07',
        '/ldes/all/heat-stress',
        `tree:relation ${equal('hasFeatureOfInterest', '/id/south/verkeersmeetpunt/fmn-021/inDirection')} ,
          ${equal('madeBySensor', '/id/south/sensor/fmn-021-lus')} ,
          ${equal('observedProperty', '/id/verkeerskenmerk/aantal/voetganger')} ,
          ${equal('usedProcedure', '/id/south/procedure/telling-15min')} .
        sosa:hasFeatureOfInterest a rdf:Property . sosa:madeBySensor a rdf:Property .
        sosa:observedProperty a rdf:Property . sosa:usedProcedure a rdf:Property .`,
      ),
    );
  });

  it('in latest is nothing', async () => {
    const root = await parseGraph('nquads', renderer.render('nquads', node('latest', '')));
    const about = root.filter(({ subject }) => subject.termType === 'BlankNode' && subject.value.endsWith('r0n'));
    expect(about.map(({ predicate, object }) => [predicate.value, object.value])).toEqual([
      ['http://www.w3.org/1999/02/22-rdf-syntax-ns#type', 'https://w3id.org/tree#Relation'],
      ['https://w3id.org/tree#node', 'https://data.example.be/ldes/demo/heat-stress/latest/bucket/7'],
    ]);
  });
});

/** The shape of what every member has, and of the position where members say one. */
const shape = (of: string, position: string) => `<${of}#shape> a sh:NodeShape ;
  sh:property [ sh:path prov:generatedAtTime ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:dateTime ] ,
    [ sh:path dct:isVersionOf ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path sosa:resultTime ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:dateTime ] ${position} .`;
const common = (of: string, root: string) => `<${of}> a ldes:EventStream , dcat:Dataset ;
  dct:title "Hitte in de stad"@nl ; dct:license ${licence} ; tree:view <${root}> ; tree:shape <${of}#shape> ;
  ldes:timestampPath prov:generatedAtTime ; ldes:versionOfPath dct:isVersionOf ;
  ldes:versionTimestampPath sosa:resultTime`;

describe('what the root of a view says of its stream', () => {
  it('is how its members are put in order, and that nothing more will come when it is closed', async () => {
    const root = '/ldes/demo/heat-stress/by-page';
    await expectDocument(
      node('closed', ''),
      `<${root}> a tree:Node ; ldes:immutable true ; tree:viewDescription <${root}#description> ;
        tree:relation ${bound('GreaterThanOrEqualToRelation', `${root}/index/1/0`, 'prov:generatedAtTime', '1970-01-01T00:00:00Z')} ,
          ${bound('LessThanRelation', `${root}/index/1/0`, 'prov:generatedAtTime', '1970-01-01T00:00:00.001Z')} .
      ${common('/ldes/demo/heat-stress', root)} ; ldes:sequencePath schema:position .
      ${shape('/ldes/demo/heat-stress', ', [ sh:path schema:position ; sh:maxCount 1 ; sh:datatype xsd:integer ]')}
      <${root}#description> a ldes:EventSource , dcat:DataService ; dcat:endpointURL <${root}> ;
        dcat:servesDataset ${stream} ; dct:conformsTo <https://w3id.org/ldes/specification> ;
        ldes:retentionPolicy [ a ldes:DurationAgoPolicy , ldes:LatestVersionSubset , ldes:PointInTimePolicy ;
          tree:value "P90D"^^xsd:duration ; ldes:fullLogDuration "P90D"^^xsd:duration ;
          ldes:amount 2 ; ldes:versionAmount 2 ; ldes:pointInTime "2026-01-01T00:00:00Z"^^xsd:dateTime ;
          ldes:startingFrom "2026-01-01T00:00:00Z"^^xsd:dateTime ] .`,
    );
  });

  it('is no order by position where members of several streams meet', async () => {
    const root = '/ldes/all/heat-stress/by-page';
    await expectDocument(
      node('all', ''),
      `<${root}> a tree:Node ; tree:viewDescription <${root}#description> .
      ${common('/ldes/all/heat-stress', root)} ; ldes:pollingInterval 30 . ${shape('/ldes/all/heat-stress', '')}
      <${root}#description> a ldes:EventSource , dcat:DataService ; dcat:endpointURL <${root}> ;
        dcat:servesDataset </ldes/all/heat-stress> ; dct:conformsTo <https://w3id.org/ldes/specification> .`,
    );
  });

  it.each(['by-time', 'by-location', 'by-property', 'by-datastream', 'latest'])(
    'in %s is that it is not the view to replicate by',
    async (name) => {
      const graph = await parseGraph('nquads', renderer.render('nquads', node(name, '')));
      const types = graph.filter(({ subject }) => subject.value.endsWith(`/${name}#description`));
      expect(types.map(({ object }) => object.value)).toContain('http://www.w3.org/ns/dcat#DataService');
      expect(types.map(({ object }) => object.value)).not.toContain('https://w3id.org/ldes#EventSource');
    },
  );
});

describe('a member', () => {
  it.each([
    ['an observation', { ...OBSERVATIONS.heat, position: 12 }],
    ['an entity', { ...(POSITIONED_ENTITIES[0] ?? expect.fail()), position: 12 }],
  ])('that is %s says its place in its stream, and nothing else is different', async (_, member) => {
    const { position: _position, ...without } = member;
    expect(await difference(member, without)).toEqual({ more: ['it position 12'], less: [] });
  });

  it('of a stream of all organisations keeps the IRIs of its own', async () => {
    const page = node('all', 'page/0');
    const graph = await parseGraph('nquads', renderer.render('nquads', page));
    const members = graph.filter(({ predicate }) => predicate.value === 'https://w3id.org/tree#member');
    expect(members.map(({ subject }) => subject.value)).toEqual(
      OF_TWO_ORGANISATIONS.map(() => 'https://data.example.be/ldes/all/heat-stress'),
    );
    expect(members.map(({ object }) => object.value.split('/observatie/')[0])).toEqual([
      'https://data.example.be/id/north',
      'https://data.example.be/id/south',
    ]);
  });
});
