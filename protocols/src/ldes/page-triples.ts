import { formatInstant } from '../observation/instant.ts';
import type { PublishedIris } from '../oslo/published-iris.ts';
import {
  boolean,
  dateTime,
  dcat,
  dct,
  duration,
  dutch,
  integer,
  LDES_SPECIFICATION,
  ldes,
  prov,
  rdf,
  sh,
  tree,
  xsd,
} from '../oslo/terms.ts';
import { blank, type Iri, iri, type Term, type Triple, triplesOf } from '../oslo/triple.ts';
import type { ChildLink, PageDocument, StreamInfo, ViewInfo } from './page-document.ts';
import { nodePath, ROOT, type TreeNode } from './tree.ts';

export function streamIri(iris: PublishedIris, stream: StreamInfo): Iri {
  return iri(iris.stream(stream.name));
}

/** The IRI of a node, which is also the only URL that it answers at. */
export function nodeIri(iris: PublishedIris, stream: StreamInfo, view: ViewInfo, node: TreeNode): Iri {
  const root = `${iris.stream(stream.name)}/${view.name}`;
  return iri(node === ROOT ? root : `${root}/${nodePath(node)}`);
}

/** The hypermedia of a node: itself, its relations, and of its stream what a reader needs to know there. */
export function pageTriples(iris: PublishedIris, page: PageDocument): Triple[] {
  const { stream, view } = page;
  const subject = nodeIri(iris, stream, view, page.node);
  const relations = page.children.map((child, index) =>
    relationTriples(`r${index}`, nodeIri(iris, stream, view, child.node), child),
  );
  const isRoot = page.node === ROOT;
  return [
    ...triplesOf(subject, [
      [rdf.type, tree.Node],
      ...(isRoot ? [] : ([[dct.isPartOf, streamIri(iris, stream)]] as const)),
      ...(page.immutable ? ([[ldes.immutable, boolean(true)]] as const) : []),
      ...relations.flatMap(({ nodes }) => nodes.map((node) => [tree.relation, node] as const)),
    ]),
    ...relations.flatMap(({ triples }) => triples),
    ...(isRoot
      ? streamContextTriples(iris, stream, view)
      : triplesOf(streamIri(iris, stream), [[rdf.type, ldes.EventStream]])),
  ];
}

/** One relation a bound: all stamps below the child are `fromMs` or later and, once it is full, before `untilMs`. */
function relationTriples(
  label: string,
  target: Iri,
  { fromMs, untilMs }: ChildLink,
): { nodes: Term[]; triples: Triple[] } {
  const bounds = [
    { node: blank(`${label}f`), type: tree.GreaterThanOrEqualToRelation, ms: fromMs },
    ...(untilMs === undefined ? [] : [{ node: blank(`${label}u`), type: tree.LessThanRelation, ms: untilMs }]),
  ];
  return {
    nodes: bounds.map(({ node }) => node),
    triples: bounds.flatMap(({ node, type, ms }) =>
      triplesOf(node, [
        [rdf.type, type],
        [tree.node, target],
        [tree.path, prov.generatedAtTime],
        [tree.value, dateTime(formatInstant(ms))],
      ]),
    ),
  };
}

/** What a reader must know of a stream before its first page: how it is ordered and versioned, its shape and its view. */
export function streamContextTriples(iris: PublishedIris, stream: StreamInfo, view: ViewInfo): Triple[] {
  const subject = streamIri(iris, stream);
  const shape = iri(`${subject.value}#shape`);
  const root = nodeIri(iris, stream, view, ROOT);
  return [
    ...triplesOf(subject, [
      [rdf.type, ldes.EventStream],
      [rdf.type, dcat.Dataset],
      [dct.title, dutch(stream.title)],
      [ldes.timestampPath, prov.generatedAtTime],
      [ldes.versionOfPath, dct.isVersionOf],
      [ldes.pollingInterval, integer(stream.pollingIntervalSeconds)],
      [tree.shape, shape],
      [tree.view, root],
    ]),
    ...shapeTriples(shape),
    ...viewDescriptionTriples(subject, root, view),
  ];
}

/** Only what every member has: ldes-client fetches a member that lacks a required path from its own IRI, and drops it. */
function shapeTriples(shape: Iri): Triple[] {
  const stamp = blank('sg');
  const versionOf = blank('sv');
  return [
    ...triplesOf(shape, [
      [rdf.type, sh.NodeShape],
      [sh.property, stamp],
      [sh.property, versionOf],
    ]),
    ...triplesOf(stamp, [
      [sh.path, prov.generatedAtTime],
      [sh.minCount, integer(1)],
      [sh.maxCount, integer(1)],
      [sh.datatype, xsd.dateTime],
    ]),
    ...triplesOf(versionOf, [
      [sh.path, dct.isVersionOf],
      [sh.minCount, integer(1)],
      [sh.maxCount, integer(1)],
      [sh.nodeKind, sh.IRI],
    ]),
  ];
}

/** Retention is said in the terms of LDES 1.0 and in those of older readers, in one policy. */
function viewDescriptionTriples(stream: Iri, root: Iri, { fullLogDays }: ViewInfo): Triple[] {
  const description = iri(`${root.value}#description`);
  const policy = blank('vr');
  const kept = fullLogDays === undefined ? undefined : duration(`P${fullLogDays}D`);
  return [
    ...triplesOf(root, [[tree.viewDescription, description]]),
    ...triplesOf(description, [
      [rdf.type, ldes.EventSource],
      [rdf.type, dcat.DataService],
      [dcat.endpointURL, root],
      [dcat.servesDataset, stream],
      [dct.conformsTo, LDES_SPECIFICATION],
      ...(kept === undefined ? [] : ([[ldes.retentionPolicy, policy]] as const)),
    ]),
    ...(kept === undefined
      ? []
      : triplesOf(policy, [
          [rdf.type, ldes.DurationAgoPolicy],
          [tree.value, kept],
          [ldes.fullLogDuration, kept],
        ])),
  ];
}
