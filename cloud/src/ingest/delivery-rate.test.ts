import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDeliveryRate, DELAY_MAX_MS } from './delivery-rate.ts';

const RATE = { messagesPerSecondMax: 10, bytesPerSecondMax: 1_000 };

describe('the delivery rate of an edge', () => {
  test('lets a second of messages through at once and spaces the others', () => {
    const delayOf = createDeliveryRate(RATE);
    const delays = Array.from({ length: 13 }, () => delayOf('edge-a', 1, 5_000));
    expect(delays.slice(0, 10)).toEqual(Array(10).fill(0));
    expect(delays.slice(10).map(Math.round)).toEqual([100, 200, 300]);
  });

  test('counts bytes where they weigh more', () => {
    const delayOf = createDeliveryRate(RATE);
    expect([500, 500, 250].map((bytes) => delayOf('edge-a', bytes, 0))).toEqual([0, 0, 250]);
  });

  test('of one edge slows no other', () => {
    const delayOf = createDeliveryRate(RATE);
    for (let count = 0; count < 100; count += 1) delayOf('edge-a', 1, 0);
    expect(delayOf('edge-b', 1, 0)).toBe(0);
  });

  test('is forgiven as time goes by', () => {
    const delayOf = createDeliveryRate(RATE);
    delayOf('edge-a', 2_000, 0);
    expect(delayOf('edge-a', 0, 500)).toBeGreaterThan(0);
    expect(delayOf('edge-a', 0, 2_000)).toBe(0);
  });

  test('never lets more through than a second and the rate, when each message waits for the answer before', () => {
    const messages = fc.array(fc.record({ bytes: fc.nat(900), pauseMs: fc.nat(400) }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(messages, (sent) => {
        const delayOf = createDeliveryRate(RATE);
        let [nowMs, bytes] = [0, 0];
        for (const [index, message] of sent.entries()) {
          nowMs += message.pauseMs;
          nowMs += delayOf('edge-a', message.bytes, nowMs);
          bytes += message.bytes;
          const seconds = 1 + nowMs / 1_000;
          expect(index + 1).toBeLessThanOrEqual(RATE.messagesPerSecondMax * seconds + 1e-6);
          expect(bytes).toBeLessThanOrEqual(RATE.bytesPerSecondMax * seconds + 1e-6);
        }
      }),
      { seed: 7 },
    );
  });

  test('makes no answer wait longer than a connection lives without a sign', () => {
    const delayOf = createDeliveryRate(RATE);
    for (let count = 0; count < 1_000; count += 1)
      expect(delayOf('edge-a', 9_000, 0)).toBeLessThanOrEqual(DELAY_MAX_MS);
  });
});
