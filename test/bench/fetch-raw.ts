import { type Agent, get, type IncomingHttpHeaders } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One page as N-Quads, as it is on the wire: still compressed. Rejects when there is no answer. */
export function fetchRaw(url: string, { agent, encoding = 'gzip' }: { agent?: Agent; encoding?: string } = {}) {
  return new Promise<RawAnswer>((resolve, reject) => {
    const headers = { accept: 'application/n-quads', 'accept-encoding': encoding };
    get(url, { headers, ...(agent && { agent }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    }).once('error', reject);
  });
}
