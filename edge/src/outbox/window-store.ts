import type Database from 'better-sqlite3';
import type { UplinkFingerprint } from './uplink-fingerprint.ts';
import { UplinkWindow } from './uplink-window.ts';

const FINGERPRINT_BYTES = 12;
/** Small rows of single commits are joined when this many fingerprints have gathered: a start reads few rows. */
const CHUNK_FINGERPRINTS = 8_192;

/** The deduplication window on disk: append-only, in order of time, read once at the start. */
export class WindowStore {
  readonly window: UplinkWindow;
  readonly #connection: Database.Database;
  readonly #appendTail: Database.Statement<[Uint8Array]>;
  readonly #chunksMax: number;
  #tailCount = 0;

  constructor(connection: Database.Database, uplinksMax: number) {
    this.#connection = connection;
    this.#appendTail = connection.prepare('INSERT INTO seen_tail (fingerprints) VALUES (?)');
    this.#chunksMax = Math.ceil(uplinksMax / CHUNK_FINGERPRINTS);
    this.window = new UplinkWindow(uplinksMax);
    for (const blob of this.#blobs('seen_chunks')) this.#remember(blob);
    for (const blob of this.#blobs('seen_tail')) this.#tailCount += this.#remember(blob);
  }

  /** Writes fingerprints that the window holds already. Part of the caller's transaction. */
  append(fingerprints: readonly UplinkFingerprint[]): void {
    if (fingerprints.length === 0) return;
    const bytes = Buffer.allocUnsafe(fingerprints.length * FINGERPRINT_BYTES);
    fingerprints.forEach(({ high, low, session }, index) => {
      const at = index * FINGERPRINT_BYTES;
      bytes.writeUInt32LE(high, at);
      bytes.writeUInt32LE(low, at + 4);
      bytes.writeUInt32LE(session, at + 8);
    });
    this.#appendTail.run(bytes);
    this.#tailCount += fingerprints.length;
    if (this.#tailCount >= CHUNK_FINGERPRINTS) this.#sealTail();
  }

  #sealTail(): void {
    const chunk = Buffer.concat(this.#blobs('seen_tail'));
    const sealed = this.#connection.prepare('INSERT INTO seen_chunks (fingerprints) VALUES (?)').run(chunk);
    this.#connection
      .prepare('DELETE FROM seen_chunks WHERE id <= ?')
      .run(Number(sealed.lastInsertRowid) - this.#chunksMax);
    this.#connection.exec('DELETE FROM seen_tail');
    this.#tailCount = 0;
  }

  #blobs(table: 'seen_chunks' | 'seen_tail'): Buffer[] {
    return this.#connection.prepare(`SELECT fingerprints FROM ${table} ORDER BY id`).pluck().all() as Buffer[];
  }

  #remember(blob: Buffer): number {
    const count = Math.floor(blob.length / FINGERPRINT_BYTES);
    for (let index = 0; index < count; index += 1) {
      const at = index * FINGERPRINT_BYTES;
      this.window.add({
        high: blob.readUInt32LE(at),
        low: blob.readUInt32LE(at + 4),
        session: blob.readUInt32LE(at + 8),
      });
    }
    return count;
  }
}
