import { formatInstant } from '../observation/instant.ts';
import { OBSERVED_PROPERTIES } from '../properties/mod.ts';
import type { EntityBody } from './described-entity.ts';
import type { EntityMember } from './member.ts';
import { pointGeometry } from './point.ts';
import type { PublishedIris } from './published-iris.ts';
import {
  dateTime,
  dcat,
  dct,
  decimal,
  duration,
  dutch,
  geo,
  LINK_DIRECTIONS,
  prov,
  qudt,
  rdf,
  rdfs,
  saref,
  schema,
  sosa,
  string,
  unit,
  vm,
} from './terms.ts';
import { blank, type Iri, iri, type Term, type Triple, triplesOf } from './triple.ts';

type Body<Kind extends EntityBody['kind']> = Extract<EntityBody, { kind: Kind }>;

/** What is said of a subject, and the blank nodes that it reaches. */
interface Statements {
  readonly properties: readonly (readonly [Iri, Term])[];
  readonly blankNodes: readonly Triple[];
}

/** The IRI of a member: an entity and its version. */
export function entityVersionIri(iris: PublishedIris, { entity, version }: EntityMember): Iri {
  return iri(`${iris.entity(entity.path)}#${version}`);
}

/** One version of an entity: its own triples and those of its blank nodes. */
export function entityTriples(iris: PublishedIris, member: EntityMember): Triple[] {
  const { properties, blankNodes } = statements(iris, `m${member.ordinal}`, member.entity.body);
  return [
    ...triplesOf(entityVersionIri(iris, member), [
      [dct.isVersionOf, iri(iris.entity(member.entity.path))],
      [prov.generatedAtTime, dateTime(formatInstant(member.generatedMs))],
      ...properties,
    ]),
    ...blankNodes,
  ];
}

function statements(iris: PublishedIris, label: string, body: EntityBody): Statements {
  switch (body.kind) {
    case 'measuring-point':
      return measuringPoint(iris, label, body);
    case 'traffic-measuring-point':
      return trafficMeasuringPoint(iris, label, body);
    case 'datastream':
      return { properties: datastream(iris, body), blankNodes: [] };
    case 'sampled-feature':
      return {
        properties: [
          [rdf.type, sosa.FeatureOfInterest],
          [rdfs.label, dutch(body.label)],
        ],
        blankNodes: [],
      };
    case 'sensor':
      return {
        properties: [
          [rdf.type, sosa.Sensor],
          [saref.hasManufacturer, string(body.manufacturer)],
          [saref.hasModel, string(body.model)],
          [sosa.isHostedBy, iri(iris.measuringPoint(body.hostedBy))],
        ],
        blankNodes: [],
      };
    case 'procedure':
      return { properties: procedure(body), blankNodes: [] };
  }
}

function measuringPoint(iris: PublishedIris, label: string, body: Body<'measuring-point'>): Statements {
  const place = pointGeometry(`${label}g`, body.longitude, body.latitude);
  const heights = [
    height(`${label}h`, 'mounting-height', 'hoogte van de sensor in meter', body.mountingHeightMetres),
    height(`${label}z`, 'local-zero-taw', 'lokaal nulpunt in meter TAW', body.localZeroTawMetres),
  ].filter((triples) => triples.length > 0);
  return {
    properties: [
      [rdf.type, sosa.FeatureOfInterest],
      [rdf.type, sosa.SpatialSample],
      [rdf.type, sosa.Platform],
      [rdfs.label, dutch(body.label)],
      ...(body.samples === undefined ? [] : ([[sosa.isSampleOf, iri(iris.sampledFeature(body.samples))]] as const)),
      [geo.hasGeometry, place.node],
      ...heights.flatMap(([first]) =>
        first === undefined ? [] : [[schema.additionalProperty, first.subject] as const],
      ),
    ],
    blankNodes: [...place.triples, ...heights.flat()],
  };
}

/** Heights are name-and-value pairs: neither OSLO nor SOSA has a term for them. */
function height(label: string, propertyId: string, name: string, metres: string | undefined): Triple[] {
  if (metres === undefined) return [];
  return triplesOf(blank(label), [
    [rdf.type, schema.PropertyValue],
    [schema.propertyID, string(propertyId)],
    [schema.name, dutch(name)],
    [schema.value, decimal(metres)],
    [schema.unitCode, unit.M],
  ]);
}

function trafficMeasuringPoint(iris: PublishedIris, label: string, body: Body<'traffic-measuring-point'>): Statements {
  const place = pointGeometry(`${label}g`, body.longitude, body.latitude);
  const sampled = body.samples === undefined ? undefined : iri(iris.sampledFeature(body.samples));
  return {
    properties: [
      [rdf.type, sosa.FeatureOfInterest],
      [rdf.type, sosa.SpatialSample],
      [rdf.type, vm.Verkeersmeetpunt],
      [rdfs.label, dutch(body.label)],
      ...(sampled === undefined
        ? []
        : ([
            [sosa.isSampleOf, sampled],
            [vm.bemonsterdObject, sampled],
          ] as const)),
      [vm['Verkeersmeetpunt.rijrichting'], LINK_DIRECTIONS[body.direction]],
      [geo.hasGeometry, place.node],
    ],
    blankNodes: place.triples,
  };
}

function procedure(body: Body<'procedure'>): Statements['properties'] {
  const interval = body.intervalSeconds === undefined ? undefined : duration(`PT${body.intervalSeconds}S`);
  return [
    [rdf.type, sosa.ObservingProcedure],
    [rdfs.label, dutch(body.label)],
    ...(interval === undefined ? [] : ([[dcat.temporalResolution, interval]] as const)),
  ];
}

/** SOSA's collection of observations that share feature, property, sensor and procedure is what we call a datastream. */
function datastream(iris: PublishedIris, body: Body<'datastream'>): Statements['properties'] {
  return [
    [rdf.type, sosa.ObservationCollection],
    [sosa.observedProperty, iri(iris.property(body.property))],
    [sosa.hasFeatureOfInterest, iri(iris.measuringPoint(body.measuringPoint, body.direction))],
    [sosa.madeBySensor, iri(iris.sensor(body.sensor))],
    [sosa.usedProcedure, iri(iris.procedure(body.procedure))],
    [qudt.hasUnit, iri(OBSERVED_PROPERTIES[body.property].qudtUnit)],
    licence(body.licence),
    [schema.validFrom, dateTime(formatInstant(body.validFromMs))],
  ];
}

/** `geo:…` and the like are schemes to a URL parser but prefixes to a JSON-LD reader: only web addresses become IRIs. */
function licence(text: string): readonly [Iri, Term] {
  return /^https?:\/\//i.test(text) ? [dct.license, iri(text)] : [dct.rights, string(text)];
}
