import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { sendRequest } from './feed-request.ts';

describe('one request to a publisher', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function ask(
    answer: RequestListener,
    { bytesMax = 1_000_000, timeoutMs = 5_000, signal = new AbortController().signal } = {},
  ) {
    server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/page`;
    return sendRequest({ url, method: 'GET', headers: {}, bytesMax, timeoutMs, signal });
  }
  const text = (answer: Awaited<ReturnType<typeof ask>>) => answer.ok && Buffer.from(answer.value.body).toString();

  it('gives status, headers and body', async () => {
    const answer = await ask((_, response) => response.writeHead(418, { etag: '"a"' }).end('short and stout'));
    expect(answer).toMatchObject({ ok: true, value: { status: 418, headers: { etag: '"a"' } } });
    expect(text(answer)).toBe('short and stout');
  });
  it.each([
    ['gzip', gzipSync('a page')],
    ['br', brotliCompressSync('a page')],
  ])('reads a body in %s', async (encoding, body) => {
    const answer = await ask((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body));
    expect(text(answer)).toBe('a page');
  });

  const page = 'a line of a page\n'.repeat(10_000);
  it.each<[string, RequestListener]>([
    [
      'has fewer bytes than its length says',
      (_, response) => {
        response.writeHead(200, { 'content-length': page.length });
        response.write(page.slice(0, 50_000), () => response.destroy());
      },
    ],
    [
      'is cut between two chunks',
      (_, response) => {
        response.writeHead(200);
        response.write(page.slice(0, 50_000), () => response.destroy());
      },
    ],
    [
      'is a gzip stream without its end',
      (_, response) => {
        const whole = gzipSync(page);
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(whole.subarray(0, whole.length - 12));
      },
    ],
    [
      'is a brotli stream without its end',
      (_, response) => {
        const whole = brotliCompressSync(page);
        response.writeHead(200, { 'content-encoding': 'br' }).end(whole.subarray(0, whole.length - 4));
      },
    ],
    [
      'is a gzip stream cut off with its connection',
      (_, response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.write(gzipSync(page).subarray(0, 100), () => response.destroy());
      },
    ],
    ['is no gzip stream', (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(page)],
    [
      'is in an encoding that nobody asked for',
      (_, response) => response.writeHead(200, { 'content-encoding': 'zstd' }).end(page),
    ],
    ['never comes', (request) => request.socket.destroy()],
  ])('takes no body that %s', async (_, answer) => {
    expect(await ask(answer)).toMatchObject({ ok: false, fault: { code: 'unreachable' } });
  });

  it('takes no body that grows beyond its bound when decompressed', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const answer = await ask((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    expect(answer).toMatchObject({ ok: false, fault: { code: 'too-large' } });
  });
  it('ends when the whole answer takes too long, even while bytes still trickle', async () => {
    const answer = await ask(
      (_, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('.'), 20);
        response.once('close', () => clearInterval(timer));
      },
      { timeoutMs: 200 },
    );
    expect(answer).toMatchObject({
      ok: false,
      fault: { code: 'unreachable', detail: expect.stringContaining('within 200 ms') },
    });
  });
  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const answer = await ask(() => stop.abort(), { signal: stop.signal });
    expect(answer).toMatchObject({ ok: false, fault: { code: 'unreachable' } });
  });
  it('says of a server that is away which one', async () => {
    const url = 'http://127.0.0.1:1/page';
    const answer = await sendRequest({
      url,
      method: 'GET',
      headers: {},
      bytesMax: 1,
      timeoutMs: 5_000,
      signal: new AbortController().signal,
    });
    expect(answer).toMatchObject({ ok: false, fault: { code: 'unreachable', detail: expect.stringContaining(url) } });
  });
});
