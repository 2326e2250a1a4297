import { join } from 'node:path';
import type { ProgramVariation } from '../harness/installation.ts';

/** Flags and environment under which the edge is shipped: small heaps, one arena of glibc's allocator, compiled code on disk. */
export function shippedEdge(dataDir: string): Required<ProgramVariation> {
  return {
    nodeArguments: ['--max-semi-space-size=4', '--max-old-space-size=96'],
    environment: { MALLOC_ARENA_MAX: '1', NODE_COMPILE_CACHE: join(dataDir, 'compiled') },
  };
}
