import { BODY_ENCODINGS } from '@meetbrug/protocols/delivery';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RENDER_VERSIONS } from './render-version.ts';
import { description, EPOCH, KEY, T0, value } from './test-log.ts';
import { makeTestFile } from './test-store.ts';
import type { WriterReply, WriterRequest } from './writer-messages.ts';
import { createWriterSession, openLog } from './writer-session.ts';

/** A writer in this thread, on a store whose pages can be limited: to SQLite that is a disk without room. */
function createTestWriter() {
  const settings = {
    file: makeTestFile(),
    quarantineBytesMax: 1_000_000,
    publicBaseUrl: 'https://data.example.be',
    feeds: [{ organisation: 'demo', stream: 'heat-stress', views: [] }],
    all: { themes: [], without: [] },
    renderVersion: RENDER_VERSIONS.plain,
  };
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
  return {
    store,
    /** Delivers an hour of values, or so many from its begin, as one uplink a value. */
    deliver(hour: number, values = 60): WriterReply | undefined {
      const uplinks = Array.from({ length: values }, (_, minute) => {
        const number = hour * 60 + minute + 1;
        return [number, T0, [value(`${minute % 30}.5`, number)]];
      });
      const batch = { version: 1, epoch: EPOCH, datastreams: [[KEY, 1]], descriptions: [description()], uplinks };
      const body = Buffer.concat([Buffer.of(BODY_ENCODINGS.json), Buffer.from(JSON.stringify(batch))]);
      const request: WriterRequest = {
        kind: 'batch',
        id: hour,
        edge: 'edge-a',
        organisation: 'demo',
        body,
        nowMs: T0 + hour,
      };
      session.handle(request);
      return replies.at(-1);
    },
    limitPages(more: number) {
      store.pragma(`max_page_count = ${Number(store.pragma('page_count', { simple: true })) + more}`);
    },
    members: () =>
      store
        .prepare<[], { ordinal: number; begin_ms: number }>(
          "SELECT ordinal, begin_ms FROM log JOIN stream ON stream.id = log.stream WHERE name = 'heat-stress' ORDER BY ordinal",
        )
        .all(),
  };
}

describe('a disk without room', () => {
  test('acknowledges nothing, keeps nothing of the batch, and goes on when there is room', () => {
    const writer = createTestWriter();
    expect(writer.deliver(0)).toMatchObject({ kind: 'committed' });
    writer.limitPages(1);
    let hour = 1;
    while (writer.deliver(hour)?.kind === 'committed') hour += 1;
    const before = writer.members();
    expect(before).toHaveLength(hour * 60);
    expect(writer.deliver(hour)).toMatchObject({ kind: 'disk-full', ids: [hour] });
    expect(writer.members()).toEqual(before);

    writer.limitPages(1_000);
    expect(writer.deliver(hour)).toMatchObject({ kind: 'committed', batches: [{ counts: { committed: 60 } }] });
    const after = writer.members();
    expect(after.map(({ ordinal }) => ordinal)).toEqual(after.map((_, index) => index));
    expect(new Set(after.map(({ begin_ms }) => begin_ms)).size).toBe(after.length);
  });

  test('that is full at the first batch of a datastream forgets what that batch described', () => {
    const writer = createTestWriter();
    writer.limitPages(0);
    expect(writer.deliver(0, 1_000)).toMatchObject({ kind: 'disk-full' });
    writer.limitPages(1_000);
    expect(writer.deliver(0, 1_000)).toMatchObject({ kind: 'committed' });
    expect(writer.members()).toHaveLength(1_000);
    expect(writer.store.prepare('SELECT key FROM datastream').all()).toEqual([{ key: KEY }]);
  });
});

test('any other error of the disk is for the process to end on', () => {
  const writer = createTestWriter();
  writer.store.exec('PRAGMA query_only = 1');
  expect(() => writer.deliver(0)).toThrow();
});
