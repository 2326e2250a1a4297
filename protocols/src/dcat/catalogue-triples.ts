import { formatInstant } from '../observation/instant.ts';
import { dateTime, dutch, rdf, rdfs } from '../oslo/terms.ts';
import { type Iri, iri, type Triple, triplesOf } from '../oslo/triple.ts';
import { contactIri, contactTriples, publisherIri, publisherTriples } from './agent-triples.ts';
import { CODE_LISTS, DCAT_AP_VL, languageIri } from './authorities.ts';
import type { Catalogue } from './catalogue.ts';
import { type CatalogueIris, catalogueIris } from './catalogue-iris.ts';
import { dcat, dct, foaf } from './catalogue-terms.ts';
import { datasetTriples } from './dataset-triples.ts';
import { rangeTriples } from './range-triples.ts';
import { identifier, type Statement } from './resource-statements.ts';
import { apiServiceTriples, viewServiceTriples } from './service-triples.ts';

/** The catalogue as DCAT-AP-VL 3.0, with what 2.0 asked beyond it: one graph, the catalogue's own statements first. */
export function catalogueTriples(catalogue: Catalogue): Triple[] {
  const iris = catalogueIris(catalogue.publicBaseUrl);
  const said = [
    ...ownTriples(iris, catalogue),
    ...catalogue.datasets.flatMap((dataset, index) => [
      ...datasetTriples(iris, catalogue, dataset, `d${index}`),
      ...dataset.views.flatMap((view) => viewServiceTriples(iris, catalogue, dataset, view)),
    ]),
    ...catalogue.apis.flatMap((api) => apiServiceTriples(iris, catalogue, api)),
    ...agentTriples(iris, catalogue),
  ];
  return [...said, ...rangeTriples(said)];
}

/** The newest stamp of anything in it; undefined while nothing was published. */
export function catalogueModifiedMs({ datasets }: Pick<Catalogue, 'datasets'>): number | undefined {
  const stamps = datasets.flatMap(({ contents }) => contents.modifiedMs ?? []);
  return stamps.length === 0 ? undefined : stamps.reduce((newest, stamp) => Math.max(newest, stamp));
}

function ownTriples(iris: CatalogueIris, catalogue: Catalogue): Triple[] {
  const { title, description, publisher, contact, licence, languages, datasets, apis, rights } = catalogue;
  const modifiedMs = catalogueModifiedMs(catalogue);
  return [
    ...triplesOf(iris.catalogue, [
      [rdf.type, dcat.Catalog],
      identifier(iris.catalogue),
      [dct.title, dutch(title)],
      [dct.description, dutch(description)],
      [dct.publisher, publisherIri(iris, publisher)],
      [dcat.contactPoint, contactIri(iris, contact)],
      [dct.license, iri(licence)],
      [dct.rights, iris.rights],
      ...languages.map((language): Statement => [dct.language, languageIri(language)]),
      ...(modifiedMs === undefined ? [] : ([[dct.modified, dateTime(formatInstant(modifiedMs))]] as const)),
      [dct.conformsTo, DCAT_AP_VL],
      [dcat.themeTaxonomy, CODE_LISTS.dataTheme],
      [foaf.homepage, iris.home],
      ...datasets.map((dataset): Statement => [dcat.dataset, iris.stream(dataset)]),
      ...datasets.flatMap((dataset) =>
        dataset.views.map(({ name }): Statement => [dcat.service, iris.view(dataset, name)]),
      ),
      ...apis.map(({ name }): Statement => [dcat.service, iris.api(name)]),
      ...datasets
        .filter(({ contents }) => contents.modifiedMs !== undefined)
        .map((dataset): Statement => [dcat.record, iris.record(dataset)]),
    ]),
    ...triplesOf(iris.rights, [
      [rdf.type, dct.RightsStatement],
      [rdfs.label, dutch(rights)],
    ]),
    ...(datasets.every(({ access }) => access === 'public')
      ? []
      : triplesOf(iris.restrictedRights, [
          [rdf.type, dct.RightsStatement],
          [rdfs.label, dutch(ON_REQUEST)],
        ])),
  ];
}

const ON_REQUEST =
  'Op aanvraag bij het contactpunt. Wie toegang krijgt, stuurt een sleutel in de header X-API-KEY of een OAuth2-token (Bearer) in de header Authorization.';

/** Each publisher and contact once. */
function agentTriples(iris: CatalogueIris, catalogue: Catalogue): Triple[] {
  const agents = new Map<string, Triple[]>();
  const add = (name: Iri, triples: Triple[]) => agents.set(name.value, agents.get(name.value) ?? triples);
  for (const { publisher, contact } of [catalogue, ...catalogue.datasets]) {
    add(publisherIri(iris, publisher), publisherTriples(iris, publisher));
    add(contactIri(iris, contact), contactTriples(iris, contact));
  }
  return [...agents.values()].flat();
}
