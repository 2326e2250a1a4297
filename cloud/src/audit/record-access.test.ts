import { expect, test } from 'vitest';
import { recordAccess } from './record-access.ts';

const HOUR_MS = 3_600_000;

test('use and refusal are written once an hour for each caller and reason, and a bounded number of times', () => {
  const clock = { nowMs: 0 };
  const written: unknown[] = [];
  const events = recordAccess({ record: (...entry) => void written.push(entry) }, () => clock.nowMs);
  for (const _ of [1, 2]) {
    events.onUsed('key a');
    events.onRefused('key a', 'forbidden');
    events.onRefused('key a', 'quota-exceeded');
    events.onUsed('token me');
  }
  const first = [
    ['credentials-used', 'key a'],
    ['credentials-refused', 'key a', { reason: 'forbidden' }],
    ['credentials-refused', 'key a', { reason: 'quota-exceeded' }],
    ['credentials-used', 'token me'],
  ];
  expect(written).toEqual(first);
  clock.nowMs = HOUR_MS;
  events.onUsed('key a');
  expect(written).toHaveLength(5);
  for (let caller = 0; caller < 2_000; caller += 1) events.onUsed(`token ${caller}`);
  expect(written).toHaveLength(4 + 1_000);
});
