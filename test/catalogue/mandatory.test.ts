import { CATALOGUE_SHAPES, catalogueTriples } from '@meetbrug/protocols/dcat';
import { DataFactory, type Quad, Store } from 'n3';
import { describe, expect, it } from 'vitest';
import { documentValidator, quadsOf } from '../oslo/graphs.ts';
import { CATALOGUE } from './example-catalogue.ts';

const { namedNode, literal, quad } = DataFactory;

const RDF_TYPE = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
const DCAT = 'http://www.w3.org/ns/dcat#';
const DCT = 'http://purl.org/dc/terms/';
const FOAF = 'http://xmlns.com/foaf/0.1/';
const VCARD = 'http://www.w3.org/2006/vcard/ns#';
const DCATAP = 'http://data.europa.eu/r5r/';
const STATUUT_3 = 'https://data.vlaanderen.be/ns/metadata-dcat#statuut';
const STATUUT_2 = 'http://data.vlaanderen.be/ns/metadata-dcat#statuut';

/** As the tables of DCAT-AP-VL 3.0 have it, then what 2.0 adds, then what our readers need: class, property, at most one. */
const MANDATORY: readonly (readonly [string, string, 'one' | 'some'])[] = [
  [`${DCAT}Catalog`, `${DCT}identifier`, 'one'],
  [`${DCAT}Catalog`, `${DCT}title`, 'some'],
  [`${DCAT}Catalog`, `${DCT}description`, 'some'],
  [`${DCAT}Catalog`, `${DCAT}contactPoint`, 'one'],
  [`${DCAT}Catalog`, `${DCT}publisher`, 'one'],
  [`${DCAT}Dataset`, `${DCT}identifier`, 'one'],
  [`${DCAT}Dataset`, `${DCT}title`, 'some'],
  [`${DCAT}Dataset`, `${DCT}description`, 'some'],
  [`${DCAT}Dataset`, `${DCT}accessRights`, 'one'],
  [`${DCAT}Dataset`, `${DCAT}contactPoint`, 'one'],
  [`${DCAT}Dataset`, `${DCT}publisher`, 'one'],
  [`${DCAT}DataService`, `${DCT}identifier`, 'one'],
  [`${DCAT}DataService`, `${DCT}title`, 'some'],
  [`${DCAT}DataService`, `${DCAT}contactPoint`, 'one'],
  [`${DCAT}DataService`, `${DCAT}endpointURL`, 'one'],
  [`${DCAT}DataService`, `${DCAT}endpointDescription`, 'one'],
  [`${DCAT}DataService`, `${DCT}accessRights`, 'one'],
  [`${DCAT}DataService`, `${DCT}publisher`, 'one'],
  [`${DCAT}Distribution`, `${DCT}identifier`, 'one'],
  [`${DCAT}Distribution`, `${DCAT}accessURL`, 'one'],
  [`${DCAT}CatalogRecord`, `${DCT}identifier`, 'one'],
  [`${DCAT}CatalogRecord`, `${DCT}modified`, 'one'],
  [`${DCAT}CatalogRecord`, `${FOAF}primaryTopic`, 'one'],
  [`${DCT}Agent`, `${FOAF}name`, 'some'],

  [`${DCAT}Catalog`, `${DCT}license`, 'one'],
  [`${DCAT}Dataset`, STATUUT_2, 'some'],
  [`${DCAT}DataService`, STATUUT_2, 'some'],
  [`${DCAT}Distribution`, `${DCT}license`, 'one'],
  [`${DCAT}Distribution`, `${DCAT}downloadURL`, 'some'],

  [`${DCAT}Dataset`, STATUUT_3, 'some'],
  [`${DCAT}DataService`, STATUUT_3, 'some'],
  [`${DCAT}Dataset`, `${DCAT}theme`, 'some'],
  [`${DCAT}Dataset`, `${DCAT}distribution`, 'some'],
  [`${DCAT}DataService`, `${DCAT}servesDataset`, 'some'],
  [`${DCAT}DataService`, `${DCT}license`, 'one'],
];

/** Of high value: what the profile for such data makes mandatory. */
const HIGH_VALUE: readonly (readonly [string, string])[] = [
  [`${DCAT}Dataset`, `${DCATAP}hvdCategory`],
  [`${DCAT}Dataset`, `${DCATAP}applicableLegislation`],
  [`${DCAT}Dataset`, `${DCAT}distribution`],
  [`${DCAT}Distribution`, `${DCATAP}applicableLegislation`],
  [`${DCAT}DataService`, `${DCATAP}hvdCategory`],
  [`${DCAT}DataService`, `${DCATAP}applicableLegislation`],
  [`${DCAT}DataService`, `${DCAT}contactPoint`],
  [`${DCAT}DataService`, `${FOAF}page`],
];

const quads = quadsOf(catalogueTriples(CATALOGUE));
const validator = documentValidator(...CATALOGUE_SHAPES.values());

async function faults(graph: readonly Quad[]): Promise<string[]> {
  const { results } = await validator.validate(new Store([...graph]));
  return results.map(({ focusNode, path, message }) => `${focusNode?.value} ${path?.value}: ${message[0]?.value}`);
}

const subjectsOf = (type: string) =>
  quads.flatMap(({ subject, predicate, object }) =>
    predicate.value === RDF_TYPE && object.value === type ? [subject.value] : [],
  );
const without = (subject: string, property: string) =>
  quads.filter((one) => one.subject.value !== subject || one.predicate.value !== property);

describe('a catalogue', { timeout: 120_000 }, () => {
  it('conforms', async () => {
    expect(await faults(quads)).toEqual([]);
  });

  it.each(MANDATORY)('is refused when a %s lacks %s', async (type, property) => {
    const subjects = subjectsOf(type);
    expect(subjects.length).toBeGreaterThan(0);
    for (const subject of new Set([...subjects.slice(0, 1), ...subjects.slice(-1)]))
      expect([subject, await faults(without(subject, property))]).not.toEqual([subject, []]);
  });

  it.each(MANDATORY.filter(([, , count]) => count === 'one'))(
    'is refused when a %s says %s twice',
    async (type, property) => {
      const subject = subjectsOf(type)[0] ?? expect.fail();
      const said =
        quads.find((one) => one.subject.value === subject && one.predicate.value === property) ?? expect.fail();
      const other =
        said.object.termType === 'Literal'
          ? literal(
              said.object.value.replace(/(\d\d)Z$|$/, (_, digits) => (digits === undefined ? 'x' : '59Z')),
              said.object.datatype,
            )
          : (quads.find(({ predicate, object }) => predicate.value === property && !object.equals(said.object))
              ?.object ?? namedNode(`${said.object.value}x`));
      expect(await faults([...quads, quad(said.subject, said.predicate, other)])).not.toEqual([]);
    },
  );

  it.each(HIGH_VALUE)('of high value is refused when a %s of such data lacks %s', async (type, property) => {
    const subject = subjectsOf(type).find((one) =>
      quads.some(
        ({ subject: of, predicate }) => of.value === one && predicate.value === `${DCATAP}applicableLegislation`,
      ),
    );
    expect(await faults(without(subject ?? expect.fail(), property))).not.toEqual([]);
  });

  it.each([
    [`${DCT}Agent`, RDF_TYPE],
    [`${VCARD}Kind`, RDF_TYPE],
    [`${VCARD}Kind`, `${VCARD}hasEmail`],
    [`${VCARD}Kind`, `${VCARD}hasURL`],
  ])('is refused when the only %s of something lacks %s', async (type, property) => {
    const subject = subjectsOf(type).find((one) => quads.length > without(one, property).length) ?? expect.fail();
    expect(await faults(without(subject, property))).not.toEqual([]);
  });

  it.each([
    [
      'another access right',
      `${DCT}accessRights`,
      namedNode('http://publications.europa.eu/resource/authority/access-right/CONFIDENTIAL'),
    ],
    ['a title without a language', `${DCT}title`, literal('Metingen')],
    [
      'a date without a zone',
      `${DCT}modified`,
      literal('2026-07-01T12:00:00', namedNode('http://www.w3.org/2001/XMLSchema#dateTime')),
    ],
    ['a publisher that is a name', `${DCT}publisher`, literal('Voorbeeldstad')],
  ])('is refused with %s', async (_, property, object) => {
    const changed = quads.map((one) =>
      one.predicate.value === property ? quad(one.subject, one.predicate, object) : one,
    );
    expect(await faults(changed)).not.toEqual([]);
  });
});
