import { string } from '../oslo/terms.ts';
import { type Iri, iri, type Term } from '../oslo/triple.ts';
import { contactIri, publisherIri } from './agent-triples.ts';
import {
  GEOGRAPHIC_DATA,
  HIGH_VALUE_REGULATION,
  type HighValueCategory,
  highValueIri,
  OPEN_DATA,
  PUBLIC_ACCESS,
  RESTRICTED_ACCESS,
} from './authorities.ts';
import type { Catalogue, Contact, DatasetAccess, Publisher } from './catalogue.ts';
import type { CatalogueIris } from './catalogue-iris.ts';
import { dcat, dcatap, dct, mdcat, mdcat2 } from './catalogue-terms.ts';

export type Statement = readonly [Iri, Term];

/** An identifier is the IRI itself: harvesters tell records apart by it, so it never changes. */
export function identifier(of: Iri): Statement {
  return [dct.identifier, string(of.value)];
}

/** What is said of every data set and data service. */
export function resourceStatements(
  iris: CatalogueIris,
  kind: keyof typeof OPEN_DATA,
  {
    publisher,
    contact,
    access = 'public',
  }: { readonly publisher: Publisher; readonly contact: Contact; readonly access?: DatasetAccess },
): Statement[] {
  const isOpen = access === 'public';
  const status = isOpen ? OPEN_DATA[kind] : GEOGRAPHIC_DATA;
  return [
    [dct.publisher, publisherIri(iris, publisher)],
    [dcat.contactPoint, contactIri(iris, contact)],
    [dct.accessRights, isOpen ? PUBLIC_ACCESS : RESTRICTED_ACCESS],
    [mdcat.statuut, status],
    [mdcat2.statuut, status],
  ];
}

/**
 * The licence that all datastreams name, or the catalogue's when none is there. Where they differ none is said: each
 * datastream says its own, and the rights of the whole are those of its parts.
 */
export function licenceStatements(catalogue: Pick<Catalogue, 'licence'>, named: readonly string[]): Statement[] {
  if (named.length > 1) return [];
  return [[dct.license, iri(named[0] ?? catalogue.licence)]];
}

/** What people may do with the data, in words. */
export function rightsOf(iris: CatalogueIris, { access }: { readonly access: DatasetAccess }): Iri {
  return access === 'public' ? iris.rights : iris.restrictedRights;
}

export function highValueStatements(categories: readonly HighValueCategory[]): Statement[] {
  if (categories.length === 0) return [];
  return [
    [dcatap.applicableLegislation, HIGH_VALUE_REGULATION],
    ...categories.map((category): Statement => [dcatap.hvdCategory, highValueIri(category)]),
  ];
}

/** A distribution says the law alone. */
export function legislationStatements(categories: readonly HighValueCategory[]): Statement[] {
  return categories.length === 0 ? [] : [[dcatap.applicableLegislation, HIGH_VALUE_REGULATION]];
}
