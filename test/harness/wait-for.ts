import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;

/** Asks until the answer is something. Throws with `describe()` when `timeoutMs` have passed without. */
export async function waitFor<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  timeoutMs: number,
  describe: () => string,
): Promise<T> {
  const deadlineMs = Date.now() + timeoutMs;
  while (true) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadlineMs) throw new Error(`after ${timeoutMs} ms: ${describe()}`);
    await delay(POLL_MS);
  }
}
