import { makeFolder, type StartResult } from '../start-fault.ts';
import { holdStore } from './hold-store.ts';

/** Starts a program that writes to a data folder, and holds the folder until it has stopped or has not started. */
export async function whileHeld<P extends { stop(): Promise<void> }>(
  dataDir: string,
  start: () => Promise<StartResult<P>>,
): Promise<StartResult<P>> {
  const folder = makeFolder(dataDir);
  if (!folder.ok) return folder;
  const held = holdStore(dataDir);
  if (!held.ok) return held;
  const started = await start();
  if (!started.ok) {
    held.value.release();
    return started;
  }
  const stop = async () => {
    await started.value.stop();
    held.value.release();
  };
  return { ok: true, value: { ...started.value, stop } };
}
