import { zstdCompressSync } from 'node:zlib';
import { BATCH_BOUNDS, BODY_ENCODINGS } from '@meetbrug/protocols/delivery';
import { describe, expect, test } from 'vitest';
import { decodeBody, encodeBody } from './link-body.ts';
import { type BatchFault, readBatch } from './read-batch.ts';

const KEY = 'meetpunt-1.sensor-1.luchttemperatuur.momentaan';
const OBSERVATION = [0, 1_000, null, 1_000, '21.5', 0];
const BATCH = {
  version: 1,
  epoch: '00112233445566aa',
  datastreams: [[KEY, 1]],
  descriptions: [],
  uplinks: [
    [1, 1_000, [OBSERVATION]],
    [2, 2_000, [OBSERVATION]],
  ],
};

function json(value: unknown): Uint8Array {
  return Buffer.concat([Buffer.from([BODY_ENCODINGS.json]), Buffer.from(JSON.stringify(value))]);
}
function zstd(text: string | Buffer): Uint8Array {
  return Buffer.concat([Buffer.from([BODY_ENCODINGS.zstd]), zstdCompressSync(text)]);
}
function faultOf(body: Uint8Array): BatchFault | undefined {
  const batch = readBatch(body);
  return batch.ok ? undefined : batch.fault;
}

describe('the body of a batch', () => {
  test.each([
    ['plain', json(BATCH)],
    ['compressed', zstd(JSON.stringify(BATCH))],
  ])('is read %s', (_, body) => {
    expect(readBatch(body)).toEqual({ ok: true, value: BATCH });
  });

  test.each([
    ['nothing', Buffer.alloc(0), 'unknown-encoding'],
    ['an encoding that does not exist', Buffer.from([7, 1, 2]), 'unknown-encoding'],
    ['bytes that are not zstd', Buffer.from([BODY_ENCODINGS.zstd, 1, 2, 3]), 'bad-compression'],
    ['zstd that breaks off', zstd(JSON.stringify(BATCH)).subarray(0, 40), 'bad-compression'],
    ['a bomb', zstd(Buffer.alloc(BATCH_BOUNDS.bodyBytesMax + 1)), 'body-too-large'],
    ['text that is not JSON', zstd('{'), 'not-json'],
    ['JSON that is no batch', json([]), 'not-a-batch'],
    ['a version of the future', json({ ...BATCH, version: 2 }), 'not-a-batch'],
    ['a field that nobody knows', json({ ...BATCH, extra: 1 }), 'not-a-batch'],
  ])('is refused for %s', (_, body, code) => {
    expect(faultOf(body)?.code).toBe(code);
  });

  test('may hold a suppressed count and what a value was derived from', () => {
    const derived = { ...BATCH, uplinks: [[1, 1_000, [[0, 1_000, null, 1_000, '<10', 0, [[0, 900]]]]]] };
    expect(readBatch(json(derived))).toEqual({ ok: true, value: derived });
  });

  test.each([
    [
      'an input of a datastream that is not there',
      {
        ...BATCH,
        uplinks: [
          [
            1,
            1_000,
            [
              [
                0,
                1_000,
                null,
                1_000,
                '1',
                0,
                [
                  [0, 900],
                  [1, 900],
                ],
              ],
            ],
          ],
          [2, 2_000, []],
        ],
      },
    ],
    ['sequences that fall', { ...BATCH, uplinks: [...BATCH.uplinks].reverse() }],
    ['a datastream that is not there', { ...BATCH, datastreams: [] }],
    ['a value that is no decimal', { ...BATCH, uplinks: [...BATCH.uplinks, [3, 1, [[0, 1, null, 1, 'warm', 0]]]] }],
  ])('that cannot be used for %s still names its uplinks', (_, batch) => {
    const fault = faultOf(json(batch));
    expect(fault?.code).toBe('not-a-batch');
    expect(fault?.uplinks?.epoch).toBe(BATCH.epoch);
    expect(fault?.uplinks?.sequences.slice(0, 2)).toEqual([1, 2]);
  });

  test('never throws, whatever byte of it is changed', () => {
    const body = zstd(JSON.stringify(BATCH));
    for (let at = 0; at < body.length; at++) {
      for (const bit of [1, 16, 128]) {
        const changed = Uint8Array.from(body);
        changed[at] = (changed[at] as number) ^ bit;
        expect(typeof readBatch(changed).ok).toBe('boolean');
      }
    }
  });
});

test.each([[1], [2_000]])('a message of %i ranges survives its encoding', (count) => {
  const message = { acknowledged: Array.from({ length: count }, (_, index) => [index * 2, index * 2]) };
  expect(decodeBody(encodeBody(message))).toEqual({ ok: true, value: message });
});
