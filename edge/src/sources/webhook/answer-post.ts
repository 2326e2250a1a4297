import type { IncomingMessage, ServerResponse } from 'node:http';
import type { IntakeOutcome } from '../../intake/intake.ts';
import type { PostedRequest, Refusal, Webhook, Webhooks } from './webhooks.ts';

const PREFIX = '/in/';
const RETRY_AFTER_SECONDS = 30;

export function isPostPath(url: string): boolean {
  return url.startsWith(PREFIX);
}

/**
 * Answers a request to `/in/{source}` or `/in/{source}/{device}`: 200 when the message is durable, counted or in
 * quarantine; 503 with Retry-After while nothing is taken; 401, 404, 405, 413 and 429 with the reason otherwise. The body
 * of a request without the secret is not read.
 */
export function answerPost(
  request: IncomingMessage,
  response: ServerResponse,
  webhooks: Webhooks,
  bodyBytesMax: number,
): void {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const [name = '', ...rest] = path.slice(PREFIX.length).split('/');
  const webhook = webhooks.find(name);
  const device = decoded(rest.join('/'));
  if (webhook === undefined || device === undefined) {
    answer(response, 404, { error: `no source of kind webhook has the name "${name.slice(0, 64)}"` });
  } else if (request.method === 'POST') {
    const { remoteAddress: address = '' } = request.socket;
    const posted: PostedRequest = { address, headers: request.headers, device, query };
    takePost(request, response, webhook, posted, bodyBytesMax);
  } else {
    response.setHeader('allow', 'POST');
    answer(response, 405, { error: 'only POST' });
  }
}

function takePost(
  request: IncomingMessage,
  response: ServerResponse,
  webhook: Webhook,
  posted: PostedRequest,
  bodyBytesMax: number,
): void {
  const refusal = webhook.admit(posted);
  if (refusal !== undefined) refuse(response, refusal);
  else
    readBody(request, bodyBytesMax, (body) => {
      if (body === undefined) {
        const error = `more than ${bodyBytesMax} bytes: broker.packetBytesMax bounds a message`;
        answer(response, 413, { error });
      } else webhook.take(posted, body, (outcome) => answerOutcome(response, outcome));
    });
}

function answerOutcome(response: ServerResponse, outcome: IntakeOutcome | Refusal): void {
  if ('statusCode' in outcome) refuse(response, outcome);
  else if (outcome.ok) answer(response, 200, { status: 'taken' });
  else {
    response.setHeader('retry-after', RETRY_AFTER_SECONDS);
    answer(response, 503, { error: outcome.fault.detail });
  }
}

function refuse(response: ServerResponse, { statusCode, detail, retryAfterSeconds }: Refusal): void {
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds);
  if (statusCode === 401) response.setHeader('www-authenticate', 'Bearer');
  answer(response, statusCode, { error: detail });
}

/** The connection of a request whose body was not read cannot be used again. */
function answer(response: ServerResponse, statusCode: number, body: object): void {
  if (response.headersSent) return;
  if (statusCode !== 200) response.setHeader('connection', 'close');
  response.writeHead(statusCode, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

/** `done` gets undefined for a body that is too large; nothing beyond the bound is kept. */
function readBody(request: IncomingMessage, bytesMax: number, done: (body: Uint8Array | undefined) => void): void {
  const chunks: Buffer[] = [];
  let bytes = Number(request.headers['content-length'] ?? 0) > bytesMax ? Number.POSITIVE_INFINITY : 0;
  const give = () => {
    request.removeListener('data', take);
    request.removeListener('end', give);
    request.pause();
    done(bytes > bytesMax ? undefined : Buffer.concat(chunks));
  };
  const take = (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) give();
    else chunks.push(chunk);
  };
  if (bytes > bytesMax) give();
  else request.on('data', take).on('end', give);
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
