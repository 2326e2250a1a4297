import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { MEDIA_TYPES, RDF_FORMATS } from '@meetbrug/protocols/ldes';
import type { Quad } from 'n3';
import { isomorphic } from 'rdf-isomorphic';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeServer } from '../conformance/ldes/judge-server.ts';
import { RULES } from '../conformance/ldes/rules/all-rules.ts';
import { passOnce } from '../conformance/ldes-client/run-client.ts';
import { parseGraph } from '../formats/parse-graph.ts';
import { walkPages } from '../walker/walk-pages.ts';
import { OTHER_STREAM, PUBLISHED_AT, parking, post, STREAM, startOutsideCloud, writeKey } from './outside-cloud.ts';

const MEMBERS = 9;
/** We write links in full, as section 17.1 asks, and so do without what section 5 recommends. */
const LINKS = 'links between pages are relative where the format can say them so';

/** Whatever RDF allows that our own members never hold. */
const NASTY = `
@prefix ex: <https://data.example.org/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix sosa: <http://www.w3.org/ns/sosa/> .
<urn:nasty:1> ex:of <geo:51.05,3.72> ; ex:at "2026-11-24T12:00:00+01:00"^^xsd:dateTime ;
  a ex:Thing , [ ex:label "an anonymous class" ] , "a text as a class" ;
  ex:shared _:s ; ex:alsoShared _:s ; ex:nothing [] ;
  ex:list ( 1 "two" ex:three ( ) ( <tree:node> ) ) ;
  ex:text "quotes \\" and \\\\ and\\nlines\\t\\u0001\\u007F é 𝄞 <b>" , ""@en , "nl"@nl-be , "1"^^xsd:integer , "01"^^xsd:integer ;
  sosa:hasSimpleResult "not an integer" , 5 ; <http://www.w3.org/ns/prov#generatedAtTime> "theirs" ;
  <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> "{}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON> .
_:s ex:says "once" .
<https://data.example.org/é> ex:at "2026-01-01T00:00:00Z"^^xsd:dateTime ; ex:of <https://data.example.org/d> ; ex:shared _:s .`;

let dataDir: string;
let cloud: Cloud;
let key: string;
let published = 0;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'meetbrug-outside-pages-'));
  cloud = await startOutsideCloud({ dataDir });
  key = writeKey(dataDir);
  await postAll(MEMBERS);
  const nasty = await post(cloud, NASTY, { key, stream: OTHER_STREAM });
  expect(JSON.parse(nasty.text), nasty.text).toMatchObject({ created: 2, refused: 0 });
});

afterAll(async () => {
  await cloud.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** A request each, so that stamps differ. */
async function postAll(count: number): Promise<void> {
  for (const until = published + count; published < until; published++) {
    const version = published;
    const parkings = await post(cloud, parking(version), { key });
    expect(parkings.status, parkings.text).toBe(200);
    const event = `<https://e.example/#${version}> <https://data.example.org/ns#of> <https://e.example/> ;
      <https://data.example.org/ns#at> "2026-11-24T12:00:0${version % 10}Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .`;
    const events = await post(cloud, event, { key, stream: OTHER_STREAM });
    expect(events.status, events.text).toBe(200);
  }
}

async function quadsAt(path: string, format: (typeof RDF_FORMATS)[number]): Promise<Quad[]> {
  const url = `http://127.0.0.1:${cloud.ports.http}/ldes/${path}`;
  const response = await fetch(url, { headers: { Accept: MEDIA_TYPES[format] } });
  expect(response.status, path).toBe(200);
  return parseGraph(format, new Uint8Array(await response.arrayBuffer()));
}

test.each([
  'demo/parking',
  'demo/parking/by-page',
  'demo/parking/by-page/page/0',
  'demo/events',
  'demo/events/by-page',
  'demo/events/by-page/index/1/0',
  'demo/events/by-page/page/4',
  'demo/events/by-page/page/5',
])('%s is the same graph in every format', async (path) => {
  const wanted = await quadsAt(path, 'nquads');
  for (const format of RDF_FORMATS) expect(isomorphic(await quadsAt(path, format), wanted), format).toBe(true);
});

test('a page says of a member what was posted and the stamp, and nothing else', async () => {
  const pages = await Promise.all([4, 5].map((page) => quadsAt(`demo/events/by-page/page/${page}`, 'turtle')));
  const shown = pages.flat();
  const posted = await parseGraph('turtle', new TextEncoder().encode(NASTY));
  const isStamp = ({ subject, predicate }: Quad) => subject.value === 'urn:nasty:1' && predicate.value === PUBLISHED_AT;
  const stamps = shown.filter(isStamp);
  expect(stamps.map(({ object }) => object.value)).toEqual([expect.stringMatching(/^20\d\d-.*Z$/)]);
  const own = (quads: readonly Quad[]) => reached(quads, 'urn:nasty:1').filter((quad) => !isStamp(quad));
  expect(isomorphic(own(shown), own(posted))).toBe(true);
});

/** What a reader cuts out: the member, and what it reaches through blank nodes. */
function reached(quads: readonly Quad[], member: string): Quad[] {
  const seen = new Set([member]);
  for (const subject of seen) {
    for (const quad of quads) {
      if (quad.subject.value === subject && quad.object.termType === 'BlankNode') seen.add(quad.object.value);
    }
  }
  return quads.filter(({ subject }) => seen.has(subject.value));
}

describe.each([STREAM, OTHER_STREAM])('the feed %s', (stream) => {
  test('has each member once, on the pages that the arithmetic says', async () => {
    const view = await walkPages({ rootUrl: `${cloud.publicBaseUrl}/ldes/${stream}/by-page` });
    expect(view.faults).toEqual([]);
    expect(view.members.size).toBe(published + (stream === STREAM ? 0 : 2));
  });

  test('gives a stock client each member with the stamp that the stream says, one page at a time', async () => {
    const run = { url: `${cloud.publicBaseUrl}/ldes/${stream}`, concurrentFetches: 1, ordered: 'ascending' as const };
    const received = await passOnce(run);
    expect(new Set(received.map(({ iri }) => iri)).size).toBe(published + (stream === STREAM ? 0 : 2));
    const stamps = received.map(({ stampMs }) => stampMs ?? 0);
    expect(Math.min(...stamps)).toBeGreaterThan(Date.UTC(2026, 0, 1));
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
  });

  test('keeps every rule of an LDES while it grows, as our other feeds do', async () => {
    const judgements = await judgeServer(`${cloud.publicBaseUrl}/ldes/${stream}`, RULES, {
      pagesMax: 60,
      samplesMax: 4,
      betweenVisits: () => postAll(3),
    });
    const failed = judgements.filter(({ outcome }) => outcome === 'fail');
    expect(failed.map(({ rule }) => rule.name)).toEqual([LINKS]);
    expect(judgements.filter(({ outcome }) => outcome === 'pass').length).toBeGreaterThan(80);
  });
});
