import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok } from '@meetbrug/protocols/result';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holdStore } from './hold-store.ts';
import { whileHeld } from './while-held.ts';

describe('a data folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hold-store-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is held by one program at a time, until that lets it go', () => {
    const first = holdStore(folder);
    expect(holdStore(folder)).toMatchObject({
      ok: false,
      fault: { code: 'store-in-use', detail: expect.stringContaining(folder) },
    });
    if (first.ok) first.value.release();
    const second = holdStore(folder);
    expect(second.ok).toBe(true);
    if (second.ok) second.value.release();
  });

  it('is free again when the program that held it was killed', async () => {
    const module = new URL('./hold-store.ts', import.meta.url).href;
    const script = `const { holdStore } = await import(${JSON.stringify(module)}); console.log(holdStore(${JSON.stringify(folder)}).ok); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await once(child.stdout, 'data');
    expect(String(said)).toBe('true\n');
    expect(holdStore(folder).ok).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const mine = holdStore(folder);
    expect(mine.ok).toBe(true);
    if (mine.ok) mine.value.release();
  });

  it('is held while what was started on it runs, and not when it did not start', async () => {
    const refused = await whileHeld(folder, async () => ({ ok: false, fault: { code: 'log-refused', detail: 'no' } }));
    expect(refused.ok).toBe(false);
    const running = await whileHeld(folder, async () => ok({ stop: async () => undefined }));
    expect(holdStore(folder).ok).toBe(false);
    if (running.ok) await running.value.stop();
    const mine = holdStore(folder);
    expect(mine.ok).toBe(true);
    if (mine.ok) mine.value.release();
  });
});
