import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type Fault, fail, ok, type Result } from '@meetbrug/protocols/result';

export interface FeedRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Of the answer, after decompression. */
  readonly bytesMax: number;
  /** For the whole exchange, its body included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface FeedAnswer {
  readonly status: number;
  /** By their names in lower case; of a header that comes twice, the values joined. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export type RequestFaultCode = 'unreachable' | 'too-large';

/** Makes one request, follows nothing. A body that ends before it is whole is `unreachable`, as is a server that is away. */
export type SendRequest = (request: FeedRequest) => Promise<Result<FeedAnswer, Fault<RequestFaultCode>>>;

const DECOMPRESSORS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};
export const ACCEPT_ENCODING = 'br, gzip';

/**
 * Node's own client rather than `fetch`: that takes a compressed body for whole when its end is missing, and a page that is
 * final would then lack members for ever.
 */
export const sendRequest: SendRequest = async (request) => {
  const deadline = AbortSignal.any([request.signal, AbortSignal.timeout(request.timeoutMs)]);
  try {
    const response = await open(request, deadline);
    return await readAnswer(response, request);
  } catch (error) {
    const why =
      deadline.aborted && !request.signal.aborted ? `no whole answer within ${request.timeoutMs} ms` : undefined;
    return fail('unreachable', `${request.url}: ${why ?? describe(error)}`);
  }
};

function open({ url, method, headers, body }: FeedRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const send = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = send(url, { method, headers, signal });
    outgoing.once('response', resolve);
    // Stays on: a socket that breaks while the body is read says so here as well.
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function readAnswer(
  response: IncomingMessage,
  { url, bytesMax }: FeedRequest,
): Promise<Result<FeedAnswer, Fault<RequestFaultCode>>> {
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  const decompressor = encoding === '' || encoding === 'identity' ? undefined : DECOMPRESSORS[encoding];
  if (decompressor === undefined && encoding !== '' && encoding !== 'identity') {
    response.destroy();
    return fail('unreachable', `${url}: answers in the encoding ${encoding}, which was not asked for`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of decompressor === undefined ? response : decompressed(response, decompressor())) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > bytesMax) {
      response.destroy();
      return fail('too-large', `${url}: the answer has more than ${bytesMax} bytes`);
    }
    chunks.push(chunk as Uint8Array);
  }
  if (!response.complete) throw new Error('the connection ended before the answer was whole');
  return ok({ status: response.statusCode ?? 0, headers, body: Buffer.concat(chunks) });
}

/** An error of the socket becomes one of the body: a pipe alone would leave its reader waiting. */
function decompressed(response: IncomingMessage, decompressor: NodeJS.ReadWriteStream & Readable): Readable {
  response.once('error', (error) => decompressor.destroy(error));
  response.once('aborted', () => decompressor.destroy(new Error('the connection ended before the answer was whole')));
  decompressor.once('close', () => response.destroy());
  response.pipe(decompressor);
  return decompressor;
}

function describe(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}
