import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { RDF_FORMATS, writeDocument, writeVocabulary } from '@meetbrug/protocols/ldes';
import {
  CONCEPT_SCHEMES,
  CONTEXT_DOCUMENTS,
  conceptSchemeTriples,
  conceptTriples,
  findConcept,
  GAP_REASONS,
  JSON_LD_CONTEXT,
  publishedShapes,
  SHAPE_NAMES,
  shapeTriples,
  type Triple,
} from '@meetbrug/protocols/oslo';
import { OBSERVED_PROPERTIES, PROPERTY_KEYS } from '@meetbrug/protocols/properties';
import jsonld from 'jsonld';
import { Parser } from 'n3';
import { isomorphic } from 'rdf-isomorphic';
import { describe, expect, it } from 'vitest';
import { parseGraph, parseTurtle } from '../formats/parse-graph.ts';
import { BASE_URL } from './golden-members.ts';
import { quadsOf } from './graphs.ts';

const shapes = publishedShapes(BASE_URL);
const DOCUMENTS: [string, Triple[]][] = [
  ...CONCEPT_SCHEMES.map((scheme): [string, Triple[]] => [scheme.path, conceptSchemeTriples(BASE_URL, scheme)]),
  ...SHAPE_NAMES.map((name): [string, Triple[]] => [`shape/${name}`, shapeTriples(BASE_URL, shapes[name])]),
];
const PREFIXES = `
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix sosa: <http://www.w3.org/ns/sosa/> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix qudt: <http://qudt.org/schema/qudt/> .
@prefix unit: <http://qudt.org/vocab/unit/> . @prefix kind: <http://qudt.org/vocab/quantitykind/> .
@prefix schema: <https://schema.org/> . @prefix dqv: <http://www.w3.org/ns/dqv#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix vm: <https://data.vlaanderen.be/ns/verkeersmetingen#> .
@prefix vkm: <https://data.vlaanderen.be/id/concept/VkmVoertuigType/> .
@prefix dc: <http://purl.org/dc/elements/1.1/> . @base <${BASE_URL}/id/concept/> .`;

function conceptGraph(path: string) {
  const { concept, scheme } = findConcept(path) ?? expect.fail(path);
  return quadsOf(conceptTriples(BASE_URL, scheme, concept));
}

describe.each(DOCUMENTS)('the document at %s', (_, triples) => {
  it.each(RDF_FORMATS)('is the same graph in %s', async (format) => {
    const graph = await parseGraph(format, new TextEncoder().encode(writeVocabulary(format, triples)));
    expect(graph.length).toBe(triples.length);
    const wanted = new Parser({ format: 'application/n-quads' }).parse(writeDocument('nquads', triples));
    expect(isomorphic(graph, wanted)).toBe(true);
  });
});

describe('the lexicon', () => {
  it('describes a level as a SOSA property and a SKOS concept, with its datum', () => {
    const wanted = parseTurtle(
      `${PREFIXES}
      <geobserveerd-kenmerk/waterpeil-mtaw> a skos:Concept , sosa:Property ;
        skos:prefLabel "waterpeil in meter TAW"@nl , "water level in metres TAW"@en ;
        skos:definition "Hoogte van het wateroppervlak ten opzichte van de Tweede Algemene Waterpassing."@nl ,
          "Height of the water surface relative to the Belgian vertical datum (Tweede Algemene Waterpassing)."@en ;
        skos:inScheme <geobserveerd-kenmerk> ; skos:topConceptOf <geobserveerd-kenmerk> ;
        skos:notation "water-level-taw" ; dct:subject <thema/waterpeil> ;
        qudt:hasQuantityKind kind:Length ; qudt:hasUnit unit:M ;
        schema:minValue -20.0 ; schema:maxValue 700.0 ; schema:stepValue 0.001 ;
        skos:closeMatch <http://vocab.nerc.ac.uk/standard_name/water_surface_height_above_reference_datum/> ;
        dct:conformsTo <http://www.opengis.net/def/crs/EPSG/0/5710> .`
        .replace('-20.0', '"-20"^^xsd:decimal')
        .replace('700.0', '"700"^^xsd:decimal'),
    );
    expect(isomorphic(conceptGraph('concept/geobserveerd-kenmerk/waterpeil-mtaw'), wanted)).toBe(true);
  });

  it('puts a class of road users of ours below that of OSLO, and counts it by that class', () => {
    const wanted = parseTurtle(`${PREFIXES}
      <voertuigtype/bakfiets> skos:broadMatch vkm:fiets .`);
    const bike = conceptGraph('concept/voertuigtype/bakfiets');
    expect(bike.filter(({ predicate }) => predicate.value.endsWith('broadMatch'))).toEqual(
      wanted.map((quad) => expect.objectContaining({ object: quad.object, subject: quad.subject })),
    );
    const counted = conceptGraph('verkeerskenmerk/aantal/bakfiets');
    const classes = counted.filter(({ predicate }) => predicate.value.endsWith('voertuigType'));
    expect(classes.map(({ object }) => object.value)).toEqual([`${BASE_URL}/id/concept/voertuigtype/bakfiets`]);
  });

  it('describes a quality flag as a metric that is true or absent', () => {
    const wanted = parseTurtle(`${PREFIXES}
      <kwaliteitskenmerk/value-stuck> a skos:Concept , dqv:Metric ; dqv:expectedDataType xsd:boolean ;
        skos:prefLabel "waarde blijft steken"@nl , "value stuck"@en ;
        skos:definition "De waarde bleef langer gelijk dan bij dit kenmerk te verwachten is."@nl ,
          "The value stayed the same for longer than can be expected of this property."@en ;
        skos:inScheme <kwaliteitskenmerk> ; skos:topConceptOf <kwaliteitskenmerk> ; skos:notation "value-stuck" .`);
    expect(isomorphic(conceptGraph('concept/kwaliteitskenmerk/value-stuck'), wanted)).toBe(true);
  });

  it('describes a gap as a metric that counts, and its reasons in words', () => {
    const metric = parseTurtle(`${PREFIXES}
      <kwaliteitskenmerk/hiaat> a skos:Concept , dqv:Metric ; dqv:expectedDataType xsd:integer ;
        skos:prefLabel "hiaat"@nl , "gap"@en ;
        skos:definition "Aantal waarnemingen die gemaakt zijn en om de vermelde reden niet in de gegevensstroom staan."@nl ,
          "Number of observations that were made and, for the reason given, are not in the stream of data."@en ;
        skos:inScheme <kwaliteitskenmerk> ; skos:topConceptOf <kwaliteitskenmerk> .`);
    expect(isomorphic(conceptGraph('concept/kwaliteitskenmerk/hiaat'), metric)).toBe(true);
    for (const reason of GAP_REASONS) {
      const labels = conceptGraph(`concept/hiaatreden/${reason}`).filter(({ predicate }) =>
        predicate.value.endsWith('prefLabel'),
      );
      expect(labels).toHaveLength(2);
    }
  });

  it('has a concept for every property of the catalogue, at the IRI that observations link to', () => {
    for (const key of PROPERTY_KEYS) {
      expect(findConcept(OBSERVED_PROPERTIES[key].path)?.concept).toMatchObject({
        kind: 'property',
        property: { key },
      });
    }
  });

  it('names each label once, so that people are not left to guess', () => {
    for (const { concepts } of CONCEPT_SCHEMES) {
      for (const language of ['nl', 'en'] as const) {
        const labels = concepts.map(({ label }) => label[language]);
        expect(new Set(labels).size).toBe(labels.length);
      }
    }
  });
});

describe('a JSON-LD context', () => {
  /** The texts that were published. A change here breaks readers that keep a context for ever: add a version instead. */
  const PUBLISHED = { 'observatie-1.jsonld': '945d86d1fc43e8f46e4ccfe05576da55d1134529e1e75af10a71ce80b4c8fb1a' };

  it.each(Object.entries(PUBLISHED))('of a published version is what it was, byte for byte: %s', (version, sha256) => {
    const text = CONTEXT_DOCUMENTS.get(version) ?? expect.fail(version);
    expect(text).toBe(readFileSync(new URL(`golden/${version}.txt`, import.meta.url), 'utf8'));
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
  });

  it('has no version that is not held here', () => {
    expect([...CONTEXT_DOCUMENTS.keys()]).toEqual(Object.keys(PUBLISHED));
  });

  it('that is served is the one that pages embed', () => {
    const served = [...CONTEXT_DOCUMENTS.values()].map((text) => JSON.parse(text)['@context']);
    expect(served.at(-1)).toEqual(JSON_LD_CONTEXT);
  });

  it('gives the Dutch terms of OSLO their meaning', async () => {
    const document = {
      ...JSON.parse([...CONTEXT_DOCUMENTS.values()].at(-1) ?? ''),
      '@id': 'https://example.org/o',
      geobserveerdKenmerk: 'https://example.org/k',
      resultaat: { waarde: '31.3', eenheid: 'unit:DEG_C' },
    };
    const nquads = String(await jsonld.toRDF(document, { format: 'application/n-quads' }));
    expect(nquads).toContain('<http://www.w3.org/ns/sosa/observedProperty> <https://example.org/k>');
    expect(nquads).toContain('"31.3"^^<http://www.w3.org/2001/XMLSchema#decimal>');
    expect(nquads).toContain('<http://qudt.org/schema/qudt/hasUnit> <http://qudt.org/vocab/unit/DEG_C>');
  });
});
