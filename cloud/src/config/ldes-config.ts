import {
  ALL_ORGANISATIONS,
  BY_PAGE,
  type RetentionPolicy,
  VIEW_KINDS,
  type ViewDefinition,
  viewDefinitionSchema,
} from '@meetbrug/protocols/ldes';
import { THEMES } from '@meetbrug/protocols/properties';
import { z } from 'zod';
import { SENSORS_STREAM } from '../log/entities.ts';
import { streamKindOf } from '../log/log-table.ts';
import type { ConfiguredFeed } from '../log/writer-messages.ts';
import type { OutsideTerms } from '../outside/outside-terms.ts';

const bounded = (min: number, max: number, standard: number, text: string) =>
  z.int().min(min).max(max).default(standard).describe(text);

const retentionSchema = z
  .strictObject({
    days: z.int().min(1).max(36_500).optional().describe('Members younger than so many days stay.'),
    versions: z.int().min(1).max(1_000_000).optional().describe('So many of the newest versions of each thing stay.'),
    start: z.iso
      .datetime({ offset: true })
      .transform((text) => Date.parse(text))
      .optional()
      .describe('Nothing from before this instant need stay: ISO 8601 with a zone.'),
  })
  .refine((policy) => Object.values(policy).some((value) => value !== undefined), 'names nothing that stays')
  .transform(
    ({ days, versions, start }): RetentionPolicy => ({
      ...(days === undefined ? {} : { days }),
      ...(versions === undefined ? {} : { versions }),
      ...(start === undefined ? {} : { startMs: start }),
    }),
  )
  .describe(
    'What the view promises to keep, at least; without it everything. Whole months are dropped, of by-page whole nodes ' +
      'of its index, when all in them is older; what was dropped never comes back. Series and API are not affected.',
  );

const retention = retentionSchema.optional();
const streams = z
  .array(z.enum([...THEMES, SENSORS_STREAM]))
  .min(1)
  .optional()
  .describe('Streams that have the view, of each organisation and of all; without it every stream that it suits.');
const ofConfiguration = { streams, retention };

const [byPage, byTime, byLocation, byProperty, byDatastream, latest] = viewDefinitionSchema.in.options;

const viewSchema = z
  .discriminatedUnion('kind', [
    byPage.extend(ofConfiguration),
    byTime.extend(ofConfiguration),
    byLocation.extend(ofConfiguration),
    byProperty.extend(ofConfiguration),
    byDatastream.extend(ofConfiguration),
    latest.extend({ streams }),
  ])
  .transform((view): ViewConfig => {
    const { streams: ofStreams, retention: kept, ...definition } = { retention: undefined, ...view };
    return { definition: viewDefinitionSchema.parse(definition), streams: ofStreams, retention: kept };
  });

/** A view as it is configured, for the streams that it suits. */
export interface ViewConfig {
  readonly definition: ViewDefinition;
  readonly streams: readonly string[] | undefined;
  readonly retention: RetentionPolicy | undefined;
}

export const ldesSchema = z
  .strictObject({
    pageSize: bounded(1, 5_000, 250, 'Members on a page of the view by-page. Fixed once a stream exists.'),
    fanOut: bounded(2, 1_000, 250, 'Children of an index node of the view by-page. Fixed once a stream exists.'),
    retention,
    views: z
      .array(viewSchema)
      .max(50)
      .default([])
      .describe(
        'Views beside by-page, each at /ldes/{organisation}/{stream}/{name}. One that is added is filled from the log. ' +
          'Its definition never changes: another needs another view, under another name. One that is taken out of the ' +
          'configuration is still served, filled and kept as it last was, because its links were published.',
      ),
    allStreams: z
      .array(z.enum(THEMES))
      .default([])
      .describe(
        'Themes with a stream of all organisations, at /ldes/all/{theme}. It is filled in the order of commit before it ' +
          'is served. One that is taken out stands still and is not served; it catches up when it is put back.',
      ),
    pollingIntervalSeconds: bounded(1, 86_400, 5, 'What the feed tells its readers to wait between two visits.'),
    immutableMaxAgeSeconds: bounded(1, 31_536_000, 604_800, 'How long caches may keep a page that cannot change.'),
    openMaxAgeSeconds: bounded(0, 86_400, 2, 'How long caches may keep a page that can still change.'),
    retainEveryMinutes: bounded(
      1,
      10_080,
      60,
      'How often is looked for what no view need keep any more; also at the start.',
    ),
    isoOverlay: z
      .boolean()
      .default(false)
      .describe(
        'Whether observations also carry the ISO 19156 terms of the registered profile Observaties en Metingen. ' +
          'What was published before stays as it is.',
      ),
  })
  .superRefine(({ views, allStreams }, context) => {
    const names = new Set<string>([BY_PAGE]);
    views.forEach(({ definition, streams: named = [] }, index) => {
      const fault = (message: string) => context.addIssue({ code: 'custom', path: ['views', index], message });
      if (names.has(definition.name)) fault(`there is a view ${definition.name} already: give this one another name`);
      names.add(definition.name);
      const unsuited = named.filter((stream) => !suits(definition, stream));
      if (unsuited.length > 0) fault(`${definition.kind} does not suit ${unsuited.join(', ')}`);
    });
    if (new Set(allStreams).size < allStreams.length)
      context.addIssue({ code: 'custom', path: ['allStreams'], message: 'names a theme twice' });
  });

export type LdesConfig = z.output<typeof ldesSchema>;

function suits(definition: ViewDefinition, stream: string): boolean {
  return VIEW_KINDS[streamKindOf(stream)].includes(definition.kind);
}

/** Whether the streams of a theme have a view that is configured beside by-page. */
export function isViewOf({ definition, streams: named }: ViewConfig, stream: string): boolean {
  return suits(definition, stream) && (named?.includes(stream) ?? true);
}

/** The streams that are served, each with its views: `by-page`, and those of the configuration that suit it. */
export function configuredFeeds(
  ldes: LdesConfig,
  organisations: readonly { readonly name: string; readonly streams: readonly string[] }[],
  outside: readonly (OutsideTerms & { readonly organisation: string; readonly name: string })[],
): ConfiguredFeed[] {
  const { pageSize, fanOut, retention: byPageRetention, views, allStreams } = ldes;
  const viewsOf = (stream: string) => [
    { definition: { kind: BY_PAGE, name: BY_PAGE, pageSize, fanOut } as const, retention: byPageRetention },
    ...views
      .filter((view) => isViewOf(view, stream))
      .map(({ definition, retention: kept }) => ({ definition, retention: kept })),
  ];
  const feed = (organisation: string) => (stream: string) => ({ organisation, stream, views: viewsOf(stream) });
  return [
    ...organisations.flatMap(({ name, streams: themes }) => [...themes, SENSORS_STREAM].map(feed(name))),
    ...outside.map(({ organisation, name, stampPredicate, versionOfPredicate, timestampPredicate }) => ({
      ...feed(organisation)(name),
      outside: { stampPredicate, versionOfPredicate, timestampPredicate },
    })),
    ...allStreams.map(feed(ALL_ORGANISATIONS)),
  ];
}
