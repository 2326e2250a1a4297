/**
 * Loaded into a measured program before its own code: writes its process id into the file that `BENCH_PID_FILE` names, so
 * that memory and processor time of exactly that process can be read.
 */
import { writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env.BENCH_PID_FILE;
if (isMainThread && file !== undefined) writeFileSync(file, String(process.pid));
