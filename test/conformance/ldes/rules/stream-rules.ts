import type { Term } from 'n3';
import { keyOf } from '../crawl/graph.ts';
import type { Page } from '../crawl/page.ts';
import { LDES, SHACL, TREE, XSD } from '../crawl/terms.ts';
import type { Visit } from '../crawl/visit.ts';
import { judgeEach, membersOf, type PlacedMember, type Rule, readablePages, unless, type Verdict } from '../rule.ts';
import { rootGraph, saidOfStream, streamPath } from './stream-facts.ts';
import { hasZone, isDateTime, isInteger, isIri } from './term-checks.ts';

const PATHS = [
  ...['timestampPath', 'sequencePath', 'versionOfPath', 'versionTimestampPath', 'versionSequencePath'],
  ...['versionCreatePath', 'versionUpdatePath', 'versionDeletePath', 'transactionPath', 'transactionFinalizedPath'],
];
const OTHERS = [
  ...['pollingInterval', 'versionCreateObject', 'versionUpdateObject', 'versionDeleteObject'],
  ...['transactionFinalizedObject', 'versionMaterializationOf', 'versionMaterializationUntil'],
];

/** A rule about what a path of the stream leads to from each member. */
function onPathOfMembers(term: string, faultsOf: (values: readonly Term[]) => string | undefined): Rule['check'] {
  return async (server): Promise<Verdict> => {
    const visit = await server.first();
    const path = streamPath(visit, term);
    if (path === undefined) return 'not applicable';
    return judgeEach(membersOf(visit), ({ member, page }: PlacedMember) => {
      const fault = faultsOf(member.graph.follow(member.key, path));
      return fault === undefined ? [] : [`${member.key} on ${page.url} ${fault}`];
    });
  };
}

const COMPARABLE =
  /#(?:integer|decimal|double|float|long|int|dateTime|date|string|nonNegativeInteger|positiveInteger)$/;

async function asStream(check: (visit: Visit) => Verdict, server: Parameters<Rule['check']>[0]): Promise<Verdict> {
  return check(await server.first());
}

/** Section 2: the stream and what it says of itself. */
export const STREAM_RULES: readonly Rule[] = [
  {
    name: 'the stream is typed ldes:EventStream on the page of the root node',
    section: '2',
    level: 'must',
    check: (server) =>
      asStream(
        (visit) =>
          unless(
            rootGraph(visit).hasType(visit.stream, `${LDES}EventStream`),
            `${visit.root} does not say that ${visit.stream} is an ldes:EventStream`,
          ),
        server,
      ),
  },
  {
    name: 'the stream links to its root node with tree:view, and that answers with RDF',
    section: '2',
    level: 'must',
    check: (server) =>
      asStream(
        (visit) => [
          ...unless(
            rootGraph(visit)
              .objects(visit.stream, `${TREE}view`)
              .some(({ value }) => value === visit.root),
            `the root ${visit.root} does not say that it is the view of ${visit.stream}`,
          ),
          ...[...visit.pages.values()]
            .slice(0, 1)
            .flatMap(({ url, document }) => unless(document.unreadable === undefined, `${url} ${document.unreadable}`)),
        ],
        server,
      ),
  },
  {
    name: 'each property of the stream has at most one value',
    section: '2',
    level: 'must',
    check: (server) =>
      asStream(
        (visit) =>
          [...PATHS, ...OTHERS].flatMap((term) => {
            const count = saidOfStream(visit, term).length;
            return unless(count <= 1, `ldes:${term} has ${count} values`);
          }),
        server,
      ),
  },
  {
    name: 'each path of the stream is an IRI or an rdf:List of IRIs',
    section: '2',
    level: 'must',
    check: (server) =>
      asStream((visit) => {
        const paths = PATHS.flatMap((term) => saidOfStream(visit, term).map((path) => ({ term, path })));
        return judgeEach(paths, ({ term, path }) =>
          unless(rootGraph(visit).path(path) !== undefined, `ldes:${term} is ${path.value}, which is no path`),
        );
      }, server),
  },
  {
    name: 'tree:shape leads to an sh:NodeShape',
    section: '2',
    level: 'must',
    check: async (server) => {
      const visit = await server.first();
      const shapes = rootGraph(visit).objects(visit.stream, `${TREE}shape`);
      if (shapes.length === 0) return 'not applicable';
      const faults = await Promise.all(
        shapes.map(async (shape) => {
          if (rootGraph(visit).hasType(keyOf(shape), `${SHACL}NodeShape`)) return [];
          if (!isIri(shape)) return [`the shape ${keyOf(shape)} is no sh:NodeShape`];
          const { graph, unreadable } = await server.read(shape.value, visit.entry.mediaType);
          return unless(
            graph.hasType(shape.value, `${SHACL}NodeShape`),
            `${shape.value} ${unreadable ?? 'is no shape'}`,
          );
        }),
      );
      return faults.flat();
    },
  },
  {
    name: 'ldes:timestampPath leads to an xsd:dateTime from every member',
    section: '2',
    level: 'must',
    check: onPathOfMembers('timestampPath', (values) =>
      values.length > 0 && values.every(isDateTime) ? undefined : `has the timestamp ${values[0]?.value}`,
    ),
  },
  {
    name: 'ldes:sequencePath leads to a literal with an order from every member',
    section: '2',
    level: 'must',
    check: onPathOfMembers('sequencePath', (values) =>
      values.length > 0 && values.every((one) => one.termType === 'Literal' && COMPARABLE.test(one.datatype.value))
        ? undefined
        : `has the sequence ${values[0]?.value}`,
    ),
  },
  {
    name: 'ldes:versionOfPath leads to an IRI from every member',
    section: '2',
    level: 'must',
    check: onPathOfMembers('versionOfPath', (values) =>
      values.length > 0 && values.every(isIri) ? undefined : `is a version of ${values[0]?.value}`,
    ),
  },
  {
    name: 'ldes:versionTimestampPath leads to an xsd:dateTime from every member',
    section: '2',
    level: 'must',
    check: onPathOfMembers('versionTimestampPath', (values) =>
      values.length > 0 && values.every(isDateTime) ? undefined : `has the version timestamp ${values[0]?.value}`,
    ),
  },
  {
    name: 'ldes:versionSequencePath leads to one value from every member',
    section: '2',
    level: 'must',
    check: onPathOfMembers('versionSequencePath', (values) =>
      values.length === 1 ? undefined : `has ${values.length} version sequences`,
    ),
  },
  {
    name: 'ldes:transactionPath leads to one transaction from every member',
    section: '2',
    level: 'must',
    check: onPathOfMembers('transactionPath', (values) =>
      values.length === 1 ? undefined : `is of ${values.length} transactions`,
    ),
  },
  {
    name: 'ldes:pollingInterval is a whole number of seconds',
    section: '2',
    level: 'must',
    check: (server) =>
      asStream(
        (visit) =>
          judgeEach(saidOfStream(visit, 'pollingInterval'), (seconds) =>
            unless(isInteger(seconds, 1), `ldes:pollingInterval is ${seconds.value}`),
          ),
        server,
      ),
  },
  {
    name: 'a version materialization names its stream by IRI and its instant as xsd:dateTime',
    section: '2',
    level: 'must',
    check: (server) =>
      asStream((visit) => {
        const of = saidOfStream(visit, 'versionMaterializationOf');
        const until = saidOfStream(visit, 'versionMaterializationUntil');
        return judgeEach(
          [
            ...of.map((term) => ({ term, kept: isIri(term) })),
            ...until.map((term) => ({ term, kept: isDateTime(term) })),
          ],
          ({ term, kept }) => unless(kept, `a version materialization says ${term.value}`),
        );
      }, server),
  },
  {
    name: 'the marker of a version or of a finished transaction is a term, not a node without a name',
    section: '2',
    level: 'must',
    check: (server) =>
      asStream((visit) => {
        const terms = OTHERS.filter((term) => term.endsWith('Object'));
        return judgeEach(
          terms.flatMap((term) => saidOfStream(visit, term).map((marker) => ({ term, marker }))),
          ({ term, marker }) => unless(marker.termType !== 'BlankNode', `ldes:${term} is a blank node`),
        );
      }, server),
  },
  {
    name: 'every xsd:dateTime says its time zone',
    section: '2',
    level: 'should',
    check: async (server) => judgeEach(readablePages(await server.first()), zonelessOf),
  },
  {
    name: 'the document of the stream says the same of the stream as the page of the root node',
    section: '2',
    level: 'should',
    check: (server) =>
      asStream((visit) => {
        const { streamDocument, stream } = visit;
        if (streamDocument.unreadable !== undefined) return [`${stream} ${streamDocument.unreadable}`];
        return ['timestampPath', 'sequencePath', 'versionOfPath', 'versionTimestampPath'].flatMap((term) => {
          const here = streamDocument.graph.objects(stream, `${LDES}${term}`).map(({ value }) => value);
          const there = saidOfStream(visit, term).map(({ value }) => value);
          return unless(here.join() === there.join(), `ldes:${term} is ${here} on ${stream} and ${there} on its root`);
        });
      }, server),
  },
];

function zonelessOf({ document, url }: Page): string[] {
  return document.graph.quads
    .filter(({ object }) => object.termType === 'Literal' && object.datatype.value === `${XSD}dateTime`)
    .filter(({ object }) => !hasZone(object))
    .map(({ object }) => `${object.value} on ${url} has no zone`);
}
