import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { waitFor } from '../harness/wait-for.ts';

const MOSQUITTO = '/usr/sbin/mosquitto';
const START_TIMEOUT_MS = 10_000;

export interface UpstreamSettings {
  readonly folder: string;
  readonly port: number;
  /** PEM. With it the broker speaks TLS only. */
  readonly tls?: { readonly keyPem: string; readonly certificatePem: string };
}

/** A network server's broker: it keeps what comes for an absent subscriber, over its own restart too. */
export class UpstreamMosquitto {
  readonly #settings: UpstreamSettings;
  readonly #configuration: string;
  #child: ChildProcess | undefined;

  constructor(settings: UpstreamSettings) {
    const { folder, port, tls } = settings;
    mkdirSync(folder, { recursive: true });
    const file = (name: string, text: string) => {
      const path = join(folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    };
    const lines = [
      // As root it would become a user that cannot read these files.
      'user root',
      `listener ${port} 127.0.0.1`,
      ...(tls === undefined
        ? []
        : [`certfile ${file('server.crt', tls.certificatePem)}`, `keyfile ${file('server.key', tls.keyPem)}`]),
      'allow_anonymous true',
      'persistence true',
      `persistence_location ${folder}/`,
      'max_queued_messages 0',
    ];
    this.#settings = settings;
    this.#configuration = file('mosquitto.conf', `${lines.join('\n')}\n`);
  }

  async start(): Promise<void> {
    this.#child = spawn(MOSQUITTO, ['-c', this.#configuration], { stdio: 'ignore' });
    await waitFor(
      () => isListening(this.#settings.port),
      START_TIMEOUT_MS,
      () => 'mosquitto does not listen',
    );
  }

  /** It writes what it keeps and ends. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    await ended;
    this.#child = undefined;
  }
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
