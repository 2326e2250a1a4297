import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';

/** A request whose target and headers go out exactly as they are given. */
export interface Ask {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Exchange {
  readonly url: string;
  readonly method: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** As it was on the wire, still encoded. */
  readonly wire: Buffer;
}

const TIMEOUT_MS = 30_000;
const BODY_BYTES_MAX = 64 * 1_048_576;

/** Sends one request and reads its whole answer. Rejects beyond the bounds of time and size. */
export function exchange({ url, method = 'GET', headers = {} }: Ask): Promise<Exchange> {
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = send(url, { method, headers, timeout: TIMEOUT_MS }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > BODY_BYTES_MAX) sent.destroy(new Error(`${url} has more than ${BODY_BYTES_MAX} bytes`));
        chunks.push(chunk);
      });
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          url,
          method,
          requestHeaders: headers,
          status: response.statusCode ?? 0,
          headers: response.headers,
          wire: Buffer.concat(chunks),
        }),
      );
    });
    sent.once('timeout', () => sent.destroy(new Error(`${url} does not answer within ${TIMEOUT_MS} ms`)));
    sent.once('error', reject);
    sent.end();
  });
}

const DECODERS: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
  deflate: inflateSync,
  identity: (body) => body,
};

/** The body without its content coding. Throws when the coding is unknown or the bytes are not in it. */
export function decodeBody({ headers, wire }: Pick<Exchange, 'headers' | 'wire'>): Buffer {
  const coding = headers['content-encoding'] ?? 'identity';
  const decode = DECODERS[coding];
  if (decode === undefined) throw new Error(`the content coding ${coding} is unknown`);
  return decode(wire);
}

/** The directives of `Cache-Control`, as clients take them apart: at commas. */
export function cacheDirectives({ headers }: Pick<Exchange, 'headers'>): string[] {
  return (headers['cache-control'] ?? '').split(',').map((text) => text.trim().toLowerCase());
}

export function maxAgeSeconds(answered: Pick<Exchange, 'headers'>): number | undefined {
  const directive = cacheDirectives(answered).find((text) => text.startsWith('max-age='));
  return directive === undefined ? undefined : Number(directive.slice('max-age='.length));
}
