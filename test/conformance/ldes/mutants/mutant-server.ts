import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Mutation, Seen } from './mutation.ts';

export interface MutantServer {
  readonly origin: string;
  /** What is wrong from now on. A stream under test is on its first visit again. */
  mutate(mutation: Mutation): void;
  /** The stream is visited a second time from now on. */
  visitAgain(): void;
  stop(): Promise<void>;
}

/**
 * A server that answers as the one at `upstreamPort()` does, but for one thing that is wrong.
 * @param withoutEncodings every body comes as it is, so that mutations of the text reach clients that ask for compression
 */
export async function startMutantServer(upstreamPort: () => number, withoutEncodings = false): Promise<MutantServer> {
  const state: { mutation: Mutation; visit: 1 | 2 } = { mutation: (answer) => answer, visit: 1 };
  const server = createServer(async (incoming, response) => {
    const { port } = server.address() as AddressInfo;
    const target = incoming.url ?? '/';
    const seen: Seen = {
      target,
      method: incoming.method ?? 'GET',
      headers: incoming.headers,
      visit: state.visit,
      port,
    };
    if (withoutEncodings) delete incoming.headers['accept-encoding'];
    try {
      const { status, headers, body } = state.mutation(await askUpstream(upstreamPort(), incoming), seen);
      const length = seen.method === 'HEAD' ? {} : { 'content-length': String(body.length) };
      response.writeHead(status, { ...headers, ...length }).end(body);
    } catch {
      response.destroy();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mutate(mutation) {
      Object.assign(state, { mutation, visit: 1 });
    },
    visitAgain() {
      state.visit = 2;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Headers about the connection and the framing, which are the mutant's own. */
const OF_THE_HOP = new Set(['connection', 'keep-alive', 'content-length', 'transfer-encoding']);

function askUpstream(port: number, { url, method, headers }: IncomingMessage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: url, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const kept = Object.entries(response.headers).flatMap(([name, value]): [string, string][] =>
          value === undefined || OF_THE_HOP.has(name) ? [] : [[name, String(value)]],
        );
        resolve({
          status: response.statusCode ?? 502,
          headers: Object.fromEntries(kept),
          body: Buffer.concat(chunks),
        });
      });
    });
    sent.once('error', reject);
    sent.end();
  });
}
