import { describe, expect, test } from 'vitest';
import { pageResponse } from './query-response.ts';

const STAMP_MS = Date.UTC(2026, 6, 1, 12, 0, 0, 700);
const DATE = 'Wed, 01 Jul 2026 12:00:00 GMT';
const page = { kind: 'part', body: new Uint8Array([1]), etag: '"a"', modifiedMs: STAMP_MS } as const;

function answer(headers: Record<string, string>, nowMs = STAMP_MS + 10_000): Response {
  return pageResponse(page, 'json', new Headers(headers), nowMs);
}

describe('a page', () => {
  test('says when its newest version was published, once another cannot come in the same second', () => {
    expect(answer({}).headers.get('last-modified')).toBe(DATE);
    expect(answer({}, STAMP_MS + 200).headers.get('last-modified')).toBeNull();
    expect(answer({ 'If-Modified-Since': DATE }, STAMP_MS + 200).status).toBe(200);
  });

  test.each([
    [{ 'If-Modified-Since': DATE }, 304],
    [{ 'If-Modified-Since': 'Wed, 01 Jul 2026 11:59:59 GMT' }, 200],
    [{ 'If-Modified-Since': 'yesterday' }, 200],
    [{ 'If-None-Match': '"a"' }, 304],
    [{ 'If-None-Match': '"b"', 'If-Modified-Since': DATE }, 200],
  ])('to a reader with %o answers %i', (headers, status) => {
    expect(answer(headers as Record<string, string>).status).toBe(status);
  });
});
