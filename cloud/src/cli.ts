#!/usr/bin/env node
import { enableCompileCache, flushCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

// Each thread has young objects of its own: by default they may take 48 MB of each, for a few percent of speed.
setFlagsFromString('--max-semi-space-size=4');
// Types are stripped and modules compiled once, not at every start.
enableCompileCache();
await import('./command-line.ts');
flushCompileCache();
