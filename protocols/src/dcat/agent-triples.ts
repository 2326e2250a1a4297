import { dutch, rdf, string } from '../oslo/terms.ts';
import { type Iri, iri, type Triple, triplesOf } from '../oslo/triple.ts';
import { publisherTypeIri } from './authorities.ts';
import type { Contact, Publisher } from './catalogue.ts';
import type { CatalogueIris } from './catalogue-iris.ts';
import { dct, foaf, vcard } from './catalogue-terms.ts';

export function publisherIri(iris: CatalogueIris, publisher: Publisher): Iri {
  return publisher.iri === undefined ? iris.publisher(publisher.organisation) : iri(publisher.iri);
}

export function contactIri(iris: CatalogueIris, contact: Contact): Iri {
  return iris.contact(contact.organisation);
}

/** DCAT-AP-VL calls it dct:Agent, DCAT-AP foaf:Agent. */
export function publisherTriples(iris: CatalogueIris, publisher: Publisher): Triple[] {
  const { name, type } = publisher;
  return triplesOf(publisherIri(iris, publisher), [
    [rdf.type, dct.Agent],
    [rdf.type, foaf.Agent],
    [foaf.name, dutch(name)],
    ...(type === undefined ? [] : ([[dct.type, publisherTypeIri(type)]] as const)),
  ]);
}

export function contactTriples(iris: CatalogueIris, contact: Contact): Triple[] {
  const { name, email, page } = contact;
  return triplesOf(contactIri(iris, contact), [
    [rdf.type, vcard.Kind],
    [vcard.fn, string(name)],
    ...(email === undefined ? [] : ([[vcard.hasEmail, iri(`mailto:${email}`)]] as const)),
    ...(page === undefined ? [] : ([[vcard.hasURL, iri(page)]] as const)),
  ]);
}
