import type { Store } from '../log/open-store.ts';
import type { OpenStream, StreamTable } from '../log/streams.ts';
import type { OutsideAppend, OutsideMember, OutsideResult } from './outside-append.ts';
import { createCursorWriter } from './outside-cursor.ts';

export interface OutsideLog {
  /**
   * Publishes what is new of an append, in the caller's transaction, and says of each member what came of it. Undefined when
   * the stream is closed: then nothing was done. Throws for a stream that was never declared.
   */
  append(append: OutsideAppend, stampMs: number): OutsideResult[] | undefined;
}

export function createOutsideLog(store: Store, streams: StreamTable): OutsideLog {
  const declared = store.prepare<[number]>('SELECT 1 FROM outside_stream WHERE stream = ?');
  const find = store.prepare<[number, string], { digest: Buffer }>(
    'SELECT digest FROM outside_member WHERE stream = ? AND iri = ?',
  );
  const remember = store.prepare<[number, string, Buffer]>(
    'INSERT INTO outside_member (stream, iri, digest) VALUES (?, ?, ?)',
  );
  const publish = store.prepare<[number, number, number, string, Uint8Array]>(
    'INSERT INTO outside_log (stream, ordinal, stamp_ms, iri, body) VALUES (?, ?, ?, ?, ?)',
  );
  const writeCursor = createCursorWriter(store);

  const appendOne = (
    stream: OpenStream,
    { iri, digest: text, body }: OutsideMember,
    stampMs: number,
  ): OutsideResult => {
    const digest = Buffer.from(text, 'hex');
    const known = find.get(stream.id, iri);
    if (known !== undefined) return known.digest.equals(digest) ? 'known' : 'conflict';
    remember.run(stream.id, iri, digest);
    publish.run(stream.id, streams.append(stream, stampMs), stampMs, iri, body);
    return 'created';
  };

  return {
    append({ organisation, stream: name, members, cursor }, stampMs) {
      const stream = streams.open(organisation, name);
      if (declared.get(stream.id) === undefined) throw new Error(`${organisation}/${name} is no stream from outside`);
      if (stream.closed) return undefined;
      const results = members.map((member) => appendOne(stream, member, stampMs));
      if (cursor !== undefined) writeCursor(cursor);
      return results;
    },
  };
}
