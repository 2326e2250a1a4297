import { type NodeShape, one, type PropertyShape, type ValueShape } from '../oslo/shape.ts';
import { rdf, xsd } from '../oslo/terms.ts';
import type { Iri } from '../oslo/triple.ts';
import { HIGH_VALUE_REGULATION, PUBLIC_ACCESS, RESTRICTED_ACCESS } from './authorities.ts';
import { dcat, dcatap, dct, foaf, mdcat, mdcat2, vcard } from './catalogue-terms.ts';

type Named = NodeShape & { readonly name: string };

const TEXT: ValueShape = { kind: 'literal', datatype: rdf.langString, pattern: '\\S' };
const IDENTIFIER: ValueShape = { kind: 'literal', datatype: xsd.string, pattern: '^https?://' };
const DATE_TIME: ValueShape = { kind: 'literal', datatype: xsd.dateTime, pattern: 'Z$' };
const ANY_IRI: ValueShape = { kind: 'iri' };
const IN_LAW: ValueShape = { kind: 'iri', among: [HIGH_VALUE_REGULATION] };

function some(path: Iri, value: ValueShape): PropertyShape {
  return { path, min: 1, value };
}

/** A shape of nodes of a class, wherever they are in the document. */
function shapeOf(name: string, type: Iri, properties: readonly PropertyShape[]): Named {
  return { name, targets: { classes: [type] }, types: { required: [type] }, properties };
}

const PUBLISHER: Named = {
  name: 'catalogue-publisher',
  types: { required: [dct.Agent] },
  properties: [some(foaf.name, TEXT)],
};

/** Reachable by mail, by a page or both. */
const CONTACT: Named = {
  name: 'catalogue-contact',
  types: { required: [vcard.Kind] },
  properties: [],
  oneOf: [vcard.hasEmail, vcard.hasURL].map((way) => ({ types: { required: [] }, properties: [some(way, ANY_IRI)] })),
};

/** Of a catalogue and of everything in it. */
const ACCOUNTABLE: readonly PropertyShape[] = [
  one(dct.identifier, IDENTIFIER),
  one(dct.publisher, { kind: 'iri', shape: PUBLISHER }),
  one(dcat.contactPoint, { kind: 'iri', shape: CONTACT }),
  some(dct.title, TEXT),
];

/** Of data sets and services: 2.0 asks for a status, in a namespace that 3.0 moved. */
const PUBLISHED: readonly PropertyShape[] = [
  ...ACCOUNTABLE,
  one(dct.accessRights, { kind: 'iri', among: [PUBLIC_ACCESS, RESTRICTED_ACCESS] }),
  some(mdcat.statuut, ANY_IRI),
  some(mdcat2.statuut, ANY_IRI),
];

const DISTRIBUTION = shapeOf('catalogue-distribution', dcat.Distribution, [
  one(dct.identifier, IDENTIFIER),
  one(dcat.accessURL, ANY_IRI),
  some(dcat.downloadURL, ANY_IRI),
  one(dct.license, ANY_IRI),
]);

const SERVICE = shapeOf('catalogue-service', dcat.DataService, [
  ...PUBLISHED,
  one(dcat.endpointURL, ANY_IRI),
  one(dcat.endpointDescription, ANY_IRI),
  some(dcat.servesDataset, ANY_IRI),
  one(dct.license, ANY_IRI),
]);

const DATASET = shapeOf('catalogue-dataset', dcat.Dataset, [
  ...PUBLISHED,
  some(dct.description, TEXT),
  some(dcat.theme, ANY_IRI),
  some(dcat.distribution, { kind: 'iri', shape: DISTRIBUTION }),
]);

const RECORD = shapeOf('catalogue-record', dcat.CatalogRecord, [
  one(dct.identifier, IDENTIFIER),
  one(dct.modified, DATE_TIME),
  one(foaf.primaryTopic, ANY_IRI),
]);

const CATALOGUE = shapeOf('catalogue', dcat.Catalog, [
  ...ACCOUNTABLE,
  some(dct.description, TEXT),
  one(dct.license, ANY_IRI),
  some(dcat.dataset, { kind: 'iri', shape: DATASET }),
  some(dcat.service, { kind: 'iri', shape: SERVICE }),
]);

/** What DCAT-AP asks of data of high value, whichever of its two marks is there. */
const HIGH_VALUE: Named = {
  name: 'catalogue-high-value',
  targets: { subjectsOf: [dcatap.hvdCategory, dcatap.applicableLegislation] },
  types: { required: [] },
  properties: [some(dcatap.applicableLegislation, IN_LAW)],
  oneOf: [
    { types: { required: [dcat.Distribution] }, properties: [] },
    {
      types: { required: [dcat.Dataset] },
      properties: [
        some(dcatap.hvdCategory, ANY_IRI),
        some(dcat.distribution, {
          kind: 'iri',
          shape: { types: { required: [dcat.Distribution] }, properties: [some(dcatap.applicableLegislation, IN_LAW)] },
        }),
      ],
    },
    {
      types: { required: [dcat.DataService] },
      properties: [some(dcatap.hvdCategory, ANY_IRI), some(foaf.page, ANY_IRI)],
    },
  ],
};

/**
 * What DCAT-AP-VL 3.0 makes mandatory, with the extras of 2.0 and of European data of high value, by the name that each
 * is published under. Validators find the nodes by their classes, so a document is validated as a whole.
 */
export const CATALOGUE_SHAPES: ReadonlyMap<string, NodeShape> = new Map(
  [CATALOGUE, DATASET, DISTRIBUTION, SERVICE, RECORD, PUBLISHER, CONTACT, HIGH_VALUE].map((shape) => [
    shape.name,
    shape,
  ]),
);
