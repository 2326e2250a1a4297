import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { StationCommand, StationOptions, StationReport, StationValue } from './station-messages.ts';

export const STATION_NAMESPACE = 'urn:example:pumping-station';
/** UNECE MTR as a number. */
export const METRE = { unitId: 0x4d_54_52, displayName: 'm' };

type Unnumbered<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;

/** A real OPC UA server in a process of its own. */
export class Station {
  readonly port: number;
  readonly #child: ChildProcess;
  #nextId = 1;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(options: Partial<StationOptions> & Pick<StationOptions, 'pkiFolder'>): Promise<Station> {
    const whole: StationOptions = {
      port: 0,
      namespaceUri: STATION_NAMESPACE,
      namespacesBefore: [],
      variables: [{ name: 'Level', unit: METRE }, { name: 'Flow' }],
      ...options,
    };
    const entry = join(import.meta.dirname, 'station-process.ts');
    const child = fork(entry, [JSON.stringify(whole)], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const [ready] = (await once(child, 'message')) as [StationReport];
    if (ready.kind !== 'ready') throw new Error('the station did not start');
    return new Station(child, ready.port);
  }

  get url(): string {
    return `opc.tcp://127.0.0.1:${this.port}`;
  }

  set(...values: readonly StationValue[]): Promise<Extract<StationReport, { kind: 'done' }>> {
    return this.#ask({ kind: 'set', values });
  }

  /**
   * Gives nodes the whole numbers from `from` to `to`, each when the one before was sampled for a subscription, so that
   * none is missed there. Resolves when the last was sampled; without a subscription to all of the nodes, never.
   */
  ramp(names: readonly string[], from: number, to: number): Promise<unknown> {
    return this.#ask({ kind: 'ramp', names, from, to });
  }

  remove(name: string): Promise<unknown> {
    return this.#ask({ kind: 'remove', name });
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  /** Stops answering without closing a socket, as a station that hangs does. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  async #ask(command: Unnumbered<StationCommand>): Promise<Extract<StationReport, { kind: 'done' }>> {
    const id = this.#nextId++;
    const answered = new Promise<Extract<StationReport, { kind: 'done' }>>((resolve) => {
      const listen = (report: StationReport) => {
        if (report.kind !== 'done' || report.id !== id) return;
        this.#child.off('message', listen);
        resolve(report);
      };
      this.#child.on('message', listen);
    });
    this.#child.send({ ...command, id });
    return answered;
  }
}
