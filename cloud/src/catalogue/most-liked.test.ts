import { describe, expect, test } from 'vitest';
import { mostLiked } from './most-liked.ts';

const OFFERS = [
  { name: 'page', types: ['text/html', 'application/xhtml+xml'] },
  { name: 'turtle', types: ['text/turtle'] },
  { name: 'json', types: ['application/json'] },
] as const;

describe('the offer that is liked most', () => {
  test.each([
    [undefined, 'page'],
    ['', 'page'],
    ['*/*', 'page'],
    ['text/turtle', 'turtle'],
    ['TEXT/Turtle; charset=utf-8', 'turtle'],
    ['text/*', 'page'],
    ['text/*;q=0.5, application/json;q=0.4', 'page'],
    ['text/*;q=0.5, application/json;q=0.6', 'json'],
    ['application/json, */*', 'json'],
    ['application/xhtml+xml;q=0.9, application/json;q=0.8', 'page'],
    ['text/html;q=0, */*;q=0.1', 'page'],
    ['text/html;q=0, application/xhtml+xml;q=0, */*;q=0.1', 'turtle'],
    ['text/turtle;q=0, text/*', 'page'],
    ['*/*;q=0, application/json;q=0.1', 'json'],
    ['image/png', undefined],
    ['text/turtle;q=0', undefined],
  ])('of %s is %s', (accept, expected) => {
    expect(mostLiked(accept, OFFERS)).toBe(expected);
  });
});
