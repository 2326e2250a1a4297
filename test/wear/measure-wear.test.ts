import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { measureWear } from './measure-wear.ts';

/** Beside the sources: a temporary directory may lie in memory, where nothing is written. */
const ON_DISK = fileURLToPath(new URL('.', import.meta.url));

describe.skipIf(!existsSync('/proc/self/io'))('the measure of wear', () => {
  it('finds that commits of one uplink write several times what commits of many write, and all write what they hold', () => {
    const alone = measureWear(ON_DISK, 1, 200);
    const together = measureWear(ON_DISK, 50, 5_000);
    expect(together.uplinkBytes).toBeGreaterThan(together.contentBytes);
    expect(alone.uplinkBytes).toBeGreaterThan(3 * together.uplinkBytes);
    expect(alone.uplinkBytes).toBeLessThan(65_536);
  });
});
