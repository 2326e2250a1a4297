import { type Quad, Store } from 'n3';
import SHACLValidator from 'rdf-validate-shacl';
import { keyOf } from '../crawl/graph.ts';
import type { Page } from '../crawl/page.ts';
import { TREE } from '../crawl/terms.ts';
import { judgeEach, membersOf, onPages, type Rule, readablePages, unless } from '../rule.ts';
import { rootGraph, streamPath } from './stream-facts.ts';
import { isIri } from './term-checks.ts';

function onMembers(faultsOf: (placed: ReturnType<typeof membersOf>[number]) => readonly string[]): Rule['check'] {
  return async (server) => judgeEach(membersOf(await server.first()), faultsOf);
}

/** Section 8: what a member is made of. */
export const MEMBER_RULES: readonly Rule[] = [
  {
    name: 'every member is an IRI',
    section: '8',
    level: 'must',
    check: onMembers(({ member, page }) => unless(isIri(member.term), `${member.key} on ${page.url} is none`)),
  },
  {
    name: 'every member is described on its page',
    section: '8',
    level: 'must',
    check: onMembers(({ member, page }) => unless(member.quads.length > 0, `${member.key} is not on ${page.url}`)),
  },
  {
    name: 'no blank node is shared by two members',
    section: '8',
    level: 'must',
    check: onPages(({ members, url }) => {
      const owners = new Map<string, string>();
      return members.flatMap(({ key, quads }) => {
        const blanks = new Set(quads.flatMap(({ object }) => (object.termType === 'BlankNode' ? [keyOf(object)] : [])));
        return [...blanks].flatMap((blank) => {
          const owner = owners.get(blank);
          owners.set(blank, key);
          return unless(owner === undefined || owner === key, `${owner} and ${key} on ${url} share a blank node`);
        });
      });
    }),
  },
  {
    name: 'every statement of a page is hypermedia or belongs to a member by blank nodes alone',
    section: '8',
    level: 'should',
    check: onPages((page, { stream, root }) => {
      const ofMembers = new Set(page.members.flatMap(({ quads }) => quads));
      const hypermedia = hypermediaOf(page, [page.url, stream, root]);
      return page.document.graph.quads
        .filter((quad) => !ofMembers.has(quad) && !hypermedia.has(quad))
        .map(({ subject, predicate }) => `${keyOf(subject)} ${predicate.value} on ${page.url} belongs to no member`);
    }),
  },
  {
    name: 'nothing is said of the thing that a member is a version of, outside a named graph',
    section: '8',
    level: 'should',
    check: async (server) => {
      const visit = await server.first();
      const path = streamPath(visit, 'versionOfPath');
      if (path === undefined) return 'not applicable';
      return judgeEach(membersOf(visit), ({ member, page }) =>
        member.graph
          .follow(member.key, path)
          .filter(({ value }) => value !== member.key && page.document.graph.about(value).length > 0)
          .map(({ value }) => `${page.url} describes ${value}, shared by its versions`),
      );
    },
  },
  {
    name: 'timestamp and versionOf stand directly on the member, once each',
    section: '8',
    level: 'should',
    check: async (server) => {
      const visit = await server.first();
      const paths = ['timestampPath', 'versionOfPath'].flatMap((term) => {
        const path = streamPath(visit, term);
        return path === undefined ? [] : [{ term, path }];
      });
      return judgeEach(membersOf(visit), ({ member }) =>
        paths.flatMap(({ term, path }) => {
          const count = member.graph.follow(member.key, path).length;
          return unless(path.length === 1 && count === 1, `${member.key} has ${count} values for ldes:${term}`);
        }),
      );
    },
  },
  {
    name: 'a named graph is that of a member of the page or of a blank node of it',
    section: '8',
    level: 'should',
    check: onPages(({ document, members, url }) => {
      const owned = new Set(members.flatMap(({ key, quads }) => [key, ...quads.map(({ object }) => keyOf(object))]));
      return document.graph
        .graphs()
        .filter((name) => !owned.has(name))
        .map((name) => `the graph ${name} on ${url} belongs to no member`);
    }),
  },
  {
    name: 'every member conforms to the shape that its stream carries',
    section: '17.8',
    level: 'must',
    check: async (server) => {
      const visit = await server.first();
      const graph = rootGraph(visit);
      const shapes = graph
        .objects(visit.stream, `${TREE}shape`)
        .filter((shape) => graph.about(keyOf(shape)).length > 0);
      if (shapes.length === 0) return 'not applicable';
      const validator = new SHACLValidator(datasetOf(graph.quads));
      const judged = await Promise.all(
        membersOf(visit).map(async ({ member, page }) => {
          const data = datasetOf(member.quads);
          const reports = await Promise.all(shapes.map((shape) => validator.validateNode(data, member.term, shape)));
          return unless(
            reports.every(({ conforms }) => conforms),
            `${member.key} on ${page.url} does not conform`,
          );
        }),
      );
      return judged.flat();
    },
  },
  {
    name: 'no member of a page refers to another of the same page',
    section: '17.8',
    level: 'should',
    check: onPages(({ members, url }) => {
      const keys = new Set(members.map(({ key }) => key));
      return members.flatMap(({ key, quads }) =>
        quads
          .filter(({ object }) => object.value !== key && keys.has(keyOf(object)))
          .map(({ object }) => `${key} on ${url} refers to ${object.value}`),
      );
    }),
  },
  {
    name: 'a member stands once in a view',
    section: '17.1',
    level: 'should',
    check: async (server) => {
      const places = new Map<string, string>();
      return readablePages(await server.first()).flatMap(({ members, url }) =>
        members.flatMap(({ key }) => {
          const other = places.get(key);
          places.set(key, url);
          return unless(other === undefined, `${key} stands on ${other} and on ${url}`);
        }),
      );
    },
  },
];

function datasetOf(quads: readonly Quad[]) {
  return new Store([...quads]);
}

/** The statements about the page, its stream and view and what these lead to on the page, members aside. */
function hypermediaOf({ document: { graph }, members, relations }: Page, starts: readonly string[]): Set<Quad> {
  const isMember = new Set(members.map(({ key }) => key));
  // A compared predicate may be declared, so that clients can tell it from others.
  const paths = relations.flatMap((relation) => relation.paths.flatMap((path) => graph.path(path) ?? []));
  const found = new Set<Quad>();
  const seen = new Set([...starts, ...paths]);
  const waiting = [...seen];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const quad of graph.about(at)) {
      found.add(quad);
      const object = keyOf(quad.object);
      if (seen.has(object) || isMember.has(object) || quad.object.termType === 'Literal') continue;
      seen.add(object);
      waiting.push(object);
    }
  }
  return found;
}
