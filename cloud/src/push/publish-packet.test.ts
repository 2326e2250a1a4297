import { expect, it } from 'vitest';
import { publishPacket } from './publish-packet.ts';

it.each<[number, number[]]>([
  [0, [5]],
  [122, [127]],
  [123, [128, 1]],
  [16_378, [255, 127]],
  [16_379, [128, 128, 1]],
  [600_000, [197, 207, 36]],
])('a PUBLISH of %i bytes has its length in front (MQTT 3.1.1 section 2.2.3)', (bytes, length) => {
  const packet = publishPacket('a/b', new Uint8Array(bytes).fill(7));
  expect([...packet.subarray(0, 1 + length.length + 5)]).toEqual([0x30, ...length, 0, 3, 0x61, 0x2f, 0x62]);
  expect(packet.length).toBe(1 + length.length + 5 + bytes);
});
