import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Aedes } from 'aedes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

let aedes: Aedes;
let server: Server;
let url: string;
let firstMessage: Promise<string>;
const children: ChildProcess[] = [];

beforeEach(async () => {
  aedes = await Aedes.createBroker();
  server = createServer(aedes.handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  firstMessage = new Promise((resolve) => {
    aedes.authorizePublish = (_client, packet, callback) => {
      resolve(packet.topic);
      callback(null);
    };
  });
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await new Promise<void>((resolve) => aedes.close(resolve));
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

function start(...fleetArguments: string[]) {
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...fleetArguments], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  let output = '';
  const read = [child.stdout, child.stderr].map(async (stream) => {
    for await (const text of stream?.setEncoding('utf8') ?? []) output += text;
  });
  // Not `close`: Node never emits it once the parent has disconnected the channel.
  const exited = once(child, 'exit');
  const ended = Promise.all([exited, ...read]).then(([[code]]) => ({ code: code as number | null, output }));
  return { child, ended };
}

describe('the fleet as a program', () => {
  it.each<{ how: string; stop: (child: ChildProcess) => void }>([
    { how: 'SIGTERM', stop: (child) => child.kill('SIGTERM') },
    { how: 'SIGINT', stop: (child) => child.kill('SIGINT') },
    { how: 'the end of the program that started it', stop: (child) => child.disconnect() },
  ])('publishes to the broker and stops cleanly on $how', async ({ stop }) => {
    const { child, ended } = start('--url', url, '--rate', '50', '--rubbish', '0');
    expect(await firstMessage).toMatch(/^application\/.+\/event\/up$/);
    stop(child);
    const { code, output } = await ended;
    expect(code).toBe(0);
    expect(output).toMatch(/[1-9]\d* sent, [1-9]\d* acknowledged/);
  });

  it('shows its options and ends', async () => {
    const { code, output } = await start('--help').ended;
    expect(code).toBe(0);
    expect(output).toContain('--rate');
  });

  it.each([
    { fault: ['--rate', 'fast'], names: 'uplinksPerSecond' },
    { fault: ['--url', 'http://127.0.0.1'], names: 'url' },
    { fault: ['--colour', 'red'], names: '--colour' },
  ])('refuses $fault with a message that names it, and no stack trace', async ({ fault, names }) => {
    const { code, output } = await start(...fault).ended;
    expect(code).toBe(1);
    expect(output).toContain(names);
    expect(output).not.toContain('    at ');
  });
});
