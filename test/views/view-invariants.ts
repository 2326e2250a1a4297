import { SENSORS_STREAM } from '@meetbrug/cloud/src/log/entities.ts';
import type { StoredView } from '@meetbrug/cloud/src/log/views.ts';
import { createViewTable } from '@meetbrug/cloud/src/log/views.ts';
import { ALL_ORGANISATIONS, BY_PAGE } from '@meetbrug/protocols/ldes';
import { type DatastreamKey, organisationIris } from '@meetbrug/protocols/observation';
import { expect } from 'vitest';
import { BASE, type ViewLab } from './view-lab.ts';
import { type WalkedNode, walkView } from './walk-view.ts';

/** A member as the log has it. */
interface LoggedMember {
  readonly ordinal: number;
  readonly stampMs: number;
  readonly iri: string;
}

interface LoggedRow {
  ordinal: number;
  stamp_ms: number;
  organisation: string;
  key: DatastreamKey;
  begin_ms: number;
  revision: number;
}

const COLUMNS = 'datastream.organisation, datastream.key, log.begin_ms, log.revision';
const LOG = `SELECT log.ordinal, log.stamp_ms, ${COLUMNS} FROM log JOIN datastream ON datastream.id = log.datastream
  WHERE log.stream = ?`;
const ALL_LOG = `SELECT all_log.ordinal, all_log.stamp_ms, ${COLUMNS} FROM all_log
  JOIN log ON log.stream = all_log.source_stream AND log.ordinal = all_log.source_ordinal
  JOIN datastream ON datastream.id = log.datastream WHERE all_log.stream = ?`;

function toMember({ ordinal, stamp_ms, organisation, key, begin_ms, revision }: LoggedRow): LoggedMember {
  const iri = organisationIris(BASE, organisation).observationVersion(key, begin_ms, revision);
  return { ordinal, stampMs: stamp_ms, iri };
}

function membersOf(
  { store }: ViewLab,
  { id, organisation, stream }: { id: number; organisation: string; stream: string },
): LoggedMember[] {
  if (stream !== SENSORS_STREAM) {
    return store
      .prepare<[number], LoggedRow>(organisation === ALL_ORGANISATIONS ? ALL_LOG : LOG)
      .all(id)
      .map(toMember);
  }
  return store
    .prepare<[number], { ordinal: number; stamp_ms: number; path: string; version: number }>(
      'SELECT ordinal, stamp_ms, path, version FROM entity_log WHERE stream = ?',
    )
    .all(id)
    .map(({ ordinal, stamp_ms, path, version }) => ({
      ordinal,
      stampMs: stamp_ms,
      iri: `${BASE}/id/${organisation}/${path}#${version}`,
    }));
}

interface CheckedView {
  readonly organisation: string;
  readonly stream: string;
  readonly view: StoredView;
  readonly members: readonly LoggedMember[];
  readonly isWhole: boolean;
}

/**
 * Holds all that was ever read of a lab's views against what they show now. Every check walks every view and throws the
 * first promise that is broken.
 */
export class ViewInvariants {
  readonly #finals = new Map<string, string>();
  readonly #seen = new Map<string, readonly [organisation: string, stream: string, view: string, path: string]>();

  /** @param isWhole false while the index is behind: then not all members need be there yet */
  check(lab: ViewLab, stream: string, isWhole = true): void {
    const shown = new Set<string>();
    const rows = lab.store
      .prepare<[string], { id: number; organisation: string; live: number }>(
        'SELECT id, organisation, live FROM stream WHERE name = ?',
      )
      .all(stream);
    for (const { id, organisation, live } of rows) {
      if (live === 0) continue;
      const members = membersOf(lab, { id, organisation, stream });
      for (const view of createViewTable(lab.store, BASE).list(id)) {
        const { kind } = lab.read(organisation, stream, view.definition.name, '');
        if (kind === 'absent' || (kind === 'filling' && !isWhole)) continue;
        for (const url of this.#checkView(lab, { organisation, stream, view, members, isWhole })) shown.add(url);
      }
    }
    if (isWhole) this.#checkLinks(lab, stream, shown);
  }

  #checkView(lab: ViewLab, of: CheckedView): string[] {
    const { organisation, stream, view, members } = of;
    const { name } = view.definition;
    const rootUrl = `${BASE}/ldes/${organisation}/${stream}/${name}`;
    const nodes = walkView(rootUrl, (path) => lab.read(organisation, stream, name, path));
    const paths = nodes.map(({ path }) => path);
    expect(paths, `${rootUrl}: each node has one parent`).toEqual([...new Set(paths)]);
    const shown = nodes.flatMap((node) => node.members).toSorted();
    const kept = view.definition.kind === 'latest' ? newestOf(lab, of) : retained(view, members);
    if (of.isWhole) expect(shown, `${rootUrl}: each member once`).toEqual(kept.toSorted());
    else expect(shown, `${rootUrl}: no member twice`).toEqual([...new Set(shown)]);
    this.#checkFinality(rootUrl, nodes);
    return paths.map((path) => {
      this.#seen.set(`${rootUrl}/${path}`, [organisation, stream, name, path]);
      return `${rootUrl}/${path}`;
    });
  }

  #checkFinality(rootUrl: string, nodes: readonly WalkedNode[]): void {
    const byPath = new Map(nodes.map((node) => [node.path, node]));
    for (const { path, final, text, children } of nodes) {
      const url = `${rootUrl}/${path}`;
      const before = this.#finals.get(url);
      if (before !== undefined) {
        expect(final, `${url} stays final`).toBe(true);
        expect(text, `${url} keeps its bytes`).toBe(before);
      }
      if (!final) continue;
      this.#finals.set(url, text);
      const open = children.filter((child) => byPath.get(child)?.final !== true);
      expect(open, `${url} is final and leads to nothing open`).toEqual([]);
    }
  }

  /** A link that was published keeps answering, or leads to where the rest is. */
  #checkLinks(lab: ViewLab, stream: string, shown: ReadonlySet<string>): void {
    for (const [url, place] of this.#seen) {
      if (shown.has(url) || place[1] !== stream) continue;
      const { kind } = lab.read(...place);
      // A stream of all organisations that is taken out of the configuration is not served.
      if (place[0] === ALL_ORGANISATIONS && kind === 'absent') continue;
      expect(['page', 'dropped'], url).toContain(kind);
    }
  }
}

function retained({ definition, dropped }: StoredView, members: readonly LoggedMember[]): string[] {
  if (definition.kind === 'latest') return [];
  const isKept =
    definition.kind === BY_PAGE
      ? ({ ordinal }: LoggedMember) => ordinal >= dropped * definition.pageSize * definition.fanOut
      : ({ stampMs }: LoggedMember) => stampMs >= dropped;
  return members.filter(isKept).map(({ iri }) => iri);
}

/** By the rule itself: the greatest phenomenon time, then the greatest revision. */
function newestOf(lab: ViewLab, { organisation, stream }: { organisation: string; stream: string }): string[] {
  const rows = lab.store
    .prepare<[string], LoggedRow & { datastream: number }>(
      `SELECT log.datastream, log.ordinal, log.stamp_ms, ${COLUMNS} FROM log
       JOIN stream ON stream.id = log.stream JOIN datastream ON datastream.id = log.datastream
       WHERE stream.name = ? ORDER BY log.begin_ms, log.revision`,
    )
    .all(stream);
  const isOf = (row: LoggedRow) => organisation === ALL_ORGANISATIONS || row.organisation === organisation;
  const newest = new Map(rows.filter(isOf).map((row) => [row.datastream, toMember(row).iri]));
  return [...newest.values()];
}
