import type { Store } from '../log/open-store.ts';
import { createDescribedDatastreams, type DescribedDatastream } from './described-datastreams.ts';
import type { Entity } from './entity.ts';
import { createEntityTexts, type EntityTexts } from './entity-texts.ts';
import { SET_NAMES, type SetName } from './model.ts';
import { placeHistory } from './place-history.ts';
import { type PropertyValue, TimeValue } from './values.ts';

/** Every set but the observations, as one reader may see it: all of it is in memory. */
export interface EntityDirectory {
  /** The datastreams whose observations may be read: all of the store, or some in rising order. */
  readonly readable: 'all' | readonly number[];
  /** In order of id. */
  list(set: SetName): readonly Entity[];
  find(set: SetName, id: string): Entity | undefined;
  /** The datastream that observations are read of. */
  datastream(id: number): Entity | undefined;
  featureOf(datastream: number): Entity | undefined;
  /** Organisation and key, for the IRIs of observations. */
  described(datastream: number): DescribedDatastream | undefined;
  /** The number of a datastream, from its names. */
  numberOf(organisation: string, key: string): number | undefined;
}

/** Directories kept: that of everybody, and those of a few readers who may see more. */
const DIRECTORIES_MAX = 4;

/**
 * The directory of the newest descriptions outside some streams (`organisation/stream`); made again when there are new
 * ones, from what was read before and those.
 */
export function createEntityDirectories(
  store: Store,
  publicBaseUrl: string,
): (closed: readonly string[]) => EntityDirectory {
  const datastreams = createDescribedDatastreams(store);
  const directories = new Map<string, EntityDirectory>();
  let version = -1;
  return (closed) => {
    const now = datastreams.version();
    if (now !== version) directories.clear();
    version = now;
    const name = closed.join();
    const directory = directories.get(name) ?? directoryOf(datastreams.read(), publicBaseUrl, closed);
    directories.delete(name);
    directories.set(name, directory);
    const [oldest] = directories.keys();
    if (directories.size > DIRECTORIES_MAX && oldest !== undefined) directories.delete(oldest);
    return directory;
  };
}

/**
 * The entities that some datastreams describe, without what is only of closed streams. Ids are those of rows that are never removed and keep their number: a
 * thing, sensor, property or feature has the least id of its datastreams, which a later datastream cannot undercut; a
 * location and a historical location that of the description that first said it. Where streams are closed, both are of what
 * can be seen: an id says nothing of what cannot.
 */
export function directoryOf(
  all: readonly DescribedDatastream[],
  publicBaseUrl: string,
  closed: readonly string[] = [],
): EntityDirectory {
  const datastreams = all.filter(({ organisation, theme }) => !closed.includes(`${organisation}/${theme}`));
  const texts = createEntityTexts(publicBaseUrl);
  const sets = new Map<SetName, Map<string, DirectoryEntity>>(SET_NAMES.map((set) => [set, new Map()]));
  const byKey = new Map<string, DirectoryEntity>();
  const described = new Map(datastreams.map((one) => [one.id, one]));
  const numbers = new Map(datastreams.map((one) => [keyOf(one, one.description.datastream), one.id]));
  const newest = newestWords(datastreams);

  const add = (set: SetName, id: number, properties: () => Properties): DirectoryEntity => {
    const entity = new DirectoryEntity(set, id, properties);
    sets.get(set)?.set(String(id), entity);
    return entity;
  };
  const shared = (set: SetName, key: string, id: number, properties: () => Properties) => {
    const known = byKey.get(`${set} ${key}`) ?? add(set, id, properties);
    byKey.set(`${set} ${key}`, known);
    return known;
  };

  for (const one of datastreams) {
    const { id, names } = one;
    const words = (name: string) => newest.get(keyOf(one, name)) ?? one;
    const datastream = add('Datastreams', id, () => texts.datastream(one));
    const sensor = shared('Sensors', keyOf(one, names.sensor), id, () => texts.sensor(words(`sensor ${names.sensor}`)));
    const property = shared('ObservedProperties', names.property, id, () => texts.property(one));
    const feature = shared('FeaturesOfInterest', keyOf(one, names.feature), id, () =>
      texts.feature(words(`feature ${names.feature}`)),
    );
    datastream.link('Sensor', sensor);
    datastream.link('ObservedProperty', property);
    datastream.feature = feature;
    datastream.scope.push(id);
    feature.scope.push(id);
    sensor.link('Datastreams', datastream);
    property.link('Datastreams', datastream);
  }
  for (const [first, ...others] of measuringPoints(datastreams).values()) {
    const places = [first, ...others].flatMap((one) => one.places);
    addMeasuringPoint(first, [first, ...others], placeHistory(places), add, sets, texts);
  }

  return {
    readable: closed.length === 0 ? 'all' : datastreams.map(({ id }) => id),
    list: (set) => sorted(sets.get(set)),
    find: (set, id) => sets.get(set)?.get(id),
    datastream: (id) => sets.get('Datastreams')?.get(String(id)),
    featureOf: (id) => sets.get('Datastreams')?.get(String(id))?.feature,
    described: (id) => described.get(id),
    numberOf: (organisation, key) => numbers.get(`${organisation}/${key}`),
  };
}

function keyOf({ organisation }: DescribedDatastream, name: string): string {
  return `${organisation}/${name}`;
}

/** Of several datastreams that describe one sensor or feature, the one whose description holds from the latest moment. */
function newestWords(datastreams: readonly DescribedDatastream[]): ReadonlyMap<string, DescribedDatastream> {
  const newest = new Map<string, DescribedDatastream>();
  for (const one of datastreams) {
    for (const name of [`sensor ${one.names.sensor}`, `feature ${one.names.feature}`]) {
      const known = newest.get(keyOf(one, name));
      if (known === undefined || isNewer(one, known)) newest.set(keyOf(one, name), one);
    }
  }
  return newest;
}

function isNewer({ description: one }: DescribedDatastream, { description: other }: DescribedDatastream): boolean {
  return one.validFromMs === other.validFromMs
    ? one.datastream > other.datastream
    : one.validFromMs > other.validFromMs;
}

type Properties = Readonly<Record<string, PropertyValue>>;
type Add = (set: SetName, id: number, properties: () => Properties) => DirectoryEntity;

function addMeasuringPoint(
  first: DescribedDatastream,
  all: readonly DescribedDatastream[],
  stays: ReturnType<typeof placeHistory>,
  add: Add,
  sets: ReadonlyMap<SetName, ReadonlyMap<string, DirectoryEntity>>,
  texts: EntityTexts,
): void {
  const newest = stays.at(-1);
  const thing = add('Things', first.id, () => texts.thing(first, newest?.place));
  for (const { id } of all) {
    const datastream = sets.get('Datastreams')?.get(String(id));
    if (datastream === undefined) continue;
    thing.link('Datastreams', datastream);
    datastream.link('Thing', thing);
  }
  for (const { id, fromMs, locationId, place } of stays) {
    const known = sets.get('Locations')?.get(String(locationId));
    const location = known ?? add('Locations', locationId, () => texts.location(first, place));
    const historical = add('HistoricalLocations', id, () => ({ time: new TimeValue(fromMs) }));
    historical.link('Thing', thing);
    historical.link('Locations', location);
    location.link('HistoricalLocations', historical);
    thing.link('HistoricalLocations', historical);
  }
  const current = newest && sets.get('Locations')?.get(String(newest.locationId));
  if (current === undefined) return;
  thing.link('Locations', current);
  current.link('Things', thing);
}

type Group = [DescribedDatastream, ...DescribedDatastream[]];

function measuringPoints(datastreams: readonly DescribedDatastream[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const one of datastreams) {
    const key = `${one.organisation}/${one.names.measuringPoint}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

const SORTED = new WeakMap<ReadonlyMap<string, DirectoryEntity>, readonly DirectoryEntity[]>();

function sorted(entities: ReadonlyMap<string, DirectoryEntity> | undefined): readonly Entity[] {
  if (entities === undefined) return [];
  const known = SORTED.get(entities) ?? [...entities.values()].sort((a, b) => a.id - b.id);
  SORTED.set(entities, known);
  return known;
}

/** Says what it is when it is first asked: a page needs few of very many. */
class DirectoryEntity implements Entity {
  readonly set: SetName;
  readonly id: number;
  readonly scope: number[] = [];
  feature: DirectoryEntity | undefined;
  readonly #describe: () => Properties;
  #properties: Properties | undefined;
  readonly #related = new Map<string, DirectoryEntity[]>();

  constructor(set: SetName, id: number, describe: () => Properties) {
    this.set = set;
    this.id = id;
    this.#describe = describe;
  }

  link(relation: string, entity: DirectoryEntity): void {
    const known = this.#related.get(relation);
    if (known === undefined) this.#related.set(relation, [entity]);
    else known.push(entity);
  }

  property(name: string): PropertyValue {
    this.#properties ??= this.#describe();
    return this.#properties[name];
  }

  related(relation: string): readonly Entity[] {
    return this.#related.get(relation) ?? [];
  }

  observationScope(): readonly number[] {
    return this.scope;
  }
}
