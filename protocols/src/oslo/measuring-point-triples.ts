import type { EntityBody } from './described-entity.ts';
import { lambert2008Geometry, pointGeometry } from './point.ts';
import type { PublishedIris } from './published-iris.ts';
import { heightStatements, type Statements } from './statements.ts';
import { dutch, geo, LINK_DIRECTIONS, rdf, rdfs, sosa, vm } from './terms.ts';
import { iri } from './triple.ts';

type Body<Kind extends EntityBody['kind']> = Extract<EntityBody, { kind: Kind }>;
type PlaceBody = Body<'measuring-point' | 'traffic-measuring-point'>;

/** A measuring point: platform, sample and feature of interest at once (SSN-VL's rule). */
export function measuringPoint(iris: PublishedIris, label: string, body: Body<'measuring-point'>): Statements {
  const place = geometries(label, body);
  const heights = heightStatements(label, body);
  return {
    properties: [
      [rdf.type, sosa.FeatureOfInterest],
      [rdf.type, sosa.SpatialSample],
      [rdf.type, sosa.Platform],
      [rdfs.label, dutch(body.label)],
      ...(body.samples === undefined ? [] : ([[sosa.isSampleOf, iri(iris.sampledFeature(body.samples))]] as const)),
      ...place.properties,
      ...heights.properties,
    ],
    blankNodes: [...place.blankNodes, ...heights.blankNodes],
  };
}

/** One counting direction of a measuring point, in the terms of OSLO Verkeersmetingen. */
export function trafficMeasuringPoint(
  iris: PublishedIris,
  label: string,
  body: Body<'traffic-measuring-point'>,
): Statements {
  const place = geometries(label, body);
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
      ...place.properties,
    ],
    blankNodes: place.blankNodes,
  };
}

function geometries(label: string, { longitude, latitude, lambert2008 }: PlaceBody): Statements {
  const nodes = [
    pointGeometry(`${label}g`, longitude, latitude),
    ...(lambert2008 === undefined ? [] : [lambert2008Geometry(`${label}l`, lambert2008)]),
  ];
  return {
    properties: nodes.map(({ node }) => [geo.hasGeometry, node]),
    blankNodes: nodes.flatMap(({ triples }) => triples),
  };
}
