import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('./volatile-disk.c', import.meta.url));
const COMPILER_FLAGS = ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-Werror'];
const SYNC_MICROSECONDS = '1000';

/** Whether this machine can simulate a power cut: Linux with a C compiler. */
export function canSimulatePowerCut(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/**
 * Environment that puts a program's files below `directory` on the volatile disk. Compiles volatile-disk.c into that
 * directory, once, so that it goes when the directory goes. A sync takes a millisecond there on any machine: long enough
 * for cuts to fall into it. Throws the compiler's words.
 */
export function volatileDiskEnvironment(directory: string): Record<string, string> {
  const prefix = realpathSync(directory);
  const library = join(prefix, 'volatile-disk.so');
  if (!existsSync(library)) {
    execFileSync('gcc', [...COMPILER_FLAGS, '-o', library, SOURCE, '-ldl', '-lpthread'], { stdio: 'pipe' });
  }
  return { LD_PRELOAD: library, MEETBRUG_VOLATILE_PREFIX: prefix, MEETBRUG_VOLATILE_SYNC_US: SYNC_MICROSECONDS };
}
