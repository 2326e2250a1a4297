#!/usr/bin/env node
import { enableCompileCache, flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

// Each thread has a heap of its own. By default its young objects may take 48 MB, and its old ones are first looked through
// at over 100 MB and then at four times what lives: an export then takes three times the memory, and is no faster.
setFlagsFromString('--max-semi-space-size=4');
setFlagsFromString('--initial-old-space-size=32');
setFlagsFromString('--heap-growing-percent=60');
// Types are stripped and modules compiled once, not at every start.
enableCompileCache();
await import('./command-line.ts');
flushCompileCache();
