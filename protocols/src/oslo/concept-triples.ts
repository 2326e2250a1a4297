import { formatDecimal } from '../observation/decimal.ts';
import type { Text } from '../properties/mod.ts';
import { dc, dct, decimal, dqv, dutch, english, qudt, rdf, schema, skos, sosa, string, vm, xsd } from './terms.ts';
import { type Iri, iri, type Term, type Triple, triplesOf } from './triple.ts';
import {
  type Concept,
  type ConceptScheme,
  characteristicTypeIri,
  type PropertyConcept,
  roadUserIri,
  themePath,
  vehicleTypeIri,
} from './vocabulary.ts';

type Statement = readonly [Iri, Term];

/** A scheme and all that it holds: what its IRI dereferences to. */
export function conceptSchemeTriples(publicBaseUrl: string, scheme: ConceptScheme): Triple[] {
  const { path, title, description, concepts } = scheme;
  return [
    ...triplesOf(idIri(publicBaseUrl, path), [
      [rdf.type, skos.ConceptScheme],
      ...inBothLanguages(dct.title, title),
      ...inBothLanguages(dct.description, description),
      ...concepts.map((concept): Statement => [skos.hasTopConcept, idIri(publicBaseUrl, concept.path)]),
    ]),
    ...concepts.flatMap((concept) => conceptTriples(publicBaseUrl, scheme, concept)),
  ];
}

/** What is said of one concept. An observed property of traffic is a characteristic of OSLO Verkeersmetingen too. */
export function conceptTriples(publicBaseUrl: string, scheme: ConceptScheme, concept: Concept): Triple[] {
  return triplesOf(idIri(publicBaseUrl, concept.path), [
    [rdf.type, skos.Concept],
    ...inBothLanguages(skos.prefLabel, concept.label),
    ...inBothLanguages(skos.definition, concept.definition),
    [skos.inScheme, idIri(publicBaseUrl, scheme.path)],
    [skos.topConceptOf, idIri(publicBaseUrl, scheme.path)],
    ...ofItsKind(publicBaseUrl, concept),
  ]);
}

function idIri(publicBaseUrl: string, path: string): Iri {
  return iri(`${publicBaseUrl}/id/${path}`);
}

function inBothLanguages(predicate: Iri, text: Text): Statement[] {
  return [
    [predicate, dutch(text.nl)],
    [predicate, english(text.en)],
  ];
}

function ofItsKind(publicBaseUrl: string, concept: Concept): Statement[] {
  switch (concept.kind) {
    case 'property':
      return ofProperty(publicBaseUrl, concept);
    case 'theme':
      return [[skos.notation, string(concept.theme)]];
    case 'road-user':
      return [[skos.broadMatch, iri(vehicleTypeIri(concept.roadUser.vehicleType))]];
    case 'quality':
      return [
        [rdf.type, dqv.Metric],
        [skos.notation, string(concept.flag)],
        [dqv.expectedDataType, xsd.boolean],
      ];
    case 'gap-metric':
      return [
        [rdf.type, dqv.Metric],
        [dqv.expectedDataType, xsd.integer],
      ];
    case 'gap-reason':
      return [[skos.notation, string(concept.reason)]];
  }
}

function ofProperty(publicBaseUrl: string, { property }: PropertyConcept): Statement[] {
  const { key, theme, quantityKind, qudtUnit, range, resolution, matches, verticalDatum, traffic } = property;
  return [
    [rdf.type, sosa.Property],
    [skos.notation, string(key)],
    [dct.subject, idIri(publicBaseUrl, themePath(theme))],
    [qudt.hasQuantityKind, iri(quantityKind)],
    [qudt.hasUnit, iri(qudtUnit)],
    [schema.minValue, decimal(formatDecimal(range.min))],
    [schema.maxValue, decimal(formatDecimal(range.max))],
    [schema.stepValue, decimal(formatDecimal(resolution))],
    ...matches.map(([relation, other]): Statement => [skos[relation], iri(other)]),
    ...(verticalDatum === undefined ? [] : [[dct.conformsTo, iri(verticalDatum)] as const]),
    ...(traffic === undefined
      ? []
      : ([
          [rdf.type, vm.Verkeerskenmerk],
          [dc.type, iri(characteristicTypeIri(traffic.type))],
          [vm.voertuigType, iri(roadUserIri(publicBaseUrl, traffic.roadUser))],
        ] as const)),
  ];
}
