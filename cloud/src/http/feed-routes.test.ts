import { viewDefinitionSchema } from '@meetbrug/protocols/ldes';
import { fail } from '@meetbrug/protocols/result';
import { describe, expect, test } from 'vitest';
import { PUBLIC_OF_OPEN_CLOUD } from '../access/read-scope.ts';
import type { PageFaultCode } from './feed-pages.ts';
import { answerFeed } from './feed-routes.ts';

const VIEW = '/ldes/demo/heat-stress/by-time';

function answer(code: PageFaultCode, target: string): Promise<Response> {
  return answerFeed(target, new Headers(), {
    publicBaseUrl: 'https://data.example/stad',
    scope: PUBLIC_OF_OPEN_CLOUD,
    pushEvents: () => undefined,
    pages: { load: async () => fail(code, 'the reason') },
    views: {
      find: (organisation, stream, view) => ({
        organisation,
        stream,
        definition: viewDefinitionSchema.parse({ kind: view }),
        retention: undefined,
        version: '1',
        droppedVersion: '0',
        closed: false,
      }),
    },
  });
}

describe('a page that cannot be shown', () => {
  test('because retention took it leads to the root of its view', async () => {
    const response = await answer('dropped', `${VIEW}/2026-01/05`);
    expect([response.status, response.headers.get('location')]).toEqual([307, `https://data.example/stad${VIEW}`]);
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  test.each([
    ['absent', 404, null],
    ['filling', 503, '1'],
    ['readers-busy', 429, '1'],
    ['deadline', 503, '1'],
    ['read-failed', 503, '1'],
    ['readers-stopped', 503, '1'],
  ] as const)('because it is %s gives a problem with status %i', async (code, status, retryAfter) => {
    const response = await answer(code, `${VIEW}/2026-01/05`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, retryAfter]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ status, detail: 'the reason' });
  });
});
