import type { Welcome } from '@meetbrug/protocols/delivery';
import { describe, expect, it } from 'vitest';
import { planEpoch } from './plan-epoch.ts';

const OURS = '00000000000000aa';
const OTHER = '00000000000000bb';
const outbox = { epoch: OURS, firstUnoffered: 101, firstUnacknowledged: 51 };

const welcome = (epoch: string, sequence: number, highestSequence = sequence): Welcome => ({
  version: 1,
  last: { epoch, sequence },
  highestSequence,
});

describe('whether a new epoch begins', () => {
  it.each<[string, Welcome, number | undefined]>([
    ['no: the cloud knows nothing of us', { version: 1, last: null, highestSequence: 0 }, undefined],
    ['no: the cloud is where we think it is', welcome(OURS, 50), undefined],
    ['no: the cloud has more than it could tell us', welcome(OURS, 100), undefined],
    ['yes: this file is an older image, the cloud has a later sequence of it', welcome(OURS, 101), 101],
    ['yes: an earlier epoch went higher than anything here', welcome(OTHER, 400), 400],
    ['yes: an earlier epoch went higher than what is to be sent first', welcome(OTHER, 51), 51],
    ['no: all that is to be sent lies above the earlier epochs', welcome(OTHER, 50), undefined],
    ['yes: an epoch before the last one went higher', welcome(OTHER, 7, 900), 900],
  ])('%s', (_, answer, numberAbove) => {
    expect(planEpoch(outbox, answer)).toBe(numberAbove);
  });

  it('is settled by the renumbering: the second hello begins no other epoch', () => {
    const renumbered = { epoch: '00000000000000cc', firstUnoffered: 451, firstUnacknowledged: 401 };
    expect(planEpoch(renumbered, welcome(OTHER, 400))).toBeUndefined();
  });
});
