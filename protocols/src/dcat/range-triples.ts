import { rdf } from '../oslo/terms.ts';
import { type Iri, type Triple, triplesOf } from '../oslo/triple.ts';
import { CODE_LISTS } from './authorities.ts';
import { dcat, dcatap, dct, eli, foaf, mdcat, mdcat2, skos } from './catalogue-terms.ts';

interface Range {
  readonly property: Iri;
  readonly type: Iri;
  /** The code list that the values are from. */
  readonly scheme?: Iri;
}

/** Harvesters look in the document itself for the class and the code list that a profile asks of a value. */
const RANGES: readonly Range[] = [
  { property: dct.accessRights, type: skos.Concept, scheme: CODE_LISTS.accessRight },
  { property: dct.accrualPeriodicity, type: dct.Frequency, scheme: CODE_LISTS.frequency },
  { property: dct.conformsTo, type: dct.Standard },
  { property: dct.format, type: dct.MediaTypeOrExtent },
  { property: dct.format, type: skos.Concept, scheme: CODE_LISTS.fileType },
  { property: dct.language, type: dct.LinguisticSystem },
  { property: dct.license, type: dct.LicenseDocument },
  { property: dct.subject, type: skos.Concept },
  { property: dcat.mediaType, type: dct.MediaType },
  { property: dcat.theme, type: skos.Concept, scheme: CODE_LISTS.dataTheme },
  { property: dcat.themeTaxonomy, type: skos.ConceptScheme },
  { property: mdcat.statuut, type: skos.Concept, scheme: CODE_LISTS.statuut },
  { property: mdcat2.statuut, type: skos.Concept, scheme: CODE_LISTS.statuut },
  { property: dcatap.applicableLegislation, type: eli.LegalResource },
  { property: dcatap.hvdCategory, type: skos.Concept, scheme: CODE_LISTS.highValue },
  { property: foaf.homepage, type: foaf.Document },
  { property: foaf.primaryTopic, type: dcat.Resource },
];
const BY_PROPERTY = Map.groupBy(RANGES, ({ property }) => property.value);

/** What each value of such a property is, once, in the order in which they are met. */
export function rangeTriples(triples: readonly Triple[]): Triple[] {
  const said = new Map<string, Triple>();
  for (const { predicate, object } of triples) {
    if (object.kind !== 'iri') continue;
    for (const { type, scheme } of BY_PROPERTY.get(predicate.value) ?? []) {
      const about = triplesOf(object, [
        [rdf.type, type],
        ...(scheme === undefined ? [] : ([[skos.inScheme, scheme]] as const)),
      ]);
      const aboutScheme = scheme === undefined ? [] : triplesOf(scheme, [[rdf.type, skos.ConceptScheme]]);
      for (const triple of [...about, ...aboutScheme]) said.set(keyOf(triple), triple);
    }
  }
  return [...said.values()];
}

function keyOf({ subject, predicate, object }: Triple): string {
  const values = [subject, predicate, object].map((term) => (term.kind === 'blank' ? term.label : term.value));
  return values.join(' ');
}
