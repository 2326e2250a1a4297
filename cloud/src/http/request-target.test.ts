import { describe, expect, test } from 'vitest';
import { createTargetReader } from './request-target.ts';

const ROOTS = new Set(['ldes', 'id', 'api', 'healthz']);

describe('a request target', () => {
  test.each([
    ['https://data.example', '/ldes/demo/x?y', '/ldes/demo/x?y'],
    ['https://data.example', '/', '/'],
    ['https://data.example', 'http://other.example:80/ldes/demo', '/ldes/demo'],
    ['https://data.example', 'http://other.example', '/'],
    // A proxy that strips the path of the public base URL, and one that keeps it.
    ['https://data.example/stad', '/ldes/demo', '/ldes/demo'],
    ['https://data.example/stad', '/stad/ldes/demo', '/ldes/demo'],
    ['https://data.example/stad', '/stad', '/'],
    ['https://data.example/stad', '/stad/', '/'],
    ['https://data.example/stad', '/stad?x=1', '/?x=1'],
    ['https://data.example/stad', '/stadion/ldes', '/stadion/ldes'],
    ['https://data.example/stad', '/stad/elsewhere', '/stad/elsewhere'],
    ['https://data.example/open/data', '/open/data/id/demo/sensor/1', '/id/demo/sensor/1'],
    // A path that is called as one of ours: what is left behind it decides.
    ['https://data.example/ldes', '/ldes/demo/heat-stress', '/ldes/demo/heat-stress'],
    ['https://data.example/ldes', '/ldes/ldes/demo/heat-stress', '/ldes/demo/heat-stress'],
    ['https://data.example/api', '/api/v1/datastreams', '/api/v1/datastreams'],
    ['https://data.example/api', '/api/api/v1/datastreams', '/api/v1/datastreams'],
  ])('below %s: %s is read as %s', (publicBaseUrl, target, expected) => {
    expect(createTargetReader(publicBaseUrl, ROOTS)(target)).toBe(expected);
  });
});
