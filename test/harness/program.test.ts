import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePorts } from './free-port.ts';
import { createProgram, type Program } from './program.ts';

const SERVER = `
import { createServer } from 'node:http';
process.on('SIGTERM', () => process.argv[3] === 'stubborn' || process.exit(7));
createServer((request, response) => response.end(String(process.pid))).listen(Number(process.argv[2]), '127.0.0.1');
`;

let folder: string;
let program: Program;
let healthUrl: string;
let port: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'program-'));
  writeFileSync(join(folder, 'server.mjs'), SERVER);
  [port = 0] = await freePorts(1);
  healthUrl = `http://127.0.0.1:${port}/healthz`;
});

afterEach(async () => {
  await program.kill();
  rmSync(folder, { recursive: true, force: true });
});

function create(mode: string, script = 'server.mjs'): Program {
  return createProgram({
    name: 'server',
    nodeArguments: [join(folder, script), String(port), mode],
    healthUrl,
    readyTimeoutMs: 5_000,
  });
}

const pidOf = async () => Number(await (await fetch(healthUrl)).text());

describe('a program under test', () => {
  it('comes back as another process on the same port after a kill, and is gone after a stop', async () => {
    program = create('plain');
    await program.start();
    const first = await pidOf();
    await program.kill();
    await expect(pidOf()).rejects.toThrow();
    await program.start();
    expect(await pidOf()).not.toBe(first);
    expect(await program.stop()).toBe(7);
    await expect(pidOf()).rejects.toThrow();
  });

  it('is killed when it does not stop in time', async () => {
    program = create('stubborn');
    await program.start();
    expect(await program.stop(100)).toBe(null);
  });

  it('says what it wrote when it ends instead of becoming healthy', async () => {
    writeFileSync(join(folder, 'broken.mjs'), "console.error('the port is taken'); process.exit(1);");
    program = create('plain', 'broken.mjs');
    await expect(program.start()).rejects.toThrow(/server ended:\n.*the port is taken/);
  });
});
