import type { BenchCloud } from './bench-cloud.ts';
import { type BenchChild, startChild } from './child.ts';

/** Copies the view, stops its cloud and serves the same bytes on its port, from memory. */
export async function serveFromMemory(cloud: BenchCloud, view: string, encoding: 'gzip' | 'br'): Promise<BenchChild> {
  const server = startChild('baseline/memory-pages.ts', [cloud.viewUrl(view), encoding]);
  await server.next<{ pages: number }>();
  await cloud.program.stop();
  server.process.send('serve');
  await server.next<{ port: string }>();
  return server;
}
