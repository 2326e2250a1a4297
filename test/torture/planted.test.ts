import { describe, expect, it } from 'vitest';
import { findPlanted } from './find-planted.ts';
import { PLANTED_CAMPAIGNS } from './planted-faults.ts';
import { canTorture } from './torture-stand.ts';

const TIMEOUT_MS = 300_000;

describe.skipIf(!canTorture())('a fault in the source', () => {
  it.each(PLANTED_CAMPAIGNS)(
    'is found: $name',
    async (planted) => {
      const { words } = await findPlanted(planted);
      expect(words).toMatch(planted.finding);
    },
    TIMEOUT_MS,
  );
});
