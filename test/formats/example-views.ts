import {
  groupRelations,
  type PageDocument,
  type StreamInfo,
  type ViewDefinition,
  type ViewState,
  viewDefinitionSchema,
} from '@meetbrug/protocols/ldes';
import { describedEntities, type EntityMember, type ObservationMember } from '@meetbrug/protocols/oslo';
import { DESCRIPTIONS, LATER_OBSERVATIONS, OBSERVATIONS } from './example-members.ts';
import { inMemoryView } from './in-memory-view.ts';

/** A view of every kind, by its kind, with the settings that it has when nothing is said. */
export const view = <Kind extends ViewDefinition['kind']>(kind: Kind) =>
  viewDefinitionSchema.parse({ kind }) as Extract<ViewDefinition, { kind: Kind }>;

export const OBSERVATION_STREAM: StreamInfo = {
  organisation: 'demo',
  name: 'heat-stress',
  title: 'Hitte in de stad',
  pollingIntervalSeconds: 30,
  kind: 'observations',
  sequenced: true,
  licence: 'https://data.vlaanderen.be/id/licentie/modellicentie-gratis-hergebruik/v1.0',
};
export const ENTITY_STREAM: StreamInfo = { ...OBSERVATION_STREAM, name: 'sensors', kind: 'entities' };
/** One member is in two streams and says one position, so this stream says none. */
export const ALL_STREAM: StreamInfo = { ...OBSERVATION_STREAM, organisation: 'all', sequenced: false };

/** What is committed from the version on that says positions. */
export const POSITIONED: readonly ObservationMember[] = [
  ...Object.values(OBSERVATIONS),
  LATER_OBSERVATIONS.flagged,
  LATER_OBSERVATIONS.suppressedWithEverything,
].map((member, position) => ({ ...member, ordinal: position, position }));
export const POSITIONED_ENTITIES: readonly EntityMember[] = describedEntities(DESCRIPTIONS.heat).map(
  (entity, position) => ({ kind: 'entity', entity, ordinal: position, position, version: 1, generatedMs: 0 }),
);
/** The same observation of two organisations, whose datastreams have the same key. */
export const OF_TWO_ORGANISATIONS: readonly ObservationMember[] = ['north', 'south'].map((organisation, ordinal) => ({
  ...OBSERVATIONS.traffic,
  organisation,
  ordinal,
}));

const STATE: ViewState = { lastStampMs: Date.UTC(2026, 6, 2), isClosed: false };
const base = { immutable: false, children: [], members: [] } as const;

/** Every node from the root of a view down to the page of its only member. */
function nodesOf(definition: ViewDefinition, stream: StreamInfo, member: ObservationMember): PageDocument[] {
  const documentAt = inMemoryView(definition, stream, [member], STATE);
  const nodes: PageDocument[] = [];
  for (let path: string | undefined = ''; path !== undefined; path = nodes.at(-1)?.children[0]?.path) {
    const document = documentAt(path);
    if (document === undefined) throw new Error(`${path} is linked and does not exist`);
    nodes.push(document);
  }
  return nodes;
}

const [first, , third] = POSITIONED as [ObservationMember, ObservationMember, ObservationMember];
const latest = { ...base, stream: OBSERVATION_STREAM, view: { definition: view('latest') } };
const byPage = { ...base, stream: OBSERVATION_STREAM, view: { definition: view('by-page') }, path: '' };

/** Nodes of every level of every kind of view. */
export const VIEW_DOCUMENTS: Readonly<Record<string, readonly PageDocument[]>> = {
  'by-time': nodesOf(view('by-time'), OBSERVATION_STREAM, first),
  'by-location': nodesOf(view('by-location'), OBSERVATION_STREAM, first),
  'by-property': nodesOf(view('by-property'), OBSERVATION_STREAM, first),
  'by-datastream': nodesOf(view('by-datastream'), OBSERVATION_STREAM, third),
  'all-by-datastream': nodesOf(view('by-datastream'), ALL_STREAM, OF_TWO_ORGANISATIONS[1] ?? third),
  latest: [
    { ...latest, path: '', children: [{ path: 'bucket/7', relations: [{ kind: 'plain' }] }] },
    { ...latest, path: 'bucket/7', members: POSITIONED },
  ],
  all: [
    { ...byPage, stream: ALL_STREAM },
    { ...byPage, stream: ALL_STREAM, path: 'page/0', members: OF_TWO_ORGANISATIONS },
  ],
  'sensors-by-time': [
    {
      ...base,
      stream: ENTITY_STREAM,
      view: { definition: view('by-time') },
      path: '2026-07/01',
      children: [
        {
          path: '2026-07/01/2026',
          relations: groupRelations(
            view('by-time'),
            'entities',
            { generation: ['2026-07', '01'], key: ['2026'] },
            STATE,
          ),
        },
      ],
    },
  ],
  closed: [
    {
      ...byPage,
      stream: { ...OBSERVATION_STREAM, closed: true },
      view: {
        definition: view('by-page'),
        retention: { days: 90, versions: 2, startMs: Date.UTC(2026, 0, 1) },
      },
      immutable: true,
      children: [{ path: 'index/1/0', relations: [{ kind: 'stamps', fromMs: 0, untilMs: 1 }] }],
    },
  ],
};
