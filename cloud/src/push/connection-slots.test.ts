import { expect, it } from 'vitest';
import { createConnectionSlots } from './connection-slots.ts';

it('gives so many slots to an address and to all together, and takes each back once', () => {
  const slots = createConnectionSlots({ together: 3, perAddress: 2 });
  const first = slots.take('a');
  const second = slots.take('a');
  expect(slots.take('a')).toBe('too-many-from-address');
  expect(slots.take('b')).toBeTypeOf('function');
  expect(slots.take('c')).toBe('too-many-connections');
  if (typeof first === 'string' || typeof second === 'string') throw new Error('there was a slot');
  first();
  first();
  expect(slots.taken()).toBe(2);
  expect(slots.take('a')).toBeTypeOf('function');
  expect(slots.take('a')).toBe('too-many-connections');
});
