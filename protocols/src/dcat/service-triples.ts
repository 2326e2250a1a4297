import type { ViewDefinition, ViewKind } from '../ldes/view-definition.ts';
import { BY_PAGE } from '../ldes/view-definition.ts';
import { dutch, ldes, rdf } from '../oslo/terms.ts';
import { iri, type Triple, triplesOf } from '../oslo/triple.ts';
import { LDES_EXPLAINED, STREAM_SPECIFICATIONS } from './authorities.ts';
import type { Catalogue, CatalogueApi, CatalogueDataset } from './catalogue.ts';
import type { CatalogueIris } from './catalogue-iris.ts';
import { dcat, dct, foaf } from './catalogue-terms.ts';
import {
  highValueStatements,
  identifier,
  licenceStatements,
  resourceStatements,
  rightsOf,
  type Statement,
} from './resource-statements.ts';

/** What each kind of view is for, in the title of its service. */
const VIEW_PURPOSES: Readonly<Record<ViewKind, string>> = {
  'by-page': 'alles, in volgorde van publicatie',
  'by-time': 'per uur van de resultaattijd',
  'by-location': 'per kaarttegel',
  'by-property': 'per geobserveerd kenmerk',
  'by-datastream': 'per datastroom',
  latest: 'nieuwste waarneming per datastroom',
};

/** The service of one view; the pages of the view say less of it, under the same name. */
export function viewServiceTriples(
  iris: CatalogueIris,
  catalogue: Catalogue,
  dataset: CatalogueDataset,
  { kind, name }: ViewDefinition,
): Triple[] {
  const subject = iris.view(dataset, name);
  const purpose = name === kind ? VIEW_PURPOSES[kind] : `${VIEW_PURPOSES[kind]}: ${name}`;
  return triplesOf(subject, [
    [rdf.type, dcat.DataService],
    ...(kind === BY_PAGE ? ([[rdf.type, ldes.EventSource]] as const) : []),
    identifier(subject),
    [dct.title, dutch(`${dataset.title} (${purpose})`)],
    ...resourceStatements(iris, 'service', dataset),
    ...licenceStatements(catalogue, dataset.contents.licences),
    [dct.rights, rightsOf(iris, dataset)],
    [dcat.endpointURL, iris.root(dataset, name)],
    [dcat.endpointDescription, LDES_EXPLAINED],
    [foaf.page, LDES_EXPLAINED],
    [dcat.servesDataset, iris.stream(dataset)],
    ...STREAM_SPECIFICATIONS.map((specification): Statement => [dct.conformsTo, specification]),
    ...highValueStatements(dataset.highValue),
  ]);
}

/** The service of an interface to all observations: of the catalogue's publisher, under every category of its data. */
export function apiServiceTriples(iris: CatalogueIris, catalogue: Catalogue, api: CatalogueApi): Triple[] {
  const subject = iris.api(api.name);
  const description = iris.below(api.descriptionPath);
  const served = catalogue.datasets.filter(({ kind }) => kind === 'observations');
  const licences = new Set(served.flatMap(({ contents }) => contents.licences));
  const categories = new Set(served.flatMap(({ highValue }) => highValue));
  return triplesOf(subject, [
    [rdf.type, dcat.DataService],
    identifier(subject),
    [dct.title, dutch(api.title)],
    [dct.description, dutch(api.description)],
    ...resourceStatements(iris, 'service', catalogue),
    ...licenceStatements(catalogue, [...licences]),
    [dct.rights, iris.rights],
    [dcat.endpointURL, iris.below(api.endpointPath)],
    [dcat.endpointDescription, description],
    [foaf.page, description],
    ...served.map((dataset): Statement => [dcat.servesDataset, iris.stream(dataset)]),
    ...api.conformsTo.map((standard): Statement => [dct.conformsTo, iri(standard)]),
    ...highValueStatements([...categories]),
  ]);
}
