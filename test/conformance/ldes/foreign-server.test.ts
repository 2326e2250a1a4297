import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeServer, NOT_CHECKED } from './judge-server.ts';
import { RULES } from './rules/all-rules.ts';

const PREFIXES = `
@prefix ldes: <https://w3id.org/ldes#> . @prefix tree: <https://w3id.org/tree#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix ex: <https://data.example/ns#> .`;

/** A server of another make: Turtle alone, pages by parameter in a chain, each closed page linking the next. */
let server: Server;
let origin = '';

function bodyOf(target: string): string | undefined {
  const stream = `<${origin}/meter>`;
  const root = `<${origin}/meter/feed>`;
  const page = (number: number) => `<${origin}/meter/feed?pageNumber=${number}>`;
  const context = `${stream} a ldes:EventStream ; ldes:timestampPath dcterms:created ;
    ldes:versionOfPath dcterms:isVersionOf ; tree:view ${root} .`;
  const member = (number: number) => `${stream} a ldes:EventStream ; tree:member <${origin}/id/7/v/${number}> .
    <${origin}/id/7/v/${number}> dcterms:isVersionOf <${origin}/id/7> ; ex:reading [ ex:kWh ${number}.5 ] ;
      dcterms:created "2026-03-01T00:0${number}:00Z"^^xsd:dateTime .`;
  const node = (iri: string, link: number | undefined) =>
    `${iri} a tree:Node${link === undefined ? '' : ` ; tree:relation [ a tree:Relation ; tree:node ${page(link)} ]`} .`;
  const bodies: Record<string, string> = {
    '/meter': context,
    '/meter/feed': `${context} ${node(root, 1)}`,
    '/meter/feed?pageNumber=1': `${node(page(1), 2)} ${member(1)} ${member(2)}`,
    '/meter/feed?pageNumber=2': `${node(page(2), undefined)} ${member(3)}`,
  };
  return bodies[target] === undefined ? undefined : `${PREFIXES}\n${bodies[target]}\n`;
}

beforeAll(async () => {
  server = createServer(({ url = '', headers }, response) => {
    const body = bodyOf(url);
    if (body === undefined) return response.writeHead(404).end();
    const etag = `"${url.replace(/\W/g, '-')}"`;
    const caching = url.endsWith('=1') ? 'public,max-age=604800,immutable' : 'public,max-age=60';
    response.setHeader('ETag', etag).setHeader('Cache-Control', caching).setHeader('Content-Type', 'text/turtle');
    const isKnown = headers['if-none-match']?.split(', ').includes(etag) ?? false;
    return isKnown ? response.writeHead(304).end() : response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

test('a plain server of another make breaks no must, and is told what it could do better', async () => {
  const options = { pagesMax: 10, samplesMax: 6, betweenVisits: async () => undefined };
  const judgements = await judgeServer(`${origin}/meter`, RULES, options);
  const failed = judgements.filter(({ outcome }) => outcome === 'fail');
  expect(failed.filter(({ faults }) => faults.some((fault) => fault.startsWith(NOT_CHECKED)))).toEqual([]);
  expect(failed.filter(({ rule }) => rule.level === 'must').map(({ rule, faults }) => [rule.name, faults])).toEqual([]);
  expect(failed.map(({ rule }) => rule.name).sort()).toEqual([
    'Cache-Control has a space behind its commas: clients split it there',
    'a page that is immutable by its header says so in the document',
    'a type that cannot be had is refused with 406',
    'all five formats can be had by negotiation',
    'brotli can be had',
    'gzip can be had',
    'links between pages are relative where the format can say them so',
    'no page that can still change hangs below an immutable one',
    'scripts of other origins may read pages and their ETag',
    'the TREE profile is announced to a reader who asks for it',
    'the root node has a tree:viewDescription',
    'what is not there is refused with 404 and a problem document',
  ]);
});
