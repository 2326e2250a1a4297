import { formatInstant } from '../observation/instant.ts';
import { OBSERVED_PROPERTIES } from '../properties/mod.ts';
import type { EntityBody } from './described-entity.ts';
import type { PublishedIris } from './published-iris.ts';
import { heightStatements, type Statements } from './statements.ts';
import { dateTime, dcat, dct, prov, qudt, rdf, schema, sosa, string, vcard } from './terms.ts';
import { blank, type Iri, iri, type Term, triplesOf } from './triple.ts';

type DatastreamBody = Extract<EntityBody, { kind: 'datastream' }>;

/**
 * SOSA's collection of observations that share feature, property, sensor and procedure is what we call a datastream.
 * Height, datum and inputs stand here and not on the measuring point or the procedure, which other datastreams share.
 */
export function datastream(iris: PublishedIris, label: string, body: DatastreamBody): Statements {
  const heights = heightStatements(label, body);
  const contact = contactStatements(`${label}c`, body.contact);
  return {
    properties: [
      [rdf.type, sosa.ObservationCollection],
      [sosa.observedProperty, iri(iris.property(body.property))],
      [sosa.hasFeatureOfInterest, iri(iris.measuringPoint(body.measuringPoint, body.direction))],
      [sosa.madeBySensor, iri(iris.sensor(body.sensor))],
      [sosa.usedProcedure, iri(iris.procedure(body.procedure))],
      [qudt.hasUnit, iri(OBSERVED_PROPERTIES[body.property].qudtUnit)],
      licence(body.licence),
      [schema.validFrom, dateTime(formatInstant(body.validFromMs))],
      ...heights.properties,
      ...(body.verticalDatum === undefined ? [] : ([[dct.conformsTo, iri(body.verticalDatum)]] as const)),
      ...(body.derivedFrom ?? []).map((key) => [prov.wasDerivedFrom, iri(iris.datastream(key))] as const),
      ...contact.properties,
    ],
    blankNodes: [...heights.blankNodes, ...contact.blankNodes],
  };
}

/** `geo:…` and the like are schemes to a URL parser but prefixes to a JSON-LD reader: only web addresses become IRIs. */
function licence(text: string): readonly [Iri, Term] {
  return /^https?:\/\//i.test(text) ? [dct.license, iri(text)] : [dct.rights, string(text)];
}

function contactStatements(label: string, contact: DatastreamBody['contact']): Statements {
  if (contact === undefined) return { properties: [], blankNodes: [] };
  const node = blank(label);
  return {
    properties: [[dcat.contactPoint, node]],
    blankNodes: triplesOf(node, [
      [rdf.type, vcard.Kind],
      [vcard.fn, string(contact.name)],
      ...(contact.email === undefined ? [] : ([[vcard.hasEmail, iri(`mailto:${contact.email}`)]] as const)),
      ...(contact.page === undefined ? [] : ([[vcard.hasURL, iri(contact.page)]] as const)),
    ]),
  };
}
