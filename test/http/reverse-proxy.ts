import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReverseProxy {
  readonly port: number;
  /** Targets that it was asked for below its own path and sent on. */
  readonly passed: string[];
  stop(): Promise<void>;
}

/**
 * A small reverse proxy: everything below `prefix` goes to the server at `upstreamPort()`, with the prefix taken away or
 * left, under a host name of its own; anything else is 404.
 */
export async function startReverseProxy(
  prefix: string,
  keepsPrefix: boolean,
  upstreamPort: () => number,
): Promise<ReverseProxy> {
  const passed: string[] = [];
  const server = createServer((incoming, answer) => {
    const target = incoming.url ?? '/';
    if (target !== prefix && !target.startsWith(`${prefix}/`) && !target.startsWith(`${prefix}?`)) {
      answer.writeHead(404).end();
      return;
    }
    passed.push(target);
    const rest = target.slice(prefix.length);
    const path = keepsPrefix ? target : rest.startsWith('/') ? rest : `/${rest}`;
    const headers = { ...incoming.headers, host: 'internal.example', 'x-forwarded-host': 'data.example' };
    const sent = request({ host: '127.0.0.1', port: upstreamPort(), path, method: incoming.method, headers });
    sent.once('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    sent.once('error', () => answer.destroy());
    incoming.pipe(sent);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    passed,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
