import { describe, expect, test } from 'vitest';
import { createPacketLimit } from './packet-limit.ts';

/** An MQTT packet with a body of so many bytes (MQTT 3.1.1 section 2.2.3). */
function packet(bodyBytes: number): Uint8Array {
  const header = [0x30];
  let rest = bodyBytes;
  do {
    header.push((rest % 128) | (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Uint8Array.from([...header, ...new Uint8Array(bodyBytes).fill(0xff)]);
}

function acceptsInChunks(bytes: Uint8Array, chunkBytes: number, limit = createPacketLimit(300)): boolean {
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    if (!limit.accepts(bytes.subarray(at, at + chunkBytes))) return false;
  }
  return true;
}

describe('the packet limit', () => {
  const stream = Uint8Array.from([0, 1, 127, 128, 300].flatMap((bytes) => [...packet(bytes)]));

  test.each([1, 2, 3, 7, 128, 1_000])(
    'passes packets up to the bound, however they are cut (%i bytes)',
    (chunkBytes) => {
      expect(acceptsInChunks(stream, chunkBytes)).toBe(true);
    },
  );

  test.each([1, 2, 3, 7, 128, 1_000])('refuses one byte more (chunks of %i bytes)', (chunkBytes) => {
    expect(acceptsInChunks(Uint8Array.from([...stream, ...packet(301)]), chunkBytes)).toBe(false);
  });

  test('refuses from the header, before the body has come', () => {
    expect(createPacketLimit(300).accepts(packet(100_000).subarray(0, 4))).toBe(false);
  });

  test('refuses a length that never ends', () => {
    expect(createPacketLimit(2 ** 40).accepts(Uint8Array.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x80]))).toBe(false);
  });

  test('can be raised', () => {
    const limit = createPacketLimit(300);
    limit.raise(1_000);
    expect(acceptsInChunks(packet(1_000), 64, limit)).toBe(true);
  });
});
