#!/usr/bin/env node
import { enableCompileCache, flushCompileCache } from 'node:module';

// Types are stripped and modules compiled once, not at every start.
enableCompileCache();
await import('./command-line.ts');
flushCompileCache();
