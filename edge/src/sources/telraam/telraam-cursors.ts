import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { EpochMs } from '@meetbrug/protocols/observation';
import { z } from 'zod';

const cursorsSchema = z.record(z.string(), z.int().min(0));

/**
 * Up to which hour each segment is durable in the outbox. Written after the commit, so it can only be behind: then hours
 * are asked for again, and the intake recognises them. A file that is lost or damaged costs the backfill, never data.
 */
export class TelraamCursors {
  readonly #file: string;
  readonly #committedToMs: Map<string, EpochMs>;

  private constructor(file: string, cursors: Readonly<Record<string, EpochMs>>) {
    this.#file = file;
    this.#committedToMs = new Map(Object.entries(cursors));
  }

  static open(file: string): TelraamCursors {
    mkdirSync(dirname(file), { recursive: true });
    try {
      const read = cursorsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
      return new TelraamCursors(file, read.success ? read.data : {});
    } catch {
      return new TelraamCursors(file, {});
    }
  }

  committedToMs(segment: number): EpochMs | undefined {
    return this.#committedToMs.get(String(segment));
  }

  advance(segment: number, toMs: EpochMs): void {
    this.#committedToMs.set(String(segment), toMs);
    const next = `${this.#file}.next`;
    writeFileSync(next, JSON.stringify(Object.fromEntries(this.#committedToMs)));
    renameSync(next, this.#file);
  }
}
