import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CODEC_DEFAULTS } from './codec.ts';
import { loadCodecEngine } from './codec-engine.ts';
import { openCodecs } from './open-codecs.ts';
import { INPUT } from './testing/open-codec.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meetbrug-codecs-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('opens what can be opened and names the rest', async () => {
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('good.js', 'function decodeUplink(i) { return { data: { n: i.bytes.length } }; }');
  write('loops.js', 'function decodeUplink() { for (;;); }');
  write('broken.js', 'function (');
  write('huge.js', '');
  truncateSync(join(folder, 'huge.js'), 5_000_000);
  let nowMs = 0;
  const options = { ...CODEC_DEFAULTS, timeoutMs: 10 };
  const files = ['good', 'loops', 'broken', 'huge', 'absent'].map((name) => ({
    name,
    file: join(folder, `${name}.js`),
    options,
  }));
  const { codecs, faults } = openCodecs(await loadCodecEngine(), files, () => nowMs);

  expect([...codecs.keys()]).toEqual(['good', 'loops']);
  expect(codecs.get('good')?.decode(INPUT)).toEqual({ ok: true, value: { data: { n: 3 }, warnings: [] } });
  expect([...faults].map(([name, { code }]) => [name, code])).toEqual(
    ['broken', 'huge', 'absent'].map((name) => [name, 'codec-unreadable']),
  );
  expect(faults.get('absent')?.detail).toContain('absent.js: ENOENT');

  const codeOf = () => {
    const output = codecs.get('loops')?.decode(INPUT);
    return output?.ok === false ? output.fault.code : undefined;
  };
  expect([codeOf(), codeOf(), codeOf(), codeOf()]).toEqual([...Array(3).fill('codec-deadline'), 'codec-suspended']);
  nowMs = 60_000;
  expect(codeOf()).toBe('codec-deadline');
});
