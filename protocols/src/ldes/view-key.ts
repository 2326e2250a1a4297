import { type DatastreamKey, isDatastreamKey, NAME, splitDatastreamKey } from '../observation/datastream-key.ts';
import { type EpochMs, INSTANT_MAX_MS } from '../observation/instant.ts';
import { isProperty, OBSERVED_PROPERTIES, PROPERTY_KEYS, type PropertyKey } from '../properties/catalogue.ts';
import { calendarPeriod, calendarSegments } from './calendar-period.ts';
import type { ChildRelation } from './child-relation.ts';
import { formatTile, parseTile, tileAt, wideTile } from './map-tile.ts';
import { type KeyedView, type StreamKind, TILE_LEVELS_APART } from './view-definition.ts';

/** What decides where an observation stands in a view. */
export interface ObservationFacts {
  readonly kind: 'observation';
  readonly generatedMs: EpochMs;
  readonly resultMs: EpochMs;
  readonly property: PropertyKey;
  readonly datastream: DatastreamKey;
  /** Only in a stream of all organisations, where two may have the same datastream key. */
  readonly organisation?: string;
  /** Degrees, of the description version that the observation was published with. */
  readonly longitude: number;
  readonly latitude: number;
}

/** What decides where a version of an entity stands in a view. */
export interface EntityFacts {
  readonly kind: 'entity';
  readonly generatedMs: EpochMs;
}

export type MemberFacts = ObservationFacts | EntityFacts;

/** How one kind of view divides its members: a key has `levels` segments, the first is the widest. */
interface KeyRule<View> {
  readonly levels: number;
  keyOf(view: View, facts: MemberFacts): string[];
  /** What holds below a node with this key or the beginning of one; undefined when no member can have it. */
  relations(view: View, segments: readonly string[], members: StreamKind): ChildRelation[] | undefined;
}

const byTime: KeyRule<KeyedView> = {
  levels: 4,
  keyOf: (_, facts) => calendarSegments(facts.kind === 'observation' ? facts.resultMs : facts.generatedMs),
  relations(_, segments, members) {
    const period = calendarPeriod(segments);
    if (period === undefined) return undefined;
    const { fromMs, untilMs } = period;
    const until = untilMs > INSTANT_MAX_MS ? {} : { untilMs };
    return [{ kind: members === 'observations' ? 'result-time' : 'stamps', fromMs, ...until }];
  },
};

const byLocation: KeyRule<Extract<KeyedView, { kind: 'by-location' }>> = {
  levels: 2,
  keyOf({ zoom }, facts) {
    const { longitude, latitude } = observed(facts);
    const tile = tileAt(zoom, longitude, latitude);
    return [formatTile(wideTile(tile, TILE_LEVELS_APART)), formatTile(tile)];
  },
  relations({ zoom }, segments) {
    const tile = parseTile(segments.at(-1) ?? '');
    if (tile === undefined) return undefined;
    const [wide, narrow] = segments.length === 1 ? [tile, undefined] : [wideTile(tile, TILE_LEVELS_APART), tile];
    if (wide.zoom !== zoom - TILE_LEVELS_APART || (narrow !== undefined && narrow.zoom !== zoom)) return undefined;
    return segments[0] === formatTile(wide) ? [{ kind: 'tile', tile }] : undefined;
  },
};

const byProperty: KeyRule<KeyedView> = {
  levels: 1,
  keyOf: (_, facts) => [observed(facts).property],
  relations(_, [property = '']) {
    return isProperty(property) ? [{ kind: 'property', property }] : undefined;
  },
};

const byDatastream: KeyRule<KeyedView> = {
  levels: 1,
  keyOf(_, facts) {
    const { organisation, datastream } = observed(facts);
    return [organisation === undefined ? datastream : `${organisation}.${datastream}`];
  },
  relations(_, [segment = '']) {
    const dot = isDatastreamKey(segment) ? -1 : segment.indexOf('.');
    const [organisation, datastream] = [segment.slice(0, Math.max(0, dot)), segment.slice(dot + 1)];
    if (!isDatastreamKey(datastream) || !(dot === -1 || NAME.test(organisation))) return undefined;
    const property = PROPERTIES_BY_NAME.get(splitDatastreamKey(datastream).property);
    if (property === undefined) return undefined;
    return [{ kind: 'datastream', datastream, property, ...(dot === -1 ? {} : { organisation }) }];
  },
};

/** The keys of properties by the names that datastreams have them under. */
const PROPERTIES_BY_NAME: ReadonlyMap<string, PropertyKey> = new Map(
  PROPERTY_KEYS.map((key) => [OBSERVED_PROPERTIES[key].name, key]),
);

const KEY_RULES: { readonly [Kind in KeyedView['kind']]: KeyRule<Extract<KeyedView, { kind: Kind }>> } = {
  'by-time': byTime,
  'by-location': byLocation,
  'by-property': byProperty,
  'by-datastream': byDatastream,
};

/** A rule goes with the view it was looked up for, which the compiler cannot follow through the table. */
function ruleOf(view: KeyedView): KeyRule<KeyedView> {
  return KEY_RULES[view.kind] as KeyRule<KeyedView>;
}

/** Throws for an entity: the configuration refuses such views for their stream. */
function observed(facts: MemberFacts): ObservationFacts {
  if (facts.kind !== 'observation') throw new RangeError('a view by what is observed holds observations only');
  return facts;
}

/** The segments of the key that a member has, whatever its generation. */
export function memberKey(view: KeyedView, facts: MemberFacts): readonly string[] {
  return ruleOf(view).keyOf(view, facts);
}

/** How many segments a key has: with all of them it names a bucket. */
export function keyLevels(view: KeyedView): number {
  return ruleOf(view).levels;
}

/**
 * What links a node to its child one key level down.
 * @param key the child's, or the beginning of it; undefined when no member can have it, or for another spelling
 */
export function keyRelations(
  view: KeyedView,
  members: StreamKind,
  key: readonly string[],
): ChildRelation[] | undefined {
  const rule = ruleOf(view);
  return key.length < 1 || key.length > rule.levels ? undefined : rule.relations(view, key, members);
}
