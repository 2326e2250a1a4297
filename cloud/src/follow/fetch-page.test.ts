import { ok } from '@meetbrug/protocols/result';
import { describe, expect, it } from 'vitest';
import { authoriseFeed, type FeedCredentials } from './feed-credentials.ts';
import type { FeedAnswer, FeedRequest } from './feed-request.ts';
import { createFetchPage } from './fetch-page.ts';

type Answer = Partial<Omit<FeedAnswer, 'body'>> & { readonly body?: string };

const NOW_MS = Date.parse('2026-11-24T12:00:00Z');
const FEED = 'https://data.example/feed';
const KEY: FeedCredentials = { kind: 'api-key', key: 'a-key' };
const CLIENT: FeedCredentials = {
  kind: 'oauth2',
  tokenUrl: 'https://login.example/token',
  clientId: 'me',
  clientSecret: 'hush',
  scope: 'read',
};

/** A publisher that answers as listed, the last one again and again; what was asked of it is kept. */
function publisher(
  answers: Readonly<Record<string, readonly Answer[]>>,
  credentials: FeedCredentials = { kind: 'none' },
) {
  const asked: FeedRequest[] = [];
  const send = async (request: FeedRequest) => {
    const before = asked.filter(({ url }) => url === request.url).length;
    asked.push(request);
    const list = answers[request.url] ?? [{ status: 404 }];
    const { status = 200, headers = {}, body = '' } = list[Math.min(before, list.length - 1)] ?? {};
    return ok({ status, headers, body: Buffer.from(body) });
  };
  const nowMs = () => NOW_MS;
  const settings = {
    origin: 'https://data.example',
    hosts: new Set(['data.example', 'cdn.example']),
    pageBytesMax: 1_000,
    timeoutMs: 1_000,
  };
  const fetchPage = createFetchPage(settings, {
    send,
    authorisation: authoriseFeed(credentials, { send, nowMs }),
    nowMs,
  });
  return { asked, fetch: (url = FEED, etag?: string) => fetchPage(url, etag, new AbortController().signal) };
}
const redirect = (location: string, status = 302): Answer => ({ status, headers: { location } });
const PAGE: Answer = {
  headers: { 'content-type': 'Text/Turtle; charset=utf-8', etag: '"a"', 'cache-control': 'public,max-age=60' },
  body: 'page',
};

describe('asking for a page', () => {
  it('gives what a reader needs of the answer', async () => {
    const { fetch, asked } = publisher({ [FEED]: [PAGE] });
    expect(await fetch()).toEqual({
      ok: true,
      value: {
        kind: 'page',
        url: FEED,
        mediaType: 'text/turtle',
        body: Buffer.from('page'),
        etag: '"a"',
        cache: { immutable: false, maxAgeSeconds: 60 },
      },
    });
    expect(asked[0]?.headers.accept).toMatch(/^application\/n-quads, .*text\/turtle/);
  });
  it('is conditional where there is an ETag, and takes no 304 where there is none', async () => {
    const { fetch, asked } = publisher({ [FEED]: [{ status: 304 }] });
    expect(await fetch(FEED, '"a"')).toMatchObject({ ok: true, value: { kind: 'unchanged' } });
    expect(asked[0]?.headers['if-none-match']).toBe('"a"');
    expect(await fetch(FEED)).toMatchObject({ ok: false, fault: { code: 'refused' } });
  });
  it('takes 410 for a page that is empty for good', async () => {
    expect(await publisher({ [FEED]: [{ status: 410 }] }).fetch()).toEqual({ ok: true, value: { kind: 'gone' } });
  });
  it.each([
    [429, { 'retry-after': '7' }, { code: 'busy', retryAfterMs: 7_000 }],
    [503, { 'retry-after': 'Tue, 24 Nov 2026 12:00:05 GMT' }, { code: 'busy', retryAfterMs: 5_000 }],
    [500, {}, { code: 'busy' }],
    [404, {}, { code: 'refused' }],
    [401, {}, { code: 'not-authorised' }],
    [403, {}, { code: 'not-authorised' }],
  ])('says what kind of refusal %i is', async (status, headers, fault) => {
    expect(await publisher({ [FEED]: [{ status, headers }] }).fetch()).toMatchObject({ ok: false, fault });
  });
});

describe('redirects', () => {
  it.each([
    [301, 'permanent'],
    [302, 'temporary'],
    [303, 'temporary'],
    [307, 'temporary'],
    [308, 'permanent'],
  ])('are followed, and %i counts as %s', async (status, kind) => {
    const { fetch } = publisher({
      [FEED]: [redirect('/feed/root?page=1#top', status)],
      'https://data.example/feed/root?page=1': [PAGE],
    });
    expect(await fetch()).toMatchObject({
      ok: true,
      value: { url: 'https://data.example/feed/root?page=1', redirect: kind },
    });
  });
  it.each([
    ['that never end', FEED, 'refused'],
    ['to a host that is not of the feed', 'https://169.254.169.254/latest', 'address-not-allowed'],
    ['to another port of the same host', 'https://data.example:8443/', 'address-not-allowed'],
    ['to something that is not of the web', 'file:///etc/passwd', 'address-not-allowed'],
    ['with a password', 'https://a:b@data.example/', 'address-not-allowed'],
    ['to nowhere', '', 'refused'],
  ])('%s are not followed', async (_, location, code) => {
    const { fetch, asked } = publisher({ [FEED]: [redirect(location)] });
    expect(await fetch()).toMatchObject({ ok: false, fault: { code } });
    expect(new Set(asked.map(({ url }) => url))).toEqual(new Set([FEED]));
  });
  it('to a host that is allowed take no credentials there', async () => {
    const { fetch, asked } = publisher(
      { [FEED]: [redirect('https://cdn.example/p')], 'https://cdn.example/p': [PAGE] },
      KEY,
    );
    expect(await fetch()).toMatchObject({ ok: true });
    expect(asked.map(({ url, headers }) => [url, headers['x-api-key']])).toEqual([
      [FEED, 'a-key'],
      ['https://cdn.example/p', undefined],
    ]);
  });
  it('from https to http take no credentials along', async () => {
    const { fetch, asked } = publisher(
      { [FEED]: [redirect('http://data.example/p')], 'http://data.example/p': [PAGE] },
      KEY,
    );
    await fetch();
    expect(asked.map(({ headers }) => headers['x-api-key'])).toEqual(['a-key', undefined]);
  });
});

describe('tokens by client credentials', () => {
  const token = (value: string, seconds = 3_600): Answer => ({
    body: JSON.stringify({ access_token: value, token_type: 'Bearer', expires_in: seconds }),
  });
  const tokensSent = (asked: readonly FeedRequest[]) =>
    asked.filter(({ url }) => url === FEED).map(({ headers }) => headers.authorization);

  it('are got once and used until they end', async () => {
    const { fetch, asked } = publisher({ [FEED]: [PAGE], [CLIENT.tokenUrl]: [token('one'), token('two')] }, CLIENT);
    await fetch();
    await fetch();
    expect(tokensSent(asked)).toEqual(['Bearer one', 'Bearer one']);
    const [first] = asked;
    expect(first).toMatchObject({ method: 'POST', body: 'grant_type=client_credentials&scope=read' });
    expect(first?.headers.authorization).toBe(`Basic ${Buffer.from('me:hush').toString('base64')}`);
  });
  it('are got anew before they end', async () => {
    const { fetch, asked } = publisher({ [FEED]: [PAGE], [CLIENT.tokenUrl]: [token('one', 10), token('two')] }, CLIENT);
    await fetch();
    await fetch();
    expect(tokensSent(asked)).toEqual(['Bearer one', 'Bearer two']);
  });
  it.each([401, 403])('are got anew once when the publisher answers %i, and no more than once', async (status) => {
    const answers = { [CLIENT.tokenUrl]: [token('one'), token('two'), token('three')] };
    const mended = publisher({ ...answers, [FEED]: [{ status }, PAGE] }, CLIENT);
    expect(await mended.fetch()).toMatchObject({ ok: true });
    expect(tokensSent(mended.asked)).toEqual(['Bearer one', 'Bearer two']);
    const refused = publisher({ ...answers, [FEED]: [{ status }] }, CLIENT);
    expect(await refused.fetch()).toMatchObject({ ok: false, fault: { code: 'not-authorised' } });
    expect(tokensSent(refused.asked)).toEqual(['Bearer one', 'Bearer two']);
  });
  it.each<[string, Answer]>([
    ['an error', { status: 400, body: '{"error":"invalid_client"}' }],
    ['a page for people', { body: '<html>' }],
    ['a token of another kind', { body: '{"access_token":"a","token_type":"mac"}' }],
    ['a token that would break the header', { body: '{"access_token":"a\\r\\nX: y","token_type":"bearer"}' }],
  ])('are not taken from %s', async (_, answer) => {
    const { fetch, asked } = publisher({ [FEED]: [PAGE], [CLIENT.tokenUrl]: [answer] }, CLIENT);
    expect(await fetch()).toMatchObject({ ok: false, fault: { code: 'not-authorised' } });
    expect(tokensSent(asked)).toEqual([]);
  });
});
