import { expect, test } from 'vitest';
import { procedureSchema } from './datastream-description.ts';

test.each([
  ['instants', {}, true],
  ['intervals of one length', { intervalSeconds: 900 }, true],
  ['calendar days', { calendarInterval: 'local-day' }, true],
  [
    'intervals of one length that are calendar days too',
    { intervalSeconds: 86_400, calendarInterval: 'local-day' },
    false,
  ],
])('a procedure of %s', (_, intervals, isAccepted) => {
  expect(procedureSchema.safeParse({ name: 'telling', label: 'telling', ...intervals }).success).toBe(isAccepted);
});
