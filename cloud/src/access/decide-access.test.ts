import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccessPolicy } from '../config/access-config.ts';
import { type Caller, NOBODY } from './caller.ts';
import { decideReading, decideWriting, readPolicies } from './decide-access.ts';

const caller = (kind: 'key' | 'token', read: readonly string[], write: readonly string[] = []): Caller => ({
  kind,
  identity: kind,
  grants: { read, write },
  requestsPerMinute: undefined,
});
const key = (...read: string[]) => caller('key', read);
const token = (...read: string[]) => caller('token', read);

const POLICIES: readonly AccessPolicy[] = [
  { organisation: 'demo', stream: 'mobility', to: 'key' },
  { organisation: 'demo', stream: 'heat-stress', to: 'public' },
  { organisation: 'demo', stream: 'water-level', to: 'oauth2' },
  { organisation: 'shut', stream: '*', to: 'key-or-oauth2' },
  { organisation: 'shut', stream: 'mobility', to: 'public' },
  { organisation: 'papers', stream: 'permits', to: 'key' },
];

describe('reading', () => {
  const policies = readPolicies(POLICIES);

  test.each<[string, Caller, string]>([
    ['demo/heat-stress', NOBODY, 'allowed'],
    ['demo/device-status', NOBODY, 'allowed'],
    ['other/mobility', NOBODY, 'allowed'],
    ['demo/mobility', NOBODY, 'unauthenticated'],
    ['demo/mobility', key('demo/mobility'), 'allowed'],
    ['demo/mobility', key('demo/*'), 'allowed'],
    ['demo/mobility', key('demo/water-level'), 'forbidden'],
    ['demo/mobility', key('other/*'), 'forbidden'],
    ['demo/mobility', token('demo/mobility'), 'forbidden'],
    ['demo/water-level', key('demo/water-level'), 'forbidden'],
    ['demo/water-level', token('demo/water-level'), 'allowed'],
    ['demo/mobility', caller('key', [], ['demo/mobility']), 'forbidden'],
    ['shut/anything', NOBODY, 'unauthenticated'],
    ['shut/anything', key('shut/anything'), 'allowed'],
    ['shut/anything', token('shut/*'), 'allowed'],
    ['shut/mobility', NOBODY, 'allowed'],
    ['papers/permits', NOBODY, 'unauthenticated'],
  ])('%s by %j is %s', (name, who, expected) => {
    const [organisation = '', stream = ''] = name.split('/');
    expect(decideReading(policies, who, organisation, stream)).toBe(expected);
  });

  test.each<[string, Caller, string]>([
    ['demo', NOBODY, 'unauthenticated'],
    ['demo', key('demo/mobility'), 'forbidden'],
    ['demo', key('demo/sensors'), 'forbidden'],
    ['shut', key('shut/sensors', 'shut/heat-stress'), 'forbidden'],
    ['shut', key('shut/*'), 'allowed'],
    ['other', NOBODY, 'allowed'],
    ['papers', NOBODY, 'allowed'],
  ])(
    'of the sensors of %s by %j is %s: they are as closed as all that is closed and has sensors',
    (organisation, who, expected) => {
      expect(decideReading(policies, who, organisation, 'sensors')).toBe(expected);
    },
  );

  test('sensors stay closed when they are said to be public beside a private stream', () => {
    const said = readPolicies([
      { organisation: 'demo', stream: 'sensors', to: 'public' },
      { organisation: 'demo', stream: 'mobility', to: 'key' },
    ]);
    expect(decideReading(said, NOBODY, 'demo', 'sensors')).toBe('unauthenticated');
    expect(decideReading(said, key('demo/mobility'), 'demo', 'sensors')).toBe('allowed');
  });

  test('where nothing is closed everything is allowed', () => {
    const open = readPolicies([{ organisation: 'demo', stream: 'mobility', to: 'public' }]);
    expect([open.areOpen, readPolicies(POLICIES).areOpen]).toEqual([true, false]);
    expect(decideReading(open, NOBODY, 'demo', 'sensors')).toBe('allowed');
  });
});

const names = fc.constantFrom('a', 'b', 'sensors', 'mobility', '*');
const organisations = fc.constantFrom('x', 'y');
const policy = fc.record({
  organisation: organisations,
  stream: names,
  to: fc.constantFrom('public' as const, 'key' as const, 'oauth2' as const, 'key-or-oauth2' as const),
});
const grant = fc.tuple(organisations, names).map(([organisation, name]) => `${organisation}/${name}`);
const anybody = fc
  .record({ kind: fc.constantFrom('key' as const, 'token' as const), read: fc.array(grant) })
  .map(({ kind, read }) => caller(kind, read));

test('credentials never read less than nobody does, nobody never more, and whoever reads sensors reads what is closed beside them', () => {
  fc.assert(
    fc.property(fc.array(policy), anybody, organisations, names, (said, who, organisation, stream) => {
      const policies = readPolicies(said);
      const nobody = decideReading(policies, NOBODY, organisation, stream);
      const decision = decideReading(policies, who, organisation, stream);
      if (nobody === 'allowed') expect(decision).toBe('allowed');
      else expect(decision).not.toBe('unauthenticated');
      if (decideReading(policies, who, organisation, 'sensors') === 'allowed') {
        expect(decideReading(policies, who, organisation, 'mobility')).toBe('allowed');
      }
    }),
    { seed: 8, numRuns: 500 },
  );
});

test.each<[Caller, string]>([
  [NOBODY, 'unauthenticated'],
  [caller('key', ['demo/permits']), 'forbidden'],
  [caller('key', [], ['demo/permits']), 'allowed'],
  [caller('token', [], ['demo/*']), 'allowed'],
  [caller('token', [], ['other/*']), 'forbidden'],
])('writing into a public stream by %j is %s', (who, expected) => {
  expect(decideWriting(who, 'demo', 'permits')).toBe(expected);
});
