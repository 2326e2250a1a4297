import type { RefusalCode } from '@meetbrug/protocols/delivery';
import { type DatastreamDescription, datastreamDescriptionSchema } from '@meetbrug/protocols/observation';
import { OBSERVED_PROPERTIES } from '@meetbrug/protocols/properties';
import { type DatastreamLimits, limitsOf } from '../ingest/check-observation.ts';
import { canonicalJson } from './canonical-json.ts';
import type { EntityLog } from './entities.ts';
import type { Store } from './open-store.ts';
import type { OpenStream, StreamTable } from './streams.ts';

/** Where the observations of one datastream of a batch go. */
export interface ReadyDatastream {
  readonly kind: 'ready';
  readonly id: number;
  readonly stream: OpenStream;
  readonly description: number;
  readonly limits: DatastreamLimits;
}

export type DatastreamSlot =
  | ReadyDatastream
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly detail: string }
  | { readonly kind: 'describe' };

/** Who speaks: an edge belongs to one organisation; the epoch names the outbox that minted the versions. */
export interface Sender {
  readonly edge: string;
  readonly organisation: string;
  readonly epoch: string;
}

export interface DatastreamTable {
  /** Takes a description over; returns how many entity versions it published. */
  describe(sender: Sender, description: DatastreamDescription, stampMs: number): number;
  /** What the cloud knows of a datastream in a version of its description. */
  resolve(sender: Sender, key: string, version: number): DatastreamSlot;
}

interface KnownDatastream {
  readonly id: number;
  readonly edge: string;
  readonly stream: OpenStream;
  /** By epoch and version; emptied beyond a few, since an edge uses the newest. */
  readonly slots: { epoch: string; version: number; slot: ReadyDatastream }[];
}

/** An organisation with more datastreams than this looks the others up in the store, more slowly. */
const KNOWN_MAX = 200_000;
const SLOTS_MAX = 8;

/**
 * The datastreams and their descriptions. A datastream belongs to the edge that described it first. Versions of a
 * description are numbered by the edge within an epoch, and again by the cloud, since an edge that lost its outbox
 * starts at 1 with other content, and what is published may not change.
 */
export function createDatastreamTable(store: Store, streams: StreamTable, entities: EntityLog): DatastreamTable {
  const statements = prepare(store);
  const known = new Map<string, Map<string, KnownDatastream>>();

  const find = (organisation: string, key: string): KnownDatastream | undefined => {
    const ofOrganisation = known.get(organisation) ?? new Map<string, KnownDatastream>();
    const cached = ofOrganisation.get(key);
    if (cached !== undefined) return cached;
    const row = statements.select.get(organisation, key);
    if (row === undefined) return undefined;
    const found: KnownDatastream = {
      id: row.id,
      edge: row.edge,
      stream: streams.open(organisation, row.theme),
      slots: [],
    };
    if (ofOrganisation.size >= KNOWN_MAX) ofOrganisation.clear();
    known.set(organisation, ofOrganisation.set(key, found));
    return found;
  };

  const create = ({ organisation, edge }: Sender, description: DatastreamDescription): KnownDatastream => {
    const { theme } = OBSERVED_PROPERTIES[description.property];
    statements.insert.run(organisation, description.datastream, edge, streams.open(organisation, theme).id);
    const created = find(organisation, description.datastream);
    if (created === undefined) throw new Error(`datastream ${description.datastream} vanished`);
    return created;
  };

  return {
    describe(sender, description, stampMs) {
      const datastream = find(sender.organisation, description.datastream) ?? create(sender, description);
      if (datastream.edge !== sender.edge) return 0;
      if (statements.selectVersion.get(datastream.id, sender.epoch, description.version) !== undefined) return 0;
      const stored = storeDescription(statements, datastream.id, description);
      statements.insertVersion.run(datastream.id, sender.epoch, description.version, stored.id);
      if (!stored.current) return 0;
      return entities.publish(sender.organisation, description, stampMs);
    },
    resolve(sender, key, version) {
      const datastream = find(sender.organisation, key);
      if (datastream === undefined) return { kind: 'describe' };
      if (datastream.edge !== sender.edge) {
        return { kind: 'refused', code: 'not-owner', detail: `${key} belongs to edge ${datastream.edge}` };
      }
      for (const known of datastream.slots) {
        if (known.version === version && known.epoch === sender.epoch) return known.slot;
      }
      const row = statements.selectVersion.get(datastream.id, sender.epoch, version);
      if (row === undefined) return { kind: 'describe' };
      const limits = limitsOf(parseDescription(row.body));
      const slot: ReadyDatastream = {
        kind: 'ready',
        id: datastream.id,
        stream: datastream.stream,
        description: row.id,
        limits,
      };
      if (datastream.slots.length >= SLOTS_MAX) datastream.slots.length = 0;
      datastream.slots.push({ epoch: sender.epoch, version, slot });
      return slot;
    },
  };
}

/** A description as it was stored: checked once when it came in. */
export function parseDescription(body: string): DatastreamDescription {
  return datastreamDescriptionSchema.parse(JSON.parse(body));
}

type Statements = ReturnType<typeof prepare>;

function prepare(store: Store) {
  return {
    select: store.prepare<[string, string], { id: number; edge: string; theme: string }>(`
      SELECT datastream.id, datastream.edge, stream.name AS theme
      FROM datastream JOIN stream ON stream.id = datastream.stream
      WHERE datastream.organisation = ? AND datastream.key = ?`),
    insert: store.prepare<[string, string, string, number]>(
      'INSERT INTO datastream (organisation, key, edge, stream) VALUES (?, ?, ?, ?)',
    ),
    selectVersion: store.prepare<[number, string, number], { id: number; body: string }>(`
      SELECT description.id, description.body
      FROM edge_description JOIN description ON description.id = edge_description.description
      WHERE edge_description.datastream = ? AND edge_description.epoch = ? AND edge_description.version = ?`),
    insertVersion: store.prepare<[number, string, number, number]>(
      'INSERT INTO edge_description (datastream, epoch, version, description) VALUES (?, ?, ?, ?)',
    ),
    selectBodies: store.prepare<[number], { id: number; body: string }>(
      'SELECT id, body FROM description WHERE datastream = ? ORDER BY id',
    ),
    insertBody: store.prepare<[number, string]>('INSERT INTO description (datastream, body) VALUES (?, ?)'),
    setCurrent: store.prepare<[number, number]>('UPDATE datastream SET description = ? WHERE id = ?'),
  };
}

/** Stores a description under the cloud's own version number, unless its content is there already. */
function storeDescription(
  statements: Statements,
  datastream: number,
  description: DatastreamDescription,
): { readonly id: number; readonly current: boolean } {
  const bodies = statements.selectBodies.all(datastream);
  const earlier = bodies.map(({ id, body }) => ({ id, description: parseDescription(body) }));
  const same = earlier.find(
    (one) => canonicalJson({ ...one.description, version: description.version }) === canonicalJson(description),
  );
  if (same !== undefined) return { id: same.id, current: false };
  const newest = Math.max(...earlier.map((one) => one.description.validFromMs), 0);
  const body = canonicalJson({ ...description, version: bodies.length + 1 });
  const id = Number(statements.insertBody.run(datastream, body).lastInsertRowid);
  const current = description.validFromMs >= newest;
  if (current) statements.setCurrent.run(id, datastream);
  return { id, current };
}
