import { expect, it } from 'vitest';
import { prefersEvents } from './prefers-events.ts';

it.each<[string | undefined, boolean]>([
  ['text/event-stream', true],
  ['Text/Event-Stream', true],
  ['text/event-stream, */*;q=0.5', true],
  ['text/turtle;q=0.9, text/event-stream', true],
  ['text/event-stream;q=0.5, text/turtle', false],
  ['text/event-stream;q=0', false],
  ['text/*', false],
  ['*/*', false],
  ['application/n-quads', false],
  [undefined, false],
])('%s', (accept, wanted) => {
  expect(prefersEvents(accept)).toBe(wanted);
});
