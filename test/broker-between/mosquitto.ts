import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { waitFor } from '../harness/wait-for.ts';

/** Where Debian puts it. */
const MOSQUITTO = '/usr/sbin/mosquitto';
const START_TIMEOUT_MS = 10_000;
const OUTPUT_CHARACTERS_MAX = 20_000;

export interface MosquittoSettings {
  /** Holds its files, and is removed by whoever made it. */
  readonly folder: string;
  readonly port: number;
  /** By user name. Each may read and write below meetbrug/v1/{its name}/. */
  readonly passwords: Readonly<Record<string, string>>;
  /** May read and write below meetbrug/v1/. */
  readonly cloudUser: string;
  /** PEM. With it the broker speaks TLS only. */
  readonly tls?: { readonly keyPem: string; readonly certificatePem: string };
}

/** A plain broker of others, which can be killed and started again: it keeps nothing. */
export interface Mosquitto {
  start(): Promise<void>;
  /** SIGKILL. Resolves when the process is gone. */
  kill(): Promise<void>;
  output(): string;
}

export function hasMosquitto(): boolean {
  try {
    accessSync(MOSQUITTO, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Writes its configuration; starts nothing. */
export function createMosquitto(settings: MosquittoSettings): Mosquitto {
  const configuration = writeConfiguration(settings);
  let life: { readonly child: ChildProcess; readonly ended: Promise<void> } | undefined;
  let output = '';
  const keep = (text: string) => {
    output = (output + text).slice(-OUTPUT_CHARACTERS_MAX);
  };
  return {
    async start() {
      const child = spawn(MOSQUITTO, ['-c', configuration], { stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.setEncoding('utf8').on('data', keep);
      child.stderr.setEncoding('utf8').on('data', keep);
      life = { child, ended: new Promise((resolve) => child.once('exit', () => resolve())) };
      await waitFor(
        () => isListening(settings.port),
        START_TIMEOUT_MS,
        () => `mosquitto does not listen:\n${output}`,
      );
    },
    async kill() {
      life?.child.kill('SIGKILL');
      await life?.ended;
      life = undefined;
    },
    output: () => output,
  };
}

function writeConfiguration({ folder, port, passwords, cloudUser, tls }: MosquittoSettings): string {
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const passwordFile = file('passwords', '');
  for (const [user, password] of Object.entries(passwords)) {
    execFileSync('mosquitto_passwd', ['-b', passwordFile, user, password]);
  }
  const accessFile = file(
    'access',
    `pattern readwrite meetbrug/v1/%u/#\nuser ${cloudUser}\ntopic readwrite meetbrug/v1/#\n`,
  );
  const lines = [
    // As root it would become a user that cannot read these files.
    'user root',
    `listener ${port} 127.0.0.1`,
    'allow_anonymous false',
    'persistence false',
    `password_file ${passwordFile}`,
    `acl_file ${accessFile}`,
  ];
  if (tls !== undefined) {
    lines.push(`certfile ${file('server.crt', tls.certificatePem)}`, `keyfile ${file('server.key', tls.keyPem)}`);
  }
  return file('mosquitto.conf', `${lines.join('\n')}\n`);
}

function isListening(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(undefined));
  });
}
