import type { Term } from 'n3';
import { keyOf } from '../crawl/graph.ts';
import { isImmutable, type Page, type Relation, toPage } from '../crawl/page.ts';
import { GEO_WKT, HYDRA, TREE, XSD } from '../crawl/terms.ts';
import { parentsOf, type Visit } from '../crawl/visit.ts';
import { judgeEach, onPages, type Rule, readablePages, unless } from '../rule.ts';
import { isComparison, RELATION_CLASSES } from './relation-semantics.ts';
import { streamPath } from './stream-facts.ts';
import { datatypeOf, isInteger, isIri } from './term-checks.ts';

/** A rule about every relation of every page. */
function onRelations(faultsOf: (relation: Relation, page: Page, visit: Visit) => readonly string[]): Rule['check'] {
  return async (server) => {
    const visit = await server.first();
    const placed = readablePages(visit).flatMap((page) => page.relations.map((relation) => ({ page, relation })));
    return judgeEach(placed, ({ relation, page }) =>
      faultsOf(relation, page, visit).map((fault) => `${relation.key} on ${page.url} ${fault}`),
    );
  };
}

const list = (terms: readonly Term[]) => terms.map(({ value }) => value).join(' and ') || 'none';

function isOfKind(relation: Relation, value: Term): boolean {
  return relation.types.every((type) => {
    const kind = RELATION_CLASSES.get(type)?.value;
    if (kind === undefined || kind === 'any') return true;
    return kind !== 'none' && kind.includes(datatypeOf(value) ?? '');
  });
}

/** Every member below a page and the page that it stands on; a page that is met again is left out. */
function membersBelow(visit: Visit, url: string): { key: string; values: (path: readonly string[]) => Term[] }[] {
  const found: { key: string; values: (path: readonly string[]) => Term[] }[] = [];
  const seen = new Set<string>();
  const waiting = [url];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const page = visit.pages.get(visit.answeredAt.get(at) ?? at);
    if (page === undefined || seen.has(page.url)) continue;
    seen.add(page.url);
    waiting.push(...page.links);
    found.push(
      ...page.members.map((member) => ({
        key: member.key,
        values: (path: readonly string[]) => member.graph.follow(member.key, path),
      })),
    );
  }
  return found;
}

/** Links that a page gives a lower or an upper bound in time, but not both. */
function halfBound({ relations, links }: Page, timestamp: string | undefined): string[] {
  return links.filter((link) => {
    const bounds = relations.filter(
      ({ targets, paths }) => targets[0]?.value === link && paths[0]?.value === timestamp,
    );
    const has = (name: RegExp) => bounds.some(({ types }) => types.some((type) => name.test(type)));
    return has(/#Greater/) !== has(/#LessThan/);
  });
}

const BROKEN_MAX = 3;

/** Section 5: pages and relations. */
export const TREE_RULES: readonly Rule[] = [
  {
    name: 'every page says that it is a tree:Node',
    section: '5',
    level: 'should',
    check: onPages(({ document, url }) => unless(document.graph.hasType(url, `${TREE}Node`), `${url} does not`)),
  },
  {
    name: 'every relation has a class of the TREE vocabulary',
    section: '5',
    level: 'must',
    check: onRelations(({ types }) =>
      unless(types.length > 0 && types.every((type) => RELATION_CLASSES.has(type)), `has the class ${types}`),
    ),
  },
  {
    name: 'every relation has one tree:node, an IRI',
    section: '5',
    level: 'must',
    check: onRelations(({ targets }) => unless(targets.length === 1 && isIri(targets[0]), `leads to ${list(targets)}`)),
  },
  {
    name: 'a relation that compares has one tree:path and one tree:value',
    section: '5',
    level: 'must',
    check: onRelations(({ types, paths, values }) =>
      unless(
        !isComparison(types) || (paths.length === 1 && values.length === 1),
        `has the path ${list(paths)} and the value ${list(values)}`,
      ),
    ),
  },
  {
    name: 'the value of a relation is of a kind that its class compares',
    section: '5',
    level: 'must',
    check: onRelations((relation) =>
      relation.values.flatMap((value) => unless(isOfKind(relation, value), `compares with ${value.value}`)),
    ),
  },
  {
    name: 'the path of a relation is an IRI or an rdf:List of IRIs',
    section: '5',
    level: 'must',
    check: onRelations(({ paths }, { document }) =>
      paths.flatMap((path) => unless(document.graph.path(path) !== undefined, `has the path ${path.value}`)),
    ),
  },
  {
    name: 'every member below a relation satisfies it',
    section: '5',
    level: 'must',
    check: onRelations(({ types, targets, paths, values }, { document }, visit) => {
      const [target, pathTerm, bound] = [targets[0], paths[0], values[0]];
      const path = pathTerm && document.graph.path(pathTerm);
      if (target === undefined || path === undefined || bound === undefined) return [];
      const holds = (value: Term) => types.every((type) => RELATION_CLASSES.get(type)?.holds(value, bound) ?? true);
      return membersBelow(visit, target.value)
        .filter(({ values: found }) => !found(path).some(holds))
        .slice(0, BROKEN_MAX)
        .map(({ key }) => `has ${key} below it, which is not ${types} ${bound.value}`);
    }),
  },
  {
    name: 'the path of a geospatial relation reaches a geo:wktLiteral on every member below',
    section: '5',
    level: 'must',
    check: async (server) => {
      const visit = await server.first();
      const geospatial = readablePages(visit).flatMap(({ relations, document }) =>
        relations
          .filter(({ types }) => types.includes(`${TREE}GeospatiallyContainsRelation`))
          .map((relation) => ({ relation, graph: document.graph })),
      );
      return judgeEach(geospatial, ({ relation, graph }) => {
        const path = relation.paths[0] && graph.path(relation.paths[0]);
        return membersBelow(visit, relation.targets[0]?.value ?? '')
          .filter(({ values }) => !values(path ?? []).some((value) => datatypeOf(value) === GEO_WKT))
          .slice(0, BROKEN_MAX)
          .map(({ key }) => `${key} has no geometry at ${path}`);
      });
    },
  },
  {
    name: 'every page but the root has one parent',
    section: '5',
    level: 'must',
    check: async (server) => {
      const visit = await server.first();
      return judgeEach(parentsOf(visit), ([child, parents]) =>
        unless(parents.length === 1, `${child} hangs below ${parents.join(' and ')}`),
      );
    },
  },
  {
    name: 'no page can be reached from itself',
    section: '5',
    level: 'must',
    check: async (server) => {
      const visit = await server.first();
      return readablePages(visit).flatMap(({ url, links }) => {
        const seen = new Set<string>();
        const waiting = [...links];
        for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
          const reached = visit.answeredAt.get(at) ?? at;
          if (reached === url) return [`${url} hangs below itself`];
          if (seen.has(reached)) continue;
          seen.add(reached);
          waiting.push(...(visit.pages.get(reached)?.links ?? []));
        }
        return [];
      });
    },
  },
  {
    name: 'tree:remainingItems is a count',
    section: '5',
    level: 'must',
    check: async (server) => {
      const relations = readablePages(await server.first()).flatMap((page) => page.relations);
      return judgeEach(
        relations.flatMap(({ remaining }) => remaining),
        (count) => unless(isInteger(count, 0), `there remain ${count.value} items`),
      );
    },
  },
  {
    name: 'a finished page that is linked by a window of time has both bounds',
    section: '5',
    level: 'should',
    check: async (server) => {
      const visit = await server.first();
      const timestamp = streamPath(visit, 'timestampPath')?.join();
      const isFinished = (link: string) => {
        const child = visit.pages.get(visit.answeredAt.get(link) ?? link);
        return child !== undefined && isImmutable(child);
      };
      const suspects = readablePages(visit).filter((page) => halfBound(page, timestamp).some(isFinished));
      // A page may have been finished after its parent was read: the parent is asked again.
      const faults = await Promise.all(
        suspects.map(async ({ url, document }) => {
          const again = toPage(await server.read(url, document.mediaType));
          const links = halfBound(again, timestamp).filter(isFinished);
          return links.map((link) => `${url} links the finished ${link} with one bound only`);
        }),
      );
      return faults.flat();
    },
  },
  {
    name: 'a bound on the timestamp has exactly ldes:timestampPath as its path',
    section: '5',
    level: 'should',
    check: onRelations(({ paths }, { document }, visit) => {
      const timestamp = streamPath(visit, 'timestampPath');
      const isSame = (path: Term) => document.graph.path(path)?.join() === timestamp?.join();
      return paths.flatMap((path) => unless(!isSame(path) || path.value === timestamp?.join(), 'writes it as a list'));
    }),
  },
  {
    name: 'links between pages are relative where the format can say them so',
    section: '5',
    level: 'should',
    check: async (server) => {
      const pages = (await server.samples()).filter(({ links }) => links.length > 0);
      const faults = await Promise.all(
        pages.map(async ({ url, links }) => {
          const { exchange, mediaType, unreadable } = await server.read(url, 'text/turtle');
          if (unreadable !== undefined || mediaType !== 'text/turtle') return [];
          const text = exchange.wire.toString();
          return links.filter((link) => text.includes(`<${link}>`)).map((link) => `${url} writes ${link} in full`);
        }),
      );
      return pages.length === 0 ? 'not applicable' : faults.flat();
    },
  },
  {
    name: 'a search form is a hydra:IriTemplate that maps tiles or a time',
    section: '5',
    level: 'must',
    check: async (server) => {
      const forms = readablePages(await server.first()).flatMap(({ document }) =>
        document.graph.with(`${TREE}search`).map(({ object }) => ({ graph: document.graph, form: keyOf(object) })),
      );
      return judgeEach(forms, ({ graph, form }) => {
        const mapped = graph
          .objects(form, `${HYDRA}mapping`)
          .flatMap((mapping) => graph.objects(keyOf(mapping), `${HYDRA}property`))
          .map(({ value }) => value);
        const known = ['zoom', 'longitudeTile', 'latitudeTile', 'timeQuery'].map((name) => `${TREE}${name}`);
        const templates = graph.objects(form, `${HYDRA}template`).length;
        return unless(templates === 1 && mapped.some((one) => known.includes(one)), `${form} maps ${mapped}`);
      });
    },
  },
];

/** Section 6: what is said of a page that cannot change. */
export const IMMUTABILITY_RULES: readonly Rule[] = [
  {
    name: 'ldes:immutable is never false',
    section: '6',
    level: 'must',
    check: onPages(({ document, url }) =>
      document.graph
        .with('https://w3id.org/ldes#immutable')
        .flatMap(({ object }) =>
          unless(object.value === 'true' && datatypeOf(object) === `${XSD}boolean`, `${url} says ${object.value}`),
        ),
    ),
  },
  {
    name: 'a page that is immutable by its header says so in the document',
    section: '6',
    level: 'should',
    check: onPages(({ url, immutableByHeader, immutableByTriple }) =>
      unless(!immutableByHeader || immutableByTriple, `${url} does not`),
    ),
  },
  {
    name: 'a page that is immutable by its document says so in Cache-Control',
    section: '6',
    level: 'should',
    check: onPages(({ url, immutableByHeader, immutableByTriple }) =>
      unless(!immutableByTriple || immutableByHeader, `${url} does not`),
    ),
  },
  {
    name: 'no page that can still change hangs below an immutable one',
    section: '17.6',
    level: 'should',
    check: onPages((page, visit) => {
      if (!isImmutable(page)) return [];
      return page.links
        .filter((link) => {
          const child = visit.pages.get(visit.answeredAt.get(link) ?? link);
          return child?.document.unreadable === undefined && child !== undefined && !isImmutable(child);
        })
        .map((link) => `${link} is open below the immutable ${page.url}`);
    }),
  },
];
