import { expect, test } from 'vitest';
import { createTurns } from './take-turns.ts';

test('so many work at once, the others in their order', async () => {
  const turns = createTurns(2);
  const log: string[] = [];
  const doors = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
  const works = doors.map(({ promise }, index) =>
    turns.take(async () => {
      log.push(`begin ${index}`);
      await promise;
      log.push(`end ${index}`);
    }),
  );
  for (const [index, door] of doors.entries()) {
    door.resolve();
    await works[index];
  }
  expect(log).toEqual(['begin 0', 'begin 1', 'end 0', 'begin 2', 'end 1', 'begin 3', 'end 2', 'end 3']);
});

test('a turn that fails or was called off makes room for the next', async () => {
  const turns = createTurns(1);
  const failed = turns.take(() => Promise.reject(new Error('no')));
  const calledOff = turns.take(async () => 'never', AbortSignal.abort());
  const last = turns.take(async () => 'done');
  await expect(failed).rejects.toThrow('no');
  await expect(calledOff).rejects.toThrow();
  expect(await last).toBe('done');
});
