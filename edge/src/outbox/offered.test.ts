import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planEpoch } from '../link/plan-epoch.ts';
import { openTestOutbox, temporaryDirectory } from '../testing/edge-fixture.ts';
import { commitUplinks, counters } from '../testing/planned-uplinks.ts';
import type { Outbox } from './outbox.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let outbox: Outbox;

const open = (name: string) => openTestOutbox(join(directory.path, name)).outbox;

beforeEach(() => {
  directory = temporaryDirectory();
  outbox = open('original');
  commitUplinks(outbox, counters(10));
  outbox.offer();
});
afterEach(() => {
  outbox.abandon();
  directory.remove();
});

/** The epoch's plan when the cloud knows sequences up to `sequence` of this file. */
function planAgainst(sequence: number): number | undefined {
  return planEpoch(outbox, { version: 1, last: { epoch: outbox.epoch, sequence }, highestSequence: sequence });
}

describe('an outbox whose older image was put back', () => {
  it.each([0, 5, 20])(
    'sees that the cloud knows more than it ever offered, though it took %i uplinks and started again before it could ask',
    (uplinkCount) => {
      cpSync(join(directory.path, 'original'), join(directory.path, 'image'), { recursive: true });
      outbox.abandon();
      outbox = open('image');
      commitUplinks(outbox, counters(10 + uplinkCount).slice(10));
      outbox.close();
      outbox = open('image');
      expect(planAgainst(11)).toBe(11);
      expect(planAgainst(10)).toBeUndefined();
    },
  );

  it('is not seen where a crash took away nothing but the acknowledgements', () => {
    commitUplinks(outbox, counters(15).slice(10));
    outbox.abandon();
    outbox = open('original');
    expect(planAgainst(15)).toBeUndefined();
    expect(planAgainst(16)).toBe(16);
  });
});
