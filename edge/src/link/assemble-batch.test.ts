import { batchSchema } from '@meetbrug/protocols/delivery';
import { describe, expect, it } from 'vitest';
import { openTestOutbox, temporaryDirectory } from '../testing/edge-fixture.ts';
import { commitUplinks } from '../testing/planned-uplinks.ts';
import { assembleBatch } from './assemble-batch.ts';

describe('a batch', () => {
  it('carries reports of gaps with their datastreams, and the descriptions that only they name', () => {
    const directory = temporaryDirectory();
    const { outbox } = openTestOutbox(directory.path);
    commitUplinks(outbox, [1]);
    const { batch, descriptionIds } = assembleBatch(
      [
        {
          sequence: 2,
          receivedMs: 7,
          observations: [],
          gaps: [
            [3, 'dropped', 5, 10, 20],
            [null, 'damaged', 1, 30, 30],
          ],
        },
      ],
      {
        epoch: outbox.epoch,
        run: 'aaaaaaaaaaaaaaaa',
        description: (id) => outbox.description(id),
        isDescribed: () => false,
      },
    );
    outbox.close();
    directory.remove();
    expect(batch.uplinks).toEqual([
      [
        2,
        7,
        [],
        [
          [0, 'dropped', 5, 10, 20],
          [null, 'damaged', 1, 30, 30],
        ],
      ],
    ]);
    expect(batch.descriptions.map(({ datastream }) => datastream)).toEqual([batch.datastreams[0]?.[0]]);
    expect(descriptionIds).toEqual([3]);
    expect(batchSchema.safeParse(batch).error).toBeUndefined();
  });
});
