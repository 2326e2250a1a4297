import { describe, expect, onTestFinished, test } from 'vitest';
import type { StoreRetentionConfig } from '../config/retention-config.ts';
import { closeStream } from '../log/close-stream.ts';
import { RENDER_VERSIONS } from '../log/render-version.ts';
import { makeTestFile } from '../log/test-store.ts';
import type { WriterReply, WriterRequest, WriterSettings } from '../log/writer-messages.ts';
import { createWriterSession, openLog } from '../log/writer-session.ts';
import type { OutsideCursor, OutsideMember } from './outside-append.ts';
import { readOutsideCursor } from './outside-cursor.ts';
import type { OutsideTerms } from './outside-terms.ts';

const T0 = Date.UTC(2026, 6, 1, 12);
const DAY_MS = 86_400_000;
const TERMS: OutsideTerms = { stampPredicate: 'http://x.example/stamp', versionOfPredicate: 'http://x.example/of' };

function settingsOf(file: string, outside: OutsideTerms, retention?: StoreRetentionConfig): WriterSettings {
  const definition = { kind: 'by-page', name: 'by-page', pageSize: 2, fanOut: 2 } as const;
  const views = [{ definition, retention: retention && { days: 1 } }];
  return {
    file,
    quarantineBytesMax: 1_000_000,
    publicBaseUrl: 'https://data.example.be',
    feeds: [{ organisation: 'demo', stream: 'parking', views, outside }],
    all: { themes: [], without: [] },
    renderVersion: RENDER_VERSIONS.plain,
    retention,
  };
}

/** A writer in this thread, on a store of its own. */
function createTestWriter(file = makeTestFile(), retention?: StoreRetentionConfig) {
  const settings = settingsOf(file, TERMS, retention);
  const opened = openLog(settings);
  if (!opened.ok) throw new Error(opened.fault.detail);
  const { store } = opened.value;
  onTestFinished(() => void store.close());
  const replies: WriterReply[] = [];
  const session = createWriterSession(opened.value, settings, {
    next: () => undefined,
    reply: (message) => void replies.push(message),
    monotonicMs: () => 0,
  });
  const handle = (request: WriterRequest) => {
    replies.length = 0;
    session.handle(request);
    return [...replies];
  };
  return {
    file,
    store,
    append(members: readonly OutsideMember[], { nowMs = T0, cursor }: { nowMs?: number; cursor?: OutsideCursor } = {}) {
      const append = { organisation: 'demo', stream: 'parking', members, ...(cursor && { cursor }) };
      return handle({ kind: 'outside', id: 7, append, nowMs });
    },
    retain() {
      handle({ kind: 'tend', retain: true });
      for (let step = 0; session.fill(); step++) expect(step).toBeLessThan(100);
    },
    rows: () => store.prepare('SELECT ordinal, stamp_ms AS stampMs, iri FROM outside_log ORDER BY ordinal').all(),
  };
}

function member(name: string, content = name): OutsideMember {
  const body = new TextEncoder().encode(content);
  const digest = Buffer.from(content.padEnd(32, '.')).toString('hex');
  return { iri: `https://x.example/${name}`, body, digest };
}

describe('members from outside', () => {
  test('get dense ordinals and the stamp of their commit, and are known when they come again', () => {
    const writer = createTestWriter();
    expect(writer.append([member('a'), member('b'), member('a')])).toMatchObject([
      {
        kind: 'committed',
        batches: [],
        outside: [{ id: 7, results: ['created', 'created', 'known'] }],
        heads: [{ name: 'parking', memberCount: 2, lastStampMs: T0 }],
      },
    ]);
    const [reply] = writer.append([member('c'), member('a', 'otherwise'), member('b')], { nowMs: T0 + 1 });
    expect(reply).toMatchObject({ outside: [{ results: ['created', 'conflict', 'known'] }] });
    expect(writer.rows()).toEqual([
      { ordinal: 0, stampMs: T0, iri: 'https://x.example/a' },
      { ordinal: 1, stampMs: T0, iri: 'https://x.example/b' },
      { ordinal: 2, stampMs: T0 + 1, iri: 'https://x.example/c' },
    ]);
  });

  test('carry a cursor in their transaction, also when nothing else is new', () => {
    const writer = createTestWriter();
    expect(readOutsideCursor(writer.store, 'feed')).toBeUndefined();
    writer.append([member('a')], { cursor: { name: 'feed', state: 'page 1' } });
    writer.append([], { cursor: { name: 'feed', state: 'page 2' } });
    expect(readOutsideCursor(writer.store, 'feed')).toBe('page 2');
  });

  test('leave nothing behind when the disk is full, and come again when there is room', () => {
    const writer = createTestWriter();
    writer.append([member('a')], { cursor: { name: 'feed', state: '1' } });
    const pages = Number(writer.store.pragma('page_count', { simple: true }));
    writer.store.pragma(`max_page_count = ${pages}`);
    const many = Array.from({ length: 500 }, (_, index) => member(`m${index}`, 'x'.repeat(500)));
    const full = writer.append([...many, member('b')], { cursor: { name: 'feed', state: '2' } });
    expect(full).toMatchObject([{ kind: 'disk-full', ids: [7] }]);
    expect(writer.rows()).toHaveLength(1);
    expect(readOutsideCursor(writer.store, 'feed')).toBe('1');
    writer.store.pragma(`max_page_count = ${pages + 1_000}`);
    expect(writer.append([member('a'), ...many])).toMatchObject([{ heads: [{ memberCount: 501 }] }]);
  });

  test('are not taken while the clock is far behind, nor into a stream that is closed', () => {
    const writer = createTestWriter();
    writer.append([member('a')]);
    expect(writer.append([member('b')], { nowMs: T0 - 61_000 })).toMatchObject([{ kind: 'clock-behind', ids: [7] }]);
    expect(closeStream(writer.file, 'demo/parking')).toEqual({ ok: true, value: { members: 1 } });
    const [refusal] = writer.append([member('b')], { cursor: { name: 'feed', state: '1' } });
    expect(refusal).toMatchObject({ kind: 'stream-closed', id: 7 });
    expect(writer.rows()).toHaveLength(1);
    expect(readOutsideCursor(writer.store, 'feed')).toBeUndefined();
  });

  test('leave the store by its retention once no page shows them, and are known all the same', () => {
    const writer = createTestWriter(undefined, { days: 2, streams: [] });
    for (let index = 0; index < 10; index++) writer.append([member(`m${index}`)], { nowMs: T0 + index });
    writer.append([member('late')], { nowMs: T0 + 10 * DAY_MS });
    // What the views drop in one round leaves the store in the next.
    writer.retain();
    expect(writer.rows()).toHaveLength(11);
    writer.retain();
    expect(writer.rows()).toEqual([
      { ordinal: 8, stampMs: T0 + 8, iri: 'https://x.example/m8' },
      { ordinal: 9, stampMs: T0 + 9, iri: 'https://x.example/m9' },
      { ordinal: 10, stampMs: T0 + 10 * DAY_MS, iri: 'https://x.example/late' },
    ]);
    const [reply] = writer.append([member('m0'), member('m1', 'otherwise')], { nowMs: T0 + 10 * DAY_MS });
    expect(reply).toMatchObject({ outside: [{ results: ['known', 'conflict'] }] });
  });
});

test.each([
  ['stampPredicate', { ...TERMS, stampPredicate: 'http://x.example/other' }],
  ['versionOfPredicate', { ...TERMS, versionOfPredicate: 'http://x.example/other' }],
  ['timestampPredicate', { ...TERMS, timestampPredicate: 'http://x.example/at' }],
])('a stream that was published is not opened with another %s', (setting, terms) => {
  const { file } = createTestWriter();
  const opened = openLog(settingsOf(file, terms));
  expect(opened.ok ? '' : opened.fault.detail).toMatch(
    new RegExp(`outside: demo/parking .*${setting} is .*, published with`),
  );
});
