import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import { listen } from '../listen.ts';
import { answerPost, isPostPath } from '../sources/webhook/answer-post.ts';
import type { Webhooks } from '../sources/webhook/webhooks.ts';

export interface StatusServerOptions {
  readonly host: string;
  readonly port: number;
  readonly status: () => unknown;
  /** Why new data is not taken, each naming the setting to change; empty when all is well. */
  readonly notReadyReasons: () => readonly string[];
  readonly registry: Registry;
  /** Sources that are posted to, at /in/{source}. */
  readonly webhooks: Webhooks;
  /** Largest body of such a request. */
  readonly bodyBytesMax: number;
}

export interface StatusServer {
  readonly port: number;
  stop(): Promise<void>;
}

const REQUEST_MS_MAX = 5_000;
const HEADERS_COUNT_MAX = 50;
const CONNECTIONS_MAX = 50;

/** `/` status, `/healthz`, `/readyz` and `/metrics`, small and read-only, and the webhooks below `/in/`. */
export async function startStatusServer(options: StatusServerOptions): Promise<StatusServer> {
  const server = createServer(
    { requestTimeout: REQUEST_MS_MAX, headersTimeout: REQUEST_MS_MAX },
    (request, response) => {
      answer(request, response, options).catch(() => response.destroy());
    },
  );
  server.maxHeadersCount = HEADERS_COUNT_MAX;
  server.maxConnections = CONNECTIONS_MAX;
  const port = await listen(server, 'http.port', options);
  return {
    port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: StatusServerOptions): Promise<void> {
  if (isPostPath(request.url ?? '')) {
    return answerPost(request, response, options.webhooks, options.bodyBytesMax);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    return send(response, 405, { error: 'only GET and HEAD' });
  }
  switch (request.url?.split('?')[0]) {
    case '/':
      return send(response, 200, options.status());
    case '/healthz':
      return send(response, 200, { status: 'alive' });
    case '/readyz': {
      const reasons = options.notReadyReasons();
      return send(response, reasons.length === 0 ? 200 : 503, { ready: reasons.length === 0, reasons });
    }
    case '/metrics':
      response.setHeader('content-type', options.registry.contentType);
      response.end(await options.registry.metrics());
      return;
    default:
      return send(response, 404, { error: 'here are /, /healthz, /readyz, /metrics and /in/{source}' });
  }
}

function send(response: ServerResponse, statusCode: number, body: unknown): void {
  response.writeHead(statusCode, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}
