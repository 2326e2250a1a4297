import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterAcknowledgement,
  afterBreak,
  afterTimeout,
  BATCHES_MIN,
  type DeliveryWindow,
  startWindow,
  type WindowBounds,
} from './plan-window.ts';

const BOUNDS: WindowBounds = {
  batchesInFlightMax: 8,
  batchUplinksMax: 500,
  ackTimeoutMsMin: 1_000,
  ackTimeoutMsMax: 60_000,
};
const repeat = (count: number, step: (window: DeliveryWindow) => DeliveryWindow, from = startWindow(BOUNDS)) =>
  Array.from({ length: count }).reduce<DeliveryWindow>(step, from);
const acknowledged = (roundTripMs: number) => (window: DeliveryWindow) =>
  afterAcknowledgement(window, roundTripMs, BOUNDS);
const timedOut = (window: DeliveryWindow) => afterTimeout(window, BOUNDS);

describe('how much may wait for an acknowledgement', () => {
  it('grows to its bound while acknowledgements come quickly', () => {
    const grown = repeat(100, acknowledged(20), repeat(10, timedOut));
    expect(grown).toMatchObject({ batches: 8, batchUplinks: 500, ackTimeoutMs: 1_000 });
  });

  it('grows by one batch a round trip', () => {
    const before = startWindow(BOUNDS);
    const after = repeat(before.batches, acknowledged(20));
    expect(after.batches - before.batches).toBeGreaterThan(0.8);
    expect(after.batches - before.batches).toBeLessThanOrEqual(1);
  });

  it('halves at a time-out, batch size and number alike, and waits twice as long', () => {
    const before = repeat(100, acknowledged(20));
    expect(timedOut(before)).toMatchObject({ batches: 4, batchUplinks: 250, ackTimeoutMs: 2_000 });
  });

  it('halves when the connection breaks, and waits no longer for that', () => {
    const before = repeat(100, acknowledged(20));
    expect(afterBreak(before, BOUNDS)).toMatchObject({ batches: 4, batchUplinks: 250, ackTimeoutMs: 1_000 });
  });

  it('shrinks while acknowledgements get slow, because what is in flight then stands in a queue', () => {
    const before = repeat(100, acknowledged(20));
    const slow = repeat(60, acknowledged(3_000), before);
    expect(slow.batches).toBe(BATCHES_MIN);
    expect(slow.batchUplinks).toBeLessThan(100);
  });

  it('grows over a road that is long but not slow', () => {
    expect(repeat(100, acknowledged(1_500)).batches).toBe(8);
  });

  it('waits as long as the measured round trip and its variation ask for', () => {
    expect(repeat(50, acknowledged(5_000)).ackTimeoutMs).toBeCloseTo(5_000, -2);
    const varying = Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? 2_000 : 6_000));
    const window = varying.reduce((state, ms) => acknowledged(ms)(state), startWindow(BOUNDS));
    expect(window.ackTimeoutMs).toBeGreaterThan(6_000);
  });

  it('stays within its bounds whatever happens', () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constant('acknowledged' as const), ms: fc.integer({ min: 0, max: 1_000_000 }) }),
      fc.record({ kind: fc.constantFrom('timed-out' as const, 'broken' as const), ms: fc.constant(0) }),
    );
    const bounds = fc.record({
      batchesInFlightMax: fc.integer({ min: 2, max: 64 }),
      batchUplinksMax: fc.integer({ min: 1, max: 2_000 }),
      ackTimeoutMsMin: fc.integer({ min: 100, max: 60_000 }),
      ackTimeoutMsMax: fc.integer({ min: 60_000, max: 600_000 }),
    });
    fc.assert(
      fc.property(bounds, fc.array(event, { maxLength: 200 }), (given, events) => {
        let window = startWindow(given);
        for (const { kind, ms } of events) {
          if (kind === 'acknowledged') window = afterAcknowledgement(window, ms, given);
          else window = kind === 'broken' ? afterBreak(window, given) : afterTimeout(window, given);
          expect(window.batches).toBeGreaterThanOrEqual(BATCHES_MIN);
          expect(window.batches).toBeLessThanOrEqual(given.batchesInFlightMax);
          expect(window.batchUplinks).toBeGreaterThanOrEqual(1);
          expect(window.batchUplinks).toBeLessThanOrEqual(given.batchUplinksMax);
          expect(window.ackTimeoutMs).toBeGreaterThanOrEqual(given.ackTimeoutMsMin);
          expect(window.ackTimeoutMs).toBeLessThanOrEqual(given.ackTimeoutMsMax);
        }
      }),
      { seed: 41 },
    );
  });
});
