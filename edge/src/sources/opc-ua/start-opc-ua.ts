import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { OpcUaConfig } from '../../config/sources/opc-ua-config.ts';
import type { RunningSource, SourceSurroundings } from '../start-source.ts';
import type { FromStation, StationBatch, ToStation } from './station-messages.ts';

export interface OpcUaSource extends RunningSource {
  /** Process id of the running child, for whoever measures it; undefined between two. */
  pid(): number | undefined;
}

const ENTRY = join(import.meta.dirname, 'station-process.ts');
/** The library needs 120 to 170 MB resident by itself; its heap is bounded so that values cannot add to that without end. */
const MEMORY_FLAGS = ['--max-semi-space-size=2', '--max-old-space-size=128'];
const RESTART_MS = 1_000;
const RESTART_MAX_MS = 60_000;
const RETRY_COMMIT_MS = 1_000;
const STOP_MS_MAX = 1_500;
const STEADY_MS = 60_000;

/**
 * Reads one OPC UA server in a process of its own. What the process reports is committed before it is confirmed, and it
 * reports no more than a bounded number of messages ahead. What the server reported and the process had not yet handed
 * over is lost with the process: OPC UA confirms a report when it has arrived, not when it is on disk.
 */
export function startOpcUa(config: OpcUaConfig, surroundings: SourceSurroundings): Promise<OpcUaSource> {
  const { edge, dataDir, deliver, observer, scheduler, nowMs, readSecret } = surroundings;
  const { passwordFile } = config;
  let child: ChildProcess | undefined;
  let isStopping = false;
  let restartMs = RESTART_MS;
  const order: ToStation = {
    kind: 'read',
    config,
    ...(passwordFile === undefined ? {} : { password: readSecret('passwordFile', passwordFile) }),
    pkiFolder: join(dataDir, 'opc-ua', config.name),
    clientName: edge,
  };

  const start = () => {
    if (isStopping) return;
    const startedMs = nowMs();
    const started = fork(ENTRY, [], { execArgv: MEMORY_FLAGS, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    child = started;
    started.on('message', (message: FromStation) => take(started, message));
    started.on('error', () => started.kill('SIGKILL'));
    started.once('exit', (code, signal) => {
      child = undefined;
      if (isStopping) return;
      if (nowMs() - startedMs >= STEADY_MS) restartMs = RESTART_MS;
      observer.failed(`the process ended with ${signal ?? `exit code ${code}`}; it starts again in ${restartMs} ms`);
      scheduler.after(restartMs, start);
      restartMs = Math.min(restartMs * 2, RESTART_MAX_MS);
    });
    started.send(order);
  };

  const take = (from: ChildProcess, message: FromStation) => {
    if (message.kind === 'messages') deliverBatch(from, message);
    else if (message.kind === 'connected') observer.connected();
    else if (message.kind === 'disconnected') observer.disconnected(message.detail);
    else if (message.kind === 'node-fault') observer.failed(`${message.node}: ${message.detail}`);
    else if (message.kind === 'lost') observer.skipped(message.reason, message.count);
  };

  /** Confirms a batch when all of it is durable; what was refused is tried again, because no server reports it again. */
  const deliverBatch = (from: ChildProcess, { id, messages, receivedMs }: StationBatch) => {
    let open = messages.length;
    const deliverOne = (payload: Uint8Array) => {
      if (isStopping) return;
      deliver({ topic: `opc-ua/${config.name}`, payload, receivedMs, format: 'opc-ua' }, (outcome) => {
        if (!outcome.ok) {
          if (outcome.fault.code !== 'stopped' && outcome.fault.code !== 'commit-failed') {
            scheduler.after(RETRY_COMMIT_MS, () => deliverOne(payload));
          }
          return;
        }
        open -= 1;
        if (open === 0 && from.connected) from.send({ kind: 'taken', id } satisfies ToStation);
      });
    };
    for (const message of messages) deliverOne(Buffer.from(JSON.stringify(message)));
  };

  const stop = () =>
    new Promise<void>((resolve) => {
      isStopping = true;
      const running = child;
      if (running === undefined || running.exitCode !== null) return resolve();
      const cancel = scheduler.after(STOP_MS_MAX, () => running.kill('SIGKILL'));
      running.once('exit', () => {
        cancel();
        resolve();
      });
      if (running.connected) running.send({ kind: 'stop' } satisfies ToStation);
    });

  start();
  return Promise.resolve({ pid: () => child?.pid, stop });
}
