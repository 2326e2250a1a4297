import type { DatastreamKey } from '../observation/datastream-key.ts';
import type { EpochMs } from '../observation/instant.ts';
import type { PropertyKey } from '../properties/catalogue.ts';
import type { MapTile } from './map-tile.ts';

/** What is true of all members below a child. A reader may skip the child when it looks for something else. */
export type ChildRelation =
  /** `prov:generatedAtTime` is `fromMs` or later and, when nothing can be added any more, before `untilMs`. */
  | { readonly kind: 'stamps'; readonly fromMs: EpochMs; readonly untilMs?: EpochMs }
  /** The same of `sosa:resultTime`; without `untilMs` there is no upper bound. */
  | { readonly kind: 'result-time'; readonly fromMs: EpochMs; readonly untilMs?: EpochMs }
  /** The geometry lies inside the tile. */
  | { readonly kind: 'tile'; readonly tile: MapTile }
  | { readonly kind: 'property'; readonly property: PropertyKey }
  /** Feature, sensor, property and procedure are those of the datastream; `organisation` is the stream's when absent. */
  | {
      readonly kind: 'datastream';
      readonly datastream: DatastreamKey;
      readonly property: PropertyKey;
      readonly organisation?: string;
    }
  /** Nothing: the child must always be followed. */
  | { readonly kind: 'plain' };

/** A link from a node to a node one level down. */
export interface ChildLink {
  /** Path of the child below the view's root. */
  readonly path: string;
  /** Together they all hold; at most one of a kind. */
  readonly relations: readonly ChildRelation[];
}
