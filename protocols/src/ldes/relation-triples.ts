import { splitDatastreamKey } from '../observation/datastream-key.ts';
import { type EpochMs, formatInstant } from '../observation/instant.ts';
import { type Direction, propertyIri as iriOfProperty, organisationIris } from '../observation/iris.ts';
import { crs84Wkt } from '../oslo/point.ts';
import { dateTime, geo, rdf, sosa, tree } from '../oslo/terms.ts';
import { blank, type Iri, iri, type Term, type Triple, triplesOf } from '../oslo/triple.ts';
import { OBSERVED_PROPERTIES, type PropertyKey } from '../properties/catalogue.ts';
import type { ChildRelation } from './child-relation.ts';
import { tilePolygon } from './map-tile.ts';
import type { StreamInfo } from './page-document.ts';
import { streamPaths } from './stream-context.ts';

/** What is compared with what; without a path the child is linked and nothing is said of it. */
interface Comparison {
  /** Told apart from the others of the same child. */
  readonly label: string;
  readonly type: Iri;
  /** A predicate of the member, or several to follow one after the other. */
  readonly path?: Iri | readonly Iri[];
  readonly value?: Term;
}

export interface RelationTriples {
  /** The relations, as objects of `tree:relation`. */
  readonly nodes: readonly Term[];
  readonly triples: readonly Triple[];
  /** The predicates that are compared; a path of several is a node with triples of its own and is not among them. */
  readonly predicates: readonly Iri[];
}

type RelatedStream = Pick<StreamInfo, 'organisation' | 'kind' | 'terms'>;

/** @param label begins the labels of the relation's blank nodes: one child's own in the document */
export function relationTriples(
  publicBaseUrl: string,
  stream: RelatedStream,
  label: string,
  target: Iri,
  relations: readonly ChildRelation[],
): RelationTriples {
  const comparisons = relations.flatMap((relation) => comparisonsOf(publicBaseUrl, stream, relation));
  const each = comparisons.map(({ label: suffix, type, path, value }) => {
    const node = blank(`${label}${suffix}`);
    const pathTerm = path === undefined ? undefined : pathTerms(`${label}${suffix}p`, path);
    return {
      node,
      triples: [
        ...triplesOf(node, [
          [rdf.type, type],
          [tree.node, target],
          ...(pathTerm === undefined ? [] : ([[tree.path, pathTerm.term]] as const)),
          ...(value === undefined ? [] : ([[tree.value, value]] as const)),
        ]),
        ...(pathTerm?.triples ?? []),
      ],
    };
  });
  return {
    nodes: each.map(({ node }) => node),
    triples: each.flatMap(({ triples }) => triples),
    predicates: comparisons.flatMap(({ path }) => (path !== undefined && 'kind' in path ? [path] : [])),
  };
}

function comparisonsOf(publicBaseUrl: string, stream: RelatedStream, relation: ChildRelation): Comparison[] {
  switch (relation.kind) {
    case 'stamps':
      return bounds('f', 'u', streamPaths(stream).timestamp, relation);
    case 'result-time':
      return bounds('b', 'e', sosa.resultTime, relation);
    case 'tile':
      return [
        {
          label: 't',
          type: tree.GeospatiallyContainsRelation,
          path: [geo.hasGeometry, geo.asWKT],
          value: crs84Wkt(tilePolygon(relation.tile)),
        },
      ];
    case 'property':
      return [equal('p', sosa.observedProperty, propertyIri(publicBaseUrl, relation.property))];
    case 'datastream':
      return datastreamComparisons(publicBaseUrl, relation.organisation ?? stream.organisation, relation);
    case 'plain':
      return [{ label: 'n', type: tree.Relation }];
  }
}

function bounds(
  fromLabel: string,
  untilLabel: string,
  path: Iri,
  { fromMs, untilMs }: { readonly fromMs: EpochMs; readonly untilMs?: EpochMs },
): Comparison[] {
  const stamp = (ms: EpochMs) => dateTime(formatInstant(ms));
  return [
    { label: fromLabel, type: tree.GreaterThanOrEqualToRelation, path, value: stamp(fromMs) },
    ...(untilMs === undefined ? [] : [{ label: untilLabel, type: tree.LessThanRelation, path, value: stamp(untilMs) }]),
  ];
}

function equal(label: string, path: Iri, value: string): Comparison {
  return { label, type: tree.EqualToRelation, path, value: iri(value) };
}

/** No member names its datastream: the four things that make one are compared, and all of them must be equal. */
function datastreamComparisons(
  publicBaseUrl: string,
  organisation: string,
  { datastream, property }: Extract<ChildRelation, { kind: 'datastream' }>,
): Comparison[] {
  const iris = organisationIris(publicBaseUrl, organisation);
  const { feature, sensor, procedure } = splitDatastreamKey(datastream);
  const [point = '', direction] = feature.split('_');
  return [
    equal('o', sosa.hasFeatureOfInterest, iris.measuringPoint(point, direction as Direction | undefined)),
    equal('s', sosa.madeBySensor, iris.sensor(sensor)),
    equal('p', sosa.observedProperty, propertyIri(publicBaseUrl, property)),
    equal('m', sosa.usedProcedure, iris.procedure(procedure)),
  ];
}

function propertyIri(publicBaseUrl: string, property: PropertyKey): string {
  return iriOfProperty(publicBaseUrl, OBSERVED_PROPERTIES[property].path);
}

/** A path of several predicates is a list, in blank nodes of its own. */
function pathTerms(label: string, path: Iri | readonly Iri[]): { readonly term: Term; readonly triples: Triple[] } {
  if ('kind' in path) return { term: path, triples: [] };
  const nodes = path.map((_, index) => blank(`${label}${index}`));
  return {
    term: nodes[0] ?? rdf.nil,
    triples: nodes.flatMap((node, index) =>
      triplesOf(node, [
        [rdf.first, path[index] as Iri],
        [rdf.rest, nodes[index + 1] ?? rdf.nil],
      ]),
    ),
  };
}
