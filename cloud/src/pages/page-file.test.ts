import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePageFile, encodePageFile } from './page-file.ts';

const ETAG = '"hash-turtle-br"';
const page = (bytes: number[]) => ({ etag: ETAG, body: new Uint8Array(bytes) });

describe('a page file', () => {
  test('gives back the page that was put into it, line ends and all', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.nat(255)), (identity, bytes) => {
        const file = Buffer.from(encodePageFile(identity, page(bytes)));
        expect(decodePageFile(identity, file)).toEqual(page(bytes));
        expect(decodePageFile(`${identity}x`, file)).toBeUndefined();
      }),
      { seed: 1 },
    );
  });

  test('is none when any byte of it is missing or another', () => {
    const file = Buffer.from(encodePageFile('a page', page([10, 1, 2, 3, 10])));
    for (let index = 0; index < file.length; index += 1) {
      expect(decodePageFile('a page', file.subarray(0, index)), `first ${index} bytes`).toBeUndefined();
      const other = Buffer.from(file);
      other[index] = (file[index] ?? 0) ^ 1;
      const decoded = decodePageFile('a page', other);
      // A letter of the validator may change to another: whoever holds the old one only asks again.
      if (decoded !== undefined) expect(decoded.body).toEqual(page([10, 1, 2, 3, 10]).body);
    }
    expect(decodePageFile('a page', Buffer.alloc(8_192))).toBeUndefined();
  });
});
