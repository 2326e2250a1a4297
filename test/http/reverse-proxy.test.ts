import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { MEDIA_TYPES } from '@meetbrug/protocols/ldes';
import { Parser } from 'n3';
import { describe, expect, test } from 'vitest';
import { withFolder } from '../cloud/test-cloud.ts';
import { waitFor } from '../harness/wait-for.ts';
import { ask, deliverMinutes, startHttpCloud } from './http-cloud.ts';
import { startReverseProxy } from './reverse-proxy.ts';

const TREE = 'https://w3id.org/tree#';
const MEMBERS = 9;
const VIEWS = ['by-page', 'by-time', 'by-location', 'by-property', 'by-datastream', 'latest'];

/** Starts a cloud and, in front of it, a proxy that publishes it below a path. */
async function behindProxy(
  path: string,
  keepsPrefix: boolean,
  use: (base: string, cloud: Cloud, passed: readonly string[]) => Promise<void>,
): Promise<void> {
  await withFolder(async (dataDir) => {
    let port = 0;
    const proxy = await startReverseProxy(path, keepsPrefix, () => port);
    const base = `http://127.0.0.1:${proxy.port}${path}`;
    const cloud = await startHttpCloud({ dataDir, publicBaseUrl: base });
    port = cloud.ports.http;
    try {
      await deliverMinutes(cloud, MEMBERS);
      await use(base, cloud, proxy.passed);
    } finally {
      await cloud.stop();
      await proxy.stop();
    }
  });
}

/** Follows every link of a view through the proxy, without redirects: its members, and every page asked for. */
async function walk(root: string): Promise<{ members: Set<string>; pages: string[] }> {
  const members = new Set<string>();
  const pages: string[] = [];
  const visit = async (url: string): Promise<void> => {
    pages.push(url);
    const response = await fetch(url, { headers: { accept: MEDIA_TYPES.nquads }, redirect: 'manual' });
    expect([url, response.status]).toEqual([url, 200]);
    const quads = new Parser({ format: MEDIA_TYPES.nquads }).parse(await response.text());
    for (const { predicate, object } of quads) if (predicate.value === `${TREE}member`) members.add(object.value);
    const links = quads.filter(({ predicate }) => predicate.value === `${TREE}node`).map(({ object }) => object.value);
    for (const link of new Set(links)) await visit(link);
  };
  await visit(root);
  return { members, pages };
}

describe.each([
  ['/stad/data', false],
  ['/stad/data', true],
  ['/ldes', false],
  ['/ldes', true],
])('behind a proxy below the path %s that keeps it: %s', (path, keepsPrefix) => {
  test('every link of every view leads back through the proxy, and every IRI dereferences there', async () => {
    await behindProxy(path, keepsPrefix, async (base) => {
      for (const view of VIEWS) {
        const root = `${base}/ldes/demo/heat-stress/${view}`;
        const expected = view === 'latest' ? 1 : MEMBERS;
        const whole = async () => (await walk(root)).members.size === expected || undefined;
        await waitFor(whole, 10_000, () => `${view} does not show ${expected} members`);
        const { members, pages } = await walk(root);
        expect([...members, ...pages].every((iri) => iri.startsWith(`${base}/`))).toBe(true);
        for (const member of members) {
          const response = await fetch(member, { redirect: 'manual' });
          expect([member, response.status]).toEqual([member, 200]);
          expect(await response.text()).toContain(member);
        }
      }
    });
  });

  test('other spellings are redirected to below the path, and other doors open there', async () => {
    await behindProxy(path, keepsPrefix, async (base, cloud, passed) => {
      for (const [spelling, canonical] of [
        ['/ldes/demo/heat-stress/', '/ldes/demo/heat-stress'],
        ['/ldes/demo/heat-stress/by-page/page/00?x', '/ldes/demo/heat-stress/by-page/page/0'],
        ['/id/demo//sensor/sensor-1', '/id/demo/sensor/sensor-1'],
        ['/id/concept/thema/', '/id/concept/thema'],
      ]) {
        const response = await fetch(`${base}${spelling}`, { redirect: 'manual' });
        expect([spelling, response.status, response.headers.get('location')]).toEqual([
          spelling,
          308,
          `${base}${canonical}`,
        ]);
        expect((await fetch(`${base}${spelling}`)).url).toBe(`${base}${canonical}`);
      }
      for (const door of ['', '/', '/healthz', '/api/v1/datastreams', '/metrics']) {
        expect([door, (await fetch(`${base}${door}`)).status]).toEqual([door, 200]);
      }
      expect(passed.length).toBeGreaterThan(10);
      // Asked directly, without the path, it answers the same documents.
      expect((await ask(cloud.ports.http, '/ldes/demo/heat-stress')).body.toString()).toContain(
        `<${base}/ldes/demo/heat-stress>`,
      );
    });
  });
});
