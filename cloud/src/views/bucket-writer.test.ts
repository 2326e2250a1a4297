import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBucketWriter } from './bucket-writer.ts';
import { createIndexReader } from './index-reader.ts';
import { openIndexForReading, openIndexForWriting } from './open-index.ts';

/** Ordinals with their bucket, as cut into commits; some ordinals are of no bucket. */
const commits = fc.array(
  fc.array(fc.record({ bucket: fc.nat({ max: 4 }), gap: fc.oneof(fc.constant(0), fc.nat({ max: 400 })) }), {
    maxLength: 40,
  }),
  { minLength: 1, maxLength: 3 },
);

test('members of a bucket are found by their number, however the commits were cut and whenever the file was opened again', () => {
  fc.assert(
    fc.property(commits, fc.integer({ min: 1, max: 7 }), (cut, pageSize) => {
      const folder = mkdtempSync(join(tmpdir(), 'meetbrug-index-'));
      const file = join(folder, 'views.sqlite');
      const expected = new Map<string, number[]>();
      let ordinal = 0;
      for (const commit of cut) {
        const index = openIndexForWriting(file);
        const writer = createBucketWriter(index, 1, pageSize);
        for (const { bucket, gap } of commit) {
          ordinal += gap + 1;
          const path = `2026-11/k${bucket}`;
          writer.add(writer.open(path), ordinal);
          expected.set(path, [...(expected.get(path) ?? []), ordinal]);
        }
        writer.flush();
        index.close();
      }
      const index = openIndexForReading(file);
      const reader = createIndexReader(index);
      for (const [path, ordinals] of expected) {
        const bucket = reader.bucket(1, path, pageSize);
        if (bucket === undefined) throw new Error(`${path} is not in the index`);
        expect(bucket.memberCount).toBe(ordinals.length);
        for (let first = 0; first < ordinals.length; first += pageSize) {
          const end = Math.min(first + pageSize, ordinals.length);
          expect(reader.ordinals(bucket, first, end)).toEqual(ordinals.slice(first, end));
          expect(reader.ordinalOf(bucket, end - 1)).toBe(ordinals[end - 1]);
        }
      }
      expect(reader.branches(1, '')).toEqual(expected.size === 0 ? [] : ['2026-11']);
      expect(reader.branches(1, '2026-11').map((segment) => `2026-11/${segment}`)).toEqual(
        [...expected.keys()].toSorted(),
      );
      index.close();
      rmSync(folder, { recursive: true });
    }),
    { numRuns: 25, seed: 20_261_124 },
  );
});
