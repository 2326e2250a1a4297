import { rdf } from '../oslo/terms.ts';
import { type Iri, type Triple, triplesOf } from '../oslo/triple.ts';
import { dcat, dcatap, dct, eli, foaf, mdcat, mdcat2, skos } from './catalogue-terms.ts';

/** Harvesters look in the document itself for the class that a profile asks of a value. */
const RANGES: readonly (readonly [Iri, Iri])[] = [
  [dct.accessRights, skos.Concept],
  [dct.accrualPeriodicity, dct.Frequency],
  [dct.conformsTo, dct.Standard],
  [dct.format, dct.MediaTypeOrExtent],
  [dct.language, dct.LinguisticSystem],
  [dct.license, dct.LicenseDocument],
  [dct.subject, skos.Concept],
  [dcat.mediaType, dct.MediaType],
  [dcat.theme, skos.Concept],
  [dcat.themeTaxonomy, skos.ConceptScheme],
  [mdcat.statuut, skos.Concept],
  [mdcat2.statuut, skos.Concept],
  [dcatap.applicableLegislation, eli.LegalResource],
  [dcatap.hvdCategory, skos.Concept],
  [foaf.homepage, foaf.Document],
];
const RANGE_BY_PROPERTY = new Map(RANGES.map(([property, range]) => [property.value, range]));

/** The class of each value of such a property, once, in the order in which they are met. */
export function rangeTriples(triples: readonly Triple[]): Triple[] {
  const classes = new Map<string, Triple[]>();
  for (const { predicate, object } of triples) {
    const range = RANGE_BY_PROPERTY.get(predicate.value);
    if (range === undefined || object.kind !== 'iri') continue;
    classes.set(`${object.value} ${range.value}`, triplesOf(object, [[rdf.type, range]]));
  }
  return [...classes.values()].flat();
}
