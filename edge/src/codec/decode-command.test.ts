import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TYPICAL_CODEC, TYPICAL_PAYLOAD } from './testing/typical-codec.ts';

const CLI = fileURLToPath(new URL('../cli.ts', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'meetbrug-decode-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function codecFile(name: string, source: string): string {
  const file = join(folder, name);
  writeFileSync(file, source);
  return file;
}

/** Runs the program on this input. */
async function decode(input: string, ...parameters: string[]) {
  const child = spawn(process.execPath, [CLI, 'decode', ...parameters], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  const lines = stdout.split('\n').slice(0, -1);
  return { code, stderr, lines, answers: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const lineOf = (fields: object) => `${JSON.stringify(fields)}\n`;

describe('meetbrug-edge decode', () => {
  it('answers each line in order, whatever is wrong with one', async () => {
    const file = codecFile(
      'codec.js',
      `var calls = 0;
       function decodeUplink(input) {
         calls += 1;
         if (input.fPort === 3) for (;;);
         if (input.fPort === 4) return { errors: ['unknown port', 'and more'], data: {} };
         if (input.fPort === 5) throw new Error('bad');
         return { data: { calls, bytes: input.bytes, time: input.recvTime, height: input.variables.height }, warnings: ['w'] };
       }`,
    );
    const recvTime = '2026-11-24T13:00:00+01:00';
    const { code, answers, stderr } = await decode(
      [
        lineOf({ bytes: '01fF', fPort: 1, recvTime }),
        lineOf({ bytes: [1, 255], fPort: 1, recvTime, recvTimeAs: 'string', variables: { height: '2' } }),
        'not json\n',
        '\n',
        lineOf({ bytes: '0', fPort: 1 }),
        lineOf({ bytes: [256], fPort: 1 }),
        lineOf({ bytes: '', fPort: 3 }),
        lineOf({ bytes: '', fPort: 4 }),
        lineOf({ bytes: '', fPort: 5 }),
        lineOf({ bytes: '07', fPort: 1, codec: 'function Decoder(b, p) { return { first: b[0], p: p }; }' }),
        lineOf({ bytes: '07', fPort: 1, codec: 'function (' }),
        `${JSON.stringify({ bytes: '07', fPort: 1, codec: 'x'.repeat(5_000_000) })}\r\n`,
        lineOf({ bytes: '', fPort: 1, recvTime }).trim(),
      ].join(''),
      ...['--codec', file],
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const good = (fields: object) => ({ data: { calls: 1, ...fields }, warnings: ['w'], errors: [] });
    expect(answers).toEqual([
      good({ bytes: [1, 255], time: '2026-11-24T12:00:00.000Z' }),
      good({ bytes: [1, 255], time: recvTime, height: '2' }),
      { errors: ['the line is not a JSON object'] },
      { errors: [expect.stringMatching(/^bytes: hex digits/)] },
      { errors: [expect.stringMatching(/^bytes/)] },
      { errors: ['codec-deadline: not done after 100 ms'] },
      { errors: ['unknown port', 'and more'] },
      { errors: ['codec-threw: Error: bad'] },
      { data: { first: 7, p: 1 }, warnings: [], errors: [] },
      { errors: [expect.stringMatching(/^codec-unreadable: SyntaxError/)] },
      { errors: ['the line has more than 4194304 bytes'] },
      good({ bytes: [], time: '2026-11-24T12:00:00.000Z' }),
    ]);
  });

  it('keeps the order of many lines', async () => {
    const line = (n: number) => lineOf({ bytes: TYPICAL_PAYLOAD + (n % 256).toString(16).padStart(2, '0'), fPort: 85 });
    const source = `${TYPICAL_CODEC} decodeUplink = (i) => ({ data: { ...decodeChannels(i.bytes.slice(0, 10)), n: i.bytes[10] } });`;
    const file = codecFile('typical.js', source);
    const { lines, answers } = await decode(Array.from({ length: 5_000 }, (_, n) => line(n)).join(''), '--codec', file);
    expect(lines).toHaveLength(5_000);
    expect(answers.every(({ data }, n) => (data as { n: number }).n === n % 256)).toBe(true);
    expect(answers[0]).toMatchObject({ data: { battery: 92, temperature: 30.8, humidity: 50.5 } });
  });

  it('normalises where asked', async () => {
    const file = codecFile(
      'normal.js',
      'function decodeUplink() { return { data: { t: 1 } }; } function normalizeUplink(i) { return { data: { air: i.data } }; }',
    );
    const { answers } = await decode(lineOf({ bytes: '', fPort: 1 }), '--codec', file, '--normalize');
    expect(answers).toEqual([{ data: { t: 1 }, normalized: { air: { t: 1 } }, warnings: [], errors: [] }]);
  });

  it('asks for a codec where there is none', async () => {
    const { code, answers } = await decode(lineOf({ bytes: '', fPort: 1 }));
    expect([code, answers]).toEqual([0, [{ errors: ['codec: give one in the line, or a file with --codec'] }]]);
  });

  it.each([
    [
      'a file that is not there',
      ['--codec', '/nowhere/codec.js'],
      /^meetbrug-edge: --codec: cannot read \/nowhere\/codec\.js: ENOENT.*\n$/,
    ],
    ['too little memory', ['--memory-mib', '2'], /^meetbrug-edge: --memory-mib: a number from 16 to 64\n$/],
  ])('refuses %s', async (_, parameters, message) => {
    const { code, stderr, lines } = await decode(lineOf({ bytes: '', fPort: 1 }), ...parameters);
    expect([code, lines]).toEqual([1, []]);
    expect(stderr).toMatch(message);
  });

  it('refuses a codec that cannot be evaluated', async () => {
    const { code, stderr } = await decode('', '--codec', codecFile('broken.js', 'function ('));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^meetbrug-edge: --codec: .*broken\.js: SyntaxError: .*\(codec-unreadable\)\n$/);
  });

  it('ends without a trace when its reader does', async () => {
    const file = codecFile('echo.js', 'function decodeUplink(i) { return { data: { b: i.bytes } }; }');
    const child = spawn(process.execPath, [CLI, 'decode', '--codec', file], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.on('error', () => undefined);
    const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
    child.stdin.write(lineOf({ bytes: '01', fPort: 1 }));
    child.stdout.once('data', () => {
      child.stdout.destroy();
      child.stdin.end(lineOf({ bytes: '01'.repeat(4000), fPort: 1 }).repeat(200));
    });
    expect(await Promise.all([exited, text(child.stderr)])).toEqual([
      1,
      'meetbrug-edge: the output was closed before everything was decoded\n',
    ]);
  });

  it('shows examples in its help', async () => {
    const child = spawn(process.execPath, [CLI, 'decode', '--help'], { stdio: ['ignore', 'pipe', 'inherit'] });
    expect(await text(child.stdout)).toContain('meetbrug-edge decode --codec lht65n.js < uplinks.jsonl');
  });
});
