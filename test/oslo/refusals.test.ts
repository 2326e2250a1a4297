import { writeDocument } from '@meetbrug/protocols/ldes';
import {
  entityTriples,
  entityVersionIri,
  type Iri,
  iri,
  type NodeShape,
  observationTriples,
  observationVersionIri,
  publishedIris,
  publishedSchema,
  publishedShapes,
  readPublishedNode,
} from '@meetbrug/protocols/oslo';
import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import { Parser, type Quad } from 'n3';
import { describe, expect, it } from 'vitest';
import { BASE_URL, ENTITIES, OBSERVATIONS, type ObservationKind, ORGANISATION } from './golden-members.ts';
import { nodeValidator, quadsOf, triplesOfQuads } from './graphs.ts';
import { mutations } from './mutate-graph.ts';

const iris = publishedIris(BASE_URL, ORGANISATION);
const shapes = publishedShapes(BASE_URL);
const KINDS = Object.keys(OBSERVATIONS) as ObservationKind[];

/** The shapes that a member must conform to: its theme's, and those of what it is besides. */
function shapesOf(kind: ObservationKind) {
  const theme = shapes[OBSERVED_PROPERTIES[OBSERVATIONS[kind].description.property].theme];
  if (kind === 'derived') return [theme, shapes['derived-observation']];
  return kind === 'suppressed' ? [theme, shapes['suppressed-count']] : [theme];
}

/** The only changes that leave a good member: a flag less, the same flag said once more, or no position. */
const HARMLESS: Partial<Record<ObservationKind, readonly string[]>> = {
  flagged: ['duplicate resultQuality with a copy of the node', 'remove resultQuality'],
  positioned: ['remove position'],
};

/** What a description may have or not, and lists that may be longer. */
const HARMLESS_OF_ENTITIES = [
  'remove position',
  'remove isSampleOf',
  'remove hasGeometry',
  'remove additionalProperty',
  'duplicate additionalProperty with a copy of the node',
  'remove hasDeployment',
  'remove contactPoint',
  'remove hasEmail',
  'remove hasURL',
  'remove conformsTo',
  'remove wasDerivedFrom',
  'duplicate wasDerivedFrom with another IRI',
  'remove temporalResolution',
];

/** What is not ours to judge: the shapes demand nothing of the ISO overlay, they only leave room for it. */
const UNJUDGED: readonly ObservationKind[] = ['overlaid', 'overlaidCount'];

interface Verdict {
  readonly what: string;
  readonly bySchema: boolean;
  readonly byShapes: boolean;
}

async function verdicts(subject: Iri, quads: Quad[], applicable: readonly NodeShape[]): Promise<Verdict[]> {
  const conforms = nodeValidator(subject.value, ...applicable);
  const schemas = applicable.map(publishedSchema);
  const judge = async (what: string, changed: Quad[]): Promise<Verdict> => {
    const node = readPublishedNode(triplesOfQuads(changed), subject);
    const bySchema = schemas.some((schema) => !schema.safeParse(node).success);
    return { what, bySchema, byShapes: !(await conforms(changed)) };
  };
  const judged = [await judge('unchanged', quads)];
  if (judged[0]?.byShapes === true) return judged;
  for (const { what, quads: changed } of mutations(quads)) judged.push(await judge(what, changed));
  return judged;
}

function expectAgreement([unchanged, ...changes]: readonly Verdict[]): void {
  expect(unchanged).toEqual({ what: 'unchanged', bySchema: false, byShapes: false });
  expect(changes.length).toBeGreaterThan(20);
  expect(changes.filter(({ bySchema, byShapes }) => bySchema !== byShapes)).toEqual([]);
}

const accepted = (changes: readonly Verdict[]) =>
  [
    ...new Set(changes.filter(({ what, byShapes }) => what !== 'unchanged' && !byShapes).map(({ what }) => what)),
  ].sort();

describe.each(KINDS)('a published observation of the kind %s', { timeout: 120_000 }, (kind) => {
  const member = OBSERVATIONS[kind];
  const quads = quadsOf(observationTriples(iris, member));

  it('is accepted as it is, and each change is refused by the shapes and by the schema alike', async () => {
    const judged = await verdicts(observationVersionIri(iris, member), quads, shapesOf(kind));
    expectAgreement(judged);
    if (!UNJUDGED.includes(kind)) expect(accepted(judged)).toEqual(HARMLESS[kind] ?? []);
  });
});

/** Entities of which the same is said, in other words: one of each is enough. */
const DISTINCT_ENTITIES = new Map(
  ENTITIES.map((member) => {
    const said = entityTriples(iris, member).map(({ predicate, object }) => `${predicate.value} ${object.kind}`);
    return [said.sort().join(), member] as const;
  }),
);

describe('what describes observations', { timeout: 120_000 }, () => {
  it.each([...DISTINCT_ENTITIES.values()].map((member) => [member.entity.path, member] as const))(
    'is accepted as it is, and each change is judged alike by the shapes and by the schema: %s',
    async (_, member) => {
      const quads = quadsOf(entityTriples(iris, member));
      const judged = await verdicts(entityVersionIri(iris, member), quads, [shapes.sensors]);
      expectAgreement(judged);
      expect(accepted(judged).filter((what) => !HARMLESS_OF_ENTITIES.includes(what))).toEqual([]);
    },
  );
});

/** Good members in which one thing is another good thing, where it does not belong. */
const MISPLACED: [string, ObservationKind, (nquads: string) => string][] = [
  ['a temperature in metres', 'heat', (text) => text.replace('unit/DEG_C', 'unit/M')],
  ['a level in a stream of heat', 'water', (text) => text],
  ['a count of another thing than the one counted', 'mobility', (text) => text.replace('aantal/fiets', 'aantal/auto')],
  ['a revision that is no number', 'heat', (text) => text.replaceAll('Z#17>', 'Z#last>')],
  [
    'a sensor of another installation',
    'heat',
    (text) => text.replace('example.be/id/voorbeeld/sensor', 'other.be/id/voorbeeld/sensor'),
  ],
  ['a flag that nobody defined', 'flagged', (text) => text.replace('step-too-large', 'looks-odd')],
  ['a longitude as a word', 'heat', (text) => text.replace('POINT(3.725 ', 'POINT(east ')],
  ['a fraction of a bicycle', 'mobility', (text) => text.replace('"73"', '"7.3"')],
];

describe('a published observation', () => {
  it.each(MISPLACED)('is refused by both with %s', async (what, kind, change) => {
    const member = OBSERVATIONS[kind];
    const subject = iri(
      observationVersionIri(iris, member).value.replace(/17$/, what.startsWith('a revision') ? 'last' : '17'),
    );
    const nquads = change(writeDocument('nquads', observationTriples(iris, member)));
    const quads = new Parser({ format: 'application/n-quads' }).parse(nquads);
    const shape = what.includes('stream of heat') ? shapes['heat-stress'] : (shapesOf(kind)[0] ?? expect.fail());
    const [verdict] = await verdicts(subject, quads, [shape]);
    expect(verdict).toEqual({ what: 'unchanged', bySchema: true, byShapes: true });
  });
});
