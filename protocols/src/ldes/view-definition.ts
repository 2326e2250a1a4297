import { z } from 'zod';
import { nameSchema } from '../observation/datastream-description.ts';
import { treeSettingsSchema } from './tree.ts';

/** The view that every stream has: one bucket in the order of the log, the source that other views are made from. */
export const BY_PAGE = 'by-page';

/** The organisation in the URL of a stream of all organisations: reserved, no organisation is called so. */
export const ALL_ORGANISATIONS = 'all';

/** How many levels of tiles stand in the path of a tile's bucket, and by how many zoom levels they differ. */
export const TILE_LEVELS_APART = 4;
const ZOOM_MAX = 20;

const bucketed = {
  pageSize: treeSettingsSchema.shape.pageSize
    .default(250)
    .describe('Members on one page. Stored with the view and never changed.'),
  fanOut: treeSettingsSchema.shape.fanOut
    .default(250)
    .describe('Pages below one index node, and index nodes below one of the next level. Stored and never changed.'),
};
const name = nameSchema.optional().describe('Name in the URL of the view; its kind when absent.');

/** What a view is made by. Stored with the view: another definition needs another view, under another name. */
export const viewDefinitionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal(BY_PAGE), name, ...bucketed }).describe('All members in the order of the log.'),
    z
      .strictObject({ kind: z.literal('by-time'), name, ...bucketed })
      .describe('By the UTC hour of the result time; in `sensors` by that of the commit.'),
    z
      .strictObject({
        kind: z.literal('by-location'),
        name,
        ...bucketed,
        zoom: z
          .int()
          .min(TILE_LEVELS_APART)
          .max(ZOOM_MAX)
          .default(14)
          .describe('Zoom level of the Web Mercator tiles: 14 is 1.5 km wide in Belgium, one more is half as wide.'),
      })
      .describe('By the map tile of the measuring point.'),
    z.strictObject({ kind: z.literal('by-property'), name, ...bucketed }).describe('By the observed property.'),
    z.strictObject({ kind: z.literal('by-datastream'), name, ...bucketed }).describe('By the datastream.'),
    z
      .strictObject({
        kind: z.literal('latest'),
        name,
        buckets: z
          .int()
          .min(1)
          .max(4_096)
          .default(64)
          .describe('Pages that the datastreams are spread over. Stored with the view and never changed.'),
      })
      .describe('The newest version of each datastream only; its pages always change.'),
  ])
  .transform((definition) => ({ ...definition, name: definition.name ?? definition.kind }));

export type ViewDefinition = z.output<typeof viewDefinitionSchema>;
export type ViewKind = ViewDefinition['kind'];

/** A view whose members stand in buckets of pages, in the order of the log. */
export type BucketedView = Exclude<ViewDefinition, { kind: 'latest' }>;
/** A bucketed view with more than one bucket: it has generations and keys. */
export type KeyedView = Exclude<BucketedView, { kind: 'by-page' }>;

/** What the members of a stream are: versions of observations, of what describes them, or version objects of others. */
export type StreamKind = 'observations' | 'entities' | 'outside';

/**
 * The views that make sense for a stream: what is described in `sensors` has no result time, place or datastream, and of
 * what comes from outside nothing is known but when it came.
 */
export const VIEW_KINDS: Readonly<Record<StreamKind, readonly ViewKind[]>> = {
  observations: [BY_PAGE, 'by-time', 'by-location', 'by-property', 'by-datastream', 'latest'],
  entities: [BY_PAGE, 'by-time'],
  outside: [BY_PAGE],
};

/**
 * What a view promises to keep: what any of `days` and `versions` keeps, or without both everything, from `startMs` on. It
 * is a minimum: more is kept, because only whole first-level nodes are dropped.
 */
export interface RetentionPolicy {
  /** Members younger than this stay. */
  readonly days?: number;
  /** So many of the newest versions of each thing stay. */
  readonly versions?: number;
  /** Nothing before this instant is promised. */
  readonly startMs?: number;
}
