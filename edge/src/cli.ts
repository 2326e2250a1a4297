#!/usr/bin/env node
import { enableCompileCache, flushCompileCache } from 'node:module';

// Types are stripped once, not at every start: that saves a second of work on a small box and some 30 MB of memory.
enableCompileCache();
await import('./command-line.ts');
flushCompileCache();
