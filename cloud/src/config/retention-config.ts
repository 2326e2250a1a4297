import { nameSchema } from '@meetbrug/protocols/observation';
import { z } from 'zod';
import { streamKindOf } from '../log/log-table.ts';
import type { StorePolicy } from '../retention/plan-cutoff.ts';
import { isViewOf, type LdesConfig } from './ldes-config.ts';

const limits = {
  days: z
    .int()
    .min(1)
    .max(36_500)
    .optional()
    .describe('What was committed more days ago than this leaves the store: log, series, rollups and cold files.'),
  bytes: z
    .int()
    .min(1_048_576)
    .max(1_125_899_906_842_624)
    .optional()
    .describe(
      'When a stream takes about more bytes than this, by its share of all members, its oldest leave until it fits. What ' +
        'its views promise stays all the same, and the metric meetbrug_cloud_store_streams_over_bytes says so.',
    ),
};

const ofStreamSchema = z.strictObject({
  organisation: nameSchema.optional().describe('Without it the stream of every organisation.'),
  stream: nameSchema.describe('Theme of the stream, or the name of one from outside.'),
  ...limits,
});

/** How long the store keeps what was published; without a word everything. */
export const storeRetentionSchema = z
  .strictObject({
    ...limits,
    streams: z
      .array(ofStreamSchema)
      .max(10_000)
      .default([])
      .describe(
        'Streams with limits of their own, in place of those for all: one of an organisation before one of every ' +
          'organisation. With neither days nor bytes the stream keeps everything.',
      ),
  })
  .superRefine(({ streams }, context) => {
    const names = new Set<string>();
    streams.forEach(({ organisation = '', stream }, index) => {
      const name = `${organisation}/${stream}`;
      if (names.has(name)) context.addIssue({ code: 'custom', path: ['streams', index], message: 'is there twice' });
      names.add(name);
    });
  })
  .describe(
    'What leaves the store for good, oldest first: log, series, rollups and cold files alike. Nothing leaves before every ' +
      'view of its stream, and of the stream of all organisations, has dropped it, which by-page does by whole nodes of its ' +
      'index; the newest observation of each datastream stays, and so does the stream sensors. What comes for a time before ' +
      'that is acknowledged and counted, and not published. InfluxDB has a retention of its own. Without it everything stays.',
  );

export type StoreRetentionConfig = z.infer<typeof storeRetentionSchema>;

/** Limits of a stream, and the setting that has them. */
interface Limits extends StorePolicy {
  readonly path: readonly (string | number)[];
}

function limitsOf(config: StoreRetentionConfig, organisation: string, stream: string): Limits | undefined {
  const find = (of: string | undefined) =>
    config.streams.findIndex((entry) => entry.organisation === of && entry.stream === stream);
  const own = find(organisation);
  const index = own === -1 ? find(undefined) : own;
  const { days, bytes } = config.streams[index] ?? config;
  if (days === undefined && bytes === undefined) return undefined;
  return { days, bytes, path: index === -1 ? [] : ['streams', index] };
}

/** What the store keeps of a stream; undefined for everything. */
export function storePolicyOf(
  config: StoreRetentionConfig | undefined,
  organisation: string,
  stream: string,
): StorePolicy | undefined {
  return config && limitsOf(config, organisation, stream);
}

/** What a view promises, and the setting that says it. */
interface PromisedView {
  readonly setting: string;
  readonly retention: LdesConfig['retention'];
}

/**
 * Where the store would keep less than a view promises; each fault names both settings. `latest` promises the newest
 * observation of each datastream, which always stays. A stream of all organisations has the same views as those of its theme.
 */
export function undercutPromises(
  config: StoreRetentionConfig | undefined,
  organisations: readonly { readonly name: string; readonly streams: readonly string[] }[],
  ldes: LdesConfig,
): { readonly path: readonly (string | number)[]; readonly message: string }[] {
  const faults = new Map<string, { path: readonly (string | number)[]; message: string }>();
  for (const { name, streams } of config === undefined ? [] : organisations) {
    for (const stream of streams) {
      const limits = limitsOf(config as StoreRetentionConfig, name, stream);
      if (limits === undefined) continue;
      for (const view of promisedViews(ldes, stream)) {
        const message = faultOf(limits, view);
        if (message === undefined) continue;
        faults.set(`${limits.path.join('.')} ${view.setting}`, { path: limits.path, message });
      }
    }
  }
  return [...faults.values()];
}

function faultOf({ days, bytes }: Limits, { setting, retention }: PromisedView): string | undefined {
  const own = days === undefined ? `bytes (${bytes})` : `days (${days})`;
  const promised = retention?.versions === undefined ? retention?.days : undefined;
  if (promised === undefined) {
    const why =
      retention?.versions === undefined
        ? 'promises to keep everything, or everything since its start'
        : 'promises versions, and which are the newest is not looked up';
    const atMost = days === undefined ? '' : `, ${days} at most,`;
    return `${own} undercuts ${setting}, which ${why}: give that days${atMost} and no versions, or take this limit out`;
  }
  if (days === undefined || promised <= days) return undefined;
  return `${own} undercuts ${setting}.days (${promised}): make this at least ${promised}, or that at most ${days}`;
}

/** The views that a theme's streams have by the configuration, with what each promises. */
function promisedViews(ldes: LdesConfig, stream: string): PromisedView[] {
  return [
    { setting: 'ldes.retention', retention: ldes.retention },
    ...ldes.views.flatMap((view, index) =>
      view.definition.kind !== 'latest' && isViewOf(view, stream)
        ? [{ setting: `ldes.views[${index}].retention`, retention: view.retention }]
        : [],
    ),
  ];
}

/** Limits for streams that no configuration can have; `outside` are the names of those from outside. */
export function unknownStreams(
  config: StoreRetentionConfig | undefined,
  outside: readonly string[],
): { readonly path: readonly (string | number)[]; readonly message: string }[] {
  return (config?.streams ?? []).flatMap(({ stream }, index) =>
    streamKindOf(stream) === 'observations' || outside.includes(stream)
      ? []
      : [{ path: ['streams', index, 'stream'], message: `"${stream}" is no theme and not under outside` }],
  );
}
