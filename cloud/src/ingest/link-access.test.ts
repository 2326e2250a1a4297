import { describe, expect, test } from 'vitest';
import { createLinkAccess, maySubscribe, publishedKind } from './link-access.ts';

const EDGE = { name: 'edge-a', organisation: 'demo', secret: 'a-long-enough-secret' };

describe('access to the link', () => {
  const access = createLinkAccess([EDGE]);

  test('is given to an edge with its secret', () => {
    expect(access.authenticate('edge-a', Buffer.from(EDGE.secret))).toBe(EDGE);
  });

  test.each([
    ['a wrong secret', 'edge-a', 'a-long-enough-secreT'],
    ['an empty secret', 'edge-a', ''],
    ['an edge that does not exist', 'edge-z', EDGE.secret],
    ['an edge that does not exist and no secret', 'edge-z', ''],
    ['no name', undefined, EDGE.secret],
    ['no secret', 'edge-a', undefined],
  ])('is refused to %s', (_, username, password) => {
    expect(access.authenticate(username, password === undefined ? undefined : Buffer.from(password))).toBeUndefined();
  });

  test.each([
    ['meetbrug/v1/edge-a/hello', 'hello'],
    ['meetbrug/v1/edge-a/batch', 'batch'],
    ['meetbrug/v1/edge-a/welcome', undefined],
    ['meetbrug/v1/edge-a/acknowledgement', undefined],
    ['meetbrug/v1/edge-b/batch', undefined],
    ['meetbrug/v1/edge-a/batch/x', undefined],
    ['$SYS/edge-a/batch', undefined],
    ['', undefined],
  ])('to publish on "%s" gives %s', (topic, expected) => {
    expect(publishedKind('edge-a', topic)).toBe(expected);
  });

  test.each([
    ['meetbrug/v1/edge-a/welcome', true],
    ['meetbrug/v1/edge-a/acknowledgement', true],
    ['meetbrug/v1/edge-a/batch', false],
    ['meetbrug/v1/edge-b/acknowledgement', false],
    ['meetbrug/v1/edge-a/+', false],
    ['meetbrug/v1/+/acknowledgement', false],
    ['#', false],
    ['$SYS/#', false],
  ])('to listen to "%s" is %s', (filter, expected) => {
    expect(maySubscribe('edge-a', filter)).toBe(expected);
  });
});
