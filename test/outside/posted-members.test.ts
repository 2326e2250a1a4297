import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import { Parser } from 'n3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withFolder } from '../cloud/test-cloud.ts';
import { parseGraph } from '../formats/parse-graph.ts';
import { waitFor } from '../harness/wait-for.ts';
import { OBSERVED_AT, OTHER_STREAM, parking, post, startOutsideCloud, VERSION_OF, writeKey } from './outside-cloud.ts';

const SETTINGS = { parking: 'dataThemes: [TRAN]' };

let dataDir: string;
let cloud: Cloud;
let key: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'meetbrug-outside-'));
  cloud = await startOutsideCloud({ dataDir, ...SETTINGS });
  key = writeKey(dataDir);
});

afterAll(async () => {
  await cloud.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const read = async (path: string, accept = 'application/n-quads') => {
  const response = await fetch(`http://127.0.0.1:${cloud.ports.http}/ldes/${path}`, { headers: { Accept: accept } });
  return { status: response.status, text: await response.text() };
};

test('a member is published once, whatever is sent again, and other content under its IRI is a conflict', async () => {
  const first = await post(cloud, parking(1) + parking(2), { key });
  expect(first.status, first.text).toBe(200);
  expect(JSON.parse(first.text)).toEqual({
    created: 2,
    known: 0,
    conflict: 0,
    refused: 0,
    members: [
      { member: 'https://park.example/p1#v1', result: 'created' },
      { member: 'https://park.example/p1#v2', result: 'created' },
    ],
  });
  const again = await post(cloud, parking(1) + parking(2, 21) + parking(3), { key });
  expect(again.status).toBe(200);
  expect(JSON.parse(again.text)).toMatchObject({ created: 1, known: 1, conflict: 1, refused: 0 });
  const page = await read('demo/parking/by-page/page/0');
  expect(page.text).toContain('<https://park.example/p1#v2> <https://data.example.org/ns#free> "20"');
  expect(page.text).toContain(`<https://park.example/p1#v2> <${VERSION_OF}> <https://park.example/p1>`);
  expect(page.text).toMatch(new RegExp(`<https://park.example/p1#v2> <${OBSERVED_AT}> "20\\d\\d-`));
});

const NO_FREE = `<https://park.example/p1#bad> <${VERSION_OF}> <https://park.example/p1> .\n`;
const STAMPED = parking(50).replace(' .\n', ` ; <${OBSERVED_AT}> "2026-01-01T00:00:00Z" .\n`);

describe('what was refused is told member by member', () => {
  test('with 422 when every one was, with 200 when another is published', async () => {
    const refused = await post(cloud, NO_FREE + STAMPED, { key });
    expect(refused.status).toBe(422);
    const { members, ...counts } = JSON.parse(refused.text);
    expect(counts).toEqual({ created: 0, known: 0, conflict: 0, refused: 2 });
    expect(members).toMatchObject([
      {
        member: 'https://park.example/p1#bad',
        result: 'refused',
        code: 'shape',
        report: {
          conforms: false,
          results: [
            {
              focusNode: '<https://park.example/p1#bad>',
              path: '<https://data.example.org/ns#free>',
              message: 'says how many places are free',
              severity: '<http://www.w3.org/ns/shacl#Violation>',
              constraint: '<http://www.w3.org/ns/shacl#MinCountConstraintComponent>',
            },
          ],
        },
      },
      { member: 'https://park.example/p1#v50', result: 'refused', code: 'stamp-present' },
    ]);
    const mixed = await post(cloud, NO_FREE + parking(4), { key });
    expect(mixed.status).toBe(200);
    expect(JSON.parse(mixed.text)).toMatchObject({ created: 1, refused: 1 });
  });

  test('with 409 when what is there says otherwise', async () => {
    await post(cloud, parking(5), { key });
    const { status, text } = await post(cloud, parking(5, 1), { key });
    expect([status, JSON.parse(text)]).toMatchObject([409, { conflict: 1, members: [{ result: 'conflict' }] }]);
  });

  test('as a SHACL validation report for who asks for Turtle', async () => {
    const { status, text, headers } = await post(cloud, NO_FREE + STAMPED + parking(6), { key, accept: 'text/turtle' });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/turtle; charset=utf-8']);
    const quads = new Parser({ format: 'text/turtle' }).parse(text);
    const said = (property: string) =>
      quads.filter(({ predicate }) => predicate.value === `http://www.w3.org/ns/shacl#${property}`);
    expect(said('conforms').map(({ object }) => object.value)).toEqual(['false']);
    expect(said('focusNode').map(({ object }) => object.value)).toEqual([
      'https://park.example/p1#bad',
      'https://park.example/p1#v50',
    ]);
    expect(said('resultPath').map(({ object }) => object.value)).toEqual(['https://data.example.org/ns#free']);
    expect(said('resultMessage')).toHaveLength(2);
  });
});

describe('a request is refused', () => {
  const wrongType = { type: 'text/csv' };
  const context = '{"@context":"https://x.example/c.jsonld"}';
  test.each<[string, number, string | Uint8Array<ArrayBuffer>, Parameters<typeof post>[2]]>([
    ['to a stream that nobody configured', 404, parking(70), { stream: 'demo/nothing' }],
    ['to a stream of sensors', 404, parking(70), { stream: 'demo/heat-stress' }],
    ['to a page', 405, parking(70), { stream: 'demo/parking/by-page' }],
    ['in a format that is no RDF', 415, parking(70), wrongType],
    ['that cannot be read', 400, 'no turtle', {}],
    ['that is no UTF-8', 400, new Uint8Array([0x3c, 0xff, 0xfe]), {}],
    ['that needs a context from elsewhere', 422, context, { type: 'application/ld+json' }],
    ['with no member in it', 422, '', {}],
    ['that is too large', 413, ' '.repeat(16_777_217), {}],
  ])('%s', async (_, status, body, options) => {
    const answer = await post(cloud, body, { key: writeKey(dataDir, ['demo/*']), ...options });
    expect(answer.status, answer.text).toBe(status);
    expect((await read('demo/parking/by-page/page/0')).text).not.toContain('#v70');
  });

  test('without a key, and with one of another stream', async () => {
    expect(await post(cloud, parking(70), {})).toMatchObject({ status: 401 });
    expect(await post(cloud, parking(70), { key: writeKey(dataDir, [OTHER_STREAM]) })).toMatchObject({ status: 403 });
  });

  test('with 429 while too many are under way, and the others are answered', async () => {
    const bodies = Array.from({ length: 30 }, (_, index) => parking(1_000 + index));
    const answers = await Promise.all(bodies.map((body) => post(cloud, body, { key })));
    const busy = answers.filter(({ status }) => status === 429);
    expect(busy.length).toBeGreaterThan(0);
    expect(busy.every(({ headers }) => headers.get('retry-after') === '1')).toBe(true);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(30 - busy.length);
    expect(30 - busy.length).toBeGreaterThanOrEqual(8);
  });
});

test('what was answered is there after a restart, and its counters say so', async () => {
  const { text } = await post(cloud, parking(2_000), { key });
  expect(JSON.parse(text)).toMatchObject({ created: 1 });
  const metrics = await (await fetch(`http://127.0.0.1:${cloud.ports.http}/metrics`)).text();
  expect(metrics).toMatch(/meetbrug_cloud_outside_members_total\{result="created"\} [1-9]/);
  expect(metrics).toMatch(/meetbrug_cloud_outside_members_total\{result="refused"\} [1-9]/);
  const port = cloud.ports.http;
  await cloud.stop();
  cloud = await startOutsideCloud({ dataDir, ...SETTINGS, publicBaseUrl: `http://127.0.0.1:${port}` });
  expect(JSON.parse((await post(cloud, parking(2_000), { key })).text)).toMatchObject({ known: 1 });
  expect(JSON.parse((await post(cloud, parking(2_000, 3), { key })).text)).toMatchObject({ conflict: 1 });
});

test('the catalogue has the stream with its title, its theme and its shape', async () => {
  const { text } = await read('../catalogue');
  const stream = `<${cloud.publicBaseUrl}/ldes/demo/parking>`;
  expect(text).toContain(`${stream} <http://purl.org/dc/terms/title> "Demo: parkings"@nl`);
  expect(text).toContain(
    `${stream} <http://www.w3.org/ns/dcat#theme> <http://publications.europa.eu/resource/authority/data-theme/TRAN>`,
  );
  expect(text).toContain(
    `${stream} <http://purl.org/dc/terms/conformsTo> <${cloud.publicBaseUrl}/ldes/demo/parking#shape>`,
  );
  expect(text).toMatch(new RegExp(`${stream} <http://purl.org/dc/terms/issued> "20`));
});

test('a store at its bound takes no more and names the setting', async () => {
  await withFolder(async (folder) => {
    const bounded = await startOutsideCloud({ dataDir: folder, more: 'store: { bytesMax: 2097152 }' });
    try {
      const own = writeKey(folder);
      let requests = 0;
      const big = (request: number) =>
        Array.from({ length: 100 }, (_, index) =>
          parking(request * 100 + index).replace('"Marktstraat"', `"${'x'.repeat(5_000)}"`),
        ).join('');
      const refused = await waitFor(
        async () => {
          const answer = await post(bounded, big(requests++), { key: own });
          return answer.status === 200 ? undefined : answer;
        },
        20_000,
        () => 'the store never was full',
      );
      expect(refused).toMatchObject({ status: 503, text: expect.stringContaining('store.bytesMax') });
      expect(refused.headers.get('retry-after')).toBe('1');
    } finally {
      await bounded.stop();
    }
  });
});

test('readers that stay connected get each member as a document of its own', async () => {
  const abort = new AbortController();
  const response = await fetch(`http://127.0.0.1:${cloud.ports.http}/ldes/demo/parking`, {
    headers: { Accept: 'text/event-stream', 'Last-Event-ID': '-1' },
    signal: abort.signal,
  });
  expect(response.status).toBe(200);
  let text = '';
  for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (/^data: .*\n\n/m.test(text)) break;
  }
  abort.abort();
  const [, data = ''] = /^data: (.*)\n\n/m.exec(text) ?? [];
  const quads = await parseGraph('jsonld', new TextEncoder().encode(data));
  const says = quads.filter(({ subject }) => subject.value === 'https://park.example/p1#v1');
  expect(says.map(({ predicate }) => predicate.value)).toEqual(
    expect.arrayContaining([VERSION_OF, OBSERVED_AT, 'https://data.example.org/ns#free']),
  );
});
