import { readFileSync } from 'node:fs';

/**
 * Loaded with `node --import`: moves the clock of a program by the milliseconds that a file says, at once and whenever the
 * file changes. Timers and monotonic time go on as they were, as on a machine whose clock is set.
 */
const VARIABLE = 'MEETBRUG_CLOCK_FILE';
const READ_AGAIN_MS = 10;

const file = process.env[VARIABLE];
if (file === undefined) throw new Error(`clock-offset: ${VARIABLE} is not set`);
const machineDate = Date;
let offsetMs = 0;
let readMs = Number.NEGATIVE_INFINITY;

function nowMs(): number {
  const monotonicMs = performance.now();
  if (monotonicMs - readMs >= READ_AGAIN_MS) {
    readMs = monotonicMs;
    offsetMs = Number(readFileSync(file as string, 'utf8'));
  }
  return machineDate.now() + offsetMs;
}

globalThis.Date = new Proxy(machineDate, {
  construct: (target, parameters, newTarget) =>
    Reflect.construct(target, parameters.length === 0 ? [nowMs()] : parameters, newTarget),
  apply: () => new machineDate(nowMs()).toString(),
  get: (target, key, receiver) => (key === 'now' ? nowMs : Reflect.get(target, key, receiver)),
});
