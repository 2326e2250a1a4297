import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryDirectory, testConfig } from '../testing/edge-fixture.ts';
import { configDigest } from './config-digest.ts';

let directory: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

describe('the digest of a configuration', () => {
  it('is another one for whatever decides about an uplink', () => {
    const digests = [
      {},
      { devices: [] },
      { health: { signal: false } },
      { quarantine: { staleAfterDays: 30 } },
      { lorawan: { ownDevAddrs: ['260B4C00/24'] } },
      { lorawan: { frameCounterGapMax: 5 } },
    ].map((settings) => configDigest(testConfig(settings)));
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('is another one when other sessions are in the same file, and tells nothing of their keys', () => {
    const sessionsFile = join(directory.path, 'sessions.json');
    const digests = ['[]', '[{"nwkSKey":"3c4fcf098815f7aba6d2ae2816157e2b"}]'].map((text) => {
      writeFileSync(sessionsFile, text);
      return configDigest(testConfig({ lorawan: { sessionsFile } }));
    });
    expect(new Set(digests).size).toBe(2);
    expect(digests[1]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the same for what does not', () => {
    expect(configDigest(testConfig({ quarantine: { keepDays: 3 } }))).toBe(configDigest(testConfig()));
  });
});
