import type { Term } from 'n3';
import { keyOf } from '../crawl/graph.ts';
import { DCAT, LDES, TREE, TYPE } from '../crawl/terms.ts';
import { judgeEach, onPages, type Rule, unless } from '../rule.ts';
import { policiesOf, saidByPolicy } from './retention-promise.ts';
import { rootGraph } from './stream-facts.ts';
import { hasZone, isDateTime, isDuration, isInteger } from './term-checks.ts';

const DESCRIPTION_TYPES = [`${DCAT}DataService`, `${DCAT}Distribution`, `${TREE}SearchTree`, `${LDES}EventSource`];

/** The terms of LDES 1.0 in a retention policy, and what their values are. */
const RETENTION_TERMS: Readonly<Record<string, (value: Term) => boolean>> = {
  startingFrom: (value) => isDateTime(value) && hasZone(value),
  fullLogDuration: isDuration,
  versionAmount: (value) => isInteger(value, 1),
  versionDuration: isDuration,
  versionDeleteDuration: isDuration,
};

/** The policy classes of older readers: the property with their value, and the 1.0 term that means the same. */
const OLDER_POLICIES = [
  { type: 'DurationAgoPolicy', property: `${TREE}value`, term: 'fullLogDuration', isValue: isDuration },
  {
    type: 'LatestVersionSubset',
    property: `${LDES}amount`,
    term: 'versionAmount',
    isValue: (value: Term) => isInteger(value, 1),
  },
  { type: 'PointInTimePolicy', property: `${LDES}pointInTime`, term: 'startingFrom', isValue: isDateTime },
] as const;

/** Sections 3 and 4: entry points, the description of the view, retention. */
export const VIEW_RULES: readonly Rule[] = [
  {
    name: 'from the URL given to a client exactly one root node is found',
    section: '3',
    level: 'must',
    check: async (server) => {
      const { offered, entry } = await server.first();
      return unless(offered.length === 1, `${entry.url} offers ${offered.map(({ root }) => root).join(' and ')}`);
    },
  },
  {
    name: 'the document of the stream has one tree:view',
    section: '3',
    level: 'should',
    check: async (server) => {
      const { streamDocument, stream } = await server.first();
      const count = streamDocument.graph.objects(stream, `${TREE}view`).length;
      return unless(count === 1, `${streamDocument.url} has ${count} views of ${stream}`);
    },
  },
  {
    name: 'the root node has at most one tree:viewDescription',
    section: '3',
    level: 'must',
    check: async (server) => {
      const visit = await server.first();
      const count = rootGraph(visit).objects(visit.root, `${TREE}viewDescription`).length;
      return unless(count <= 1, `${visit.root} has ${count} descriptions`);
    },
  },
  {
    name: 'the description of the view is typed as service, distribution, search tree or event source',
    section: '3',
    level: 'should',
    check: async (server) => {
      const visit = await server.first();
      const graph = rootGraph(visit);
      return judgeEach(graph.objects(visit.root, `${TREE}viewDescription`), (description) =>
        unless(
          graph.objects(keyOf(description), TYPE).some(({ value }) => DESCRIPTION_TYPES.includes(value)),
          `${keyOf(description)} has none of these types`,
        ),
      );
    },
  },
  {
    name: 'ldes:EventSource is said of the view or of its description only',
    section: '3',
    level: 'should',
    check: onPages(({ document, url }, { root }) => {
      const { graph } = document;
      const allowed = new Set([root, ...graph.objects(root, `${TREE}viewDescription`).map(keyOf)]);
      return graph
        .subjects()
        .filter((subject) => graph.hasType(subject, `${LDES}EventSource`) && !allowed.has(subject))
        .map((subject) => `${url} says that ${subject} is an ldes:EventSource`);
    }),
  },
  {
    name: 'the view has at most one retention policy',
    section: '4',
    level: 'should',
    check: async (server) => {
      const policies = policiesOf(await server.first());
      return unless(policies.length <= 1, `there are ${policies.length} policies`);
    },
  },
  {
    name: 'each property of a retention policy has one value of its datatype',
    section: '4',
    level: 'must',
    check: async (server) => {
      const visit = await server.first();
      const said = policiesOf(visit).flatMap((policy) =>
        Object.entries(RETENTION_TERMS).map(([term, isValue]) => ({
          term,
          isValue,
          values: saidByPolicy(visit, policy, term),
        })),
      );
      return judgeEach(
        said.filter(({ values }) => values.length > 0),
        ({ term, isValue, values }) =>
          unless(values.length === 1 && values.every(isValue), `ldes:${term} is ${values.map(({ value }) => value)}`),
      );
    },
  },
  {
    name: 'a retention policy of an older class has the value that the class needs',
    section: '4',
    level: 'must',
    check: async (server) => {
      const visit = await server.first();
      const graph = rootGraph(visit);
      const older = policiesOf(visit).flatMap((policy) =>
        OLDER_POLICIES.filter(({ type }) => graph.hasType(policy, `${LDES}${type}`)).map((one) => ({ policy, one })),
      );
      return judgeEach(older, ({ policy, one }) => {
        const values = graph.objects(policy, one.property);
        const isDefault = one.term === 'versionAmount' && values.length === 0;
        return unless(
          isDefault || (values.length === 1 && values.every(one.isValue)),
          `ldes:${one.type} has the value ${values.map(({ value }) => value)}`,
        );
      });
    },
  },
  {
    name: 'a retention policy says the same in the terms of LDES 1.0 and in the older classes',
    section: '4',
    level: 'should',
    check: async (server) => {
      const visit = await server.first();
      const graph = rootGraph(visit);
      const policies = policiesOf(visit);
      const values = (property: string) => policies.flatMap((policy) => graph.objects(policy, property));
      if (policies.length === 0) return 'not applicable';
      return OLDER_POLICIES.flatMap(({ type, property, term }) => {
        const isOlder = policies.some((policy) => graph.hasType(policy, `${LDES}${type}`));
        const older = isOlder ? values(property).map(({ value }) => value) : [];
        const newer = values(`${LDES}${term}`).map(({ value }) => value);
        return unless(older.join() === newer.join(), `ldes:${term} is ${newer}, and ldes:${type} says ${older}`);
      });
    },
  },
];
