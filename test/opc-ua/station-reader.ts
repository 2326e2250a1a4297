import type { OpcUaMessage } from '@meetbrug/protocols/uplinks';
import { opcUaSchema } from '../../edge/src/config/sources/opc-ua-config.ts';
import type { IntakeOutcome } from '../../edge/src/intake/intake.ts';
import { NO_SESSIONS } from '../../edge/src/lorawan/sessions.ts';
import { MACHINE_SCHEDULER } from '../../edge/src/scheduler.ts';
import { type OpcUaSource, startOpcUa } from '../../edge/src/sources/opc-ua/start-opc-ua.ts';
import { Webhooks } from '../../edge/src/sources/webhook/webhooks.ts';
import { waitFor } from '../harness/wait-for.ts';
import { STATION_NAMESPACE } from './station.ts';

const TIMEOUT_MS = 40_000;

/** A node of the station's namespace, as an entry of `nodes`. */
export const node = (name: string, more: object = {}) => ({
  node: `nsu=${STATION_NAMESPACE};s=${name}`,
  device: 'ps01',
  field: name.toLowerCase(),
  ...more,
});

/** The OPC UA source, its messages committed as a test says, and what it observed. */
export class StationReader {
  readonly source: OpcUaSource;
  readonly committed: readonly OpcUaMessage[];
  readonly said: readonly string[];
  readonly #answer: { outcome: IntakeOutcome };

  private constructor(
    source: OpcUaSource,
    committed: readonly OpcUaMessage[],
    said: readonly string[],
    answer: { outcome: IntakeOutcome },
  ) {
    this.source = source;
    this.committed = committed;
    this.said = said;
    this.#answer = answer;
  }

  static async start(url: string, dataDir: string, settings: object = {}): Promise<StationReader> {
    const committed: OpcUaMessage[] = [];
    const said: string[] = [];
    const answer: { outcome: IntakeOutcome } = { outcome: { ok: true, value: undefined } };
    const config = opcUaSchema.parse({
      kind: 'opc-ua',
      name: 'station',
      url,
      samplingIntervalMs: 20,
      publishingIntervalMs: 50,
      nodes: [node('Level', { unit: 'm' }), node('Flow')],
      ...settings,
    });
    const source = await startOpcUa(config, {
      edge: 'edge-1',
      dataDir,
      nowMs: Date.now,
      scheduler: MACHINE_SCHEDULER,
      deliver: ({ payload }, done) => {
        const { outcome } = answer;
        if (outcome.ok) committed.push(JSON.parse(Buffer.from(payload).toString()) as OpcUaMessage);
        setImmediate(() => done(outcome));
      },
      observer: {
        connected: () => said.push('connected'),
        disconnected: (detail) => said.push(`disconnected: ${detail}`),
        skipped: (reason, count) => said.push(`lost ${reason} ${count}`),
        failed: (detail) => said.push(detail.slice(detail.indexOf(';') + 1)),
      },
      readSecret: () => 'let me read',
      webhooks: new Webhooks(),
      sessions: NO_SESSIONS,
    });
    return new StationReader(source, committed, said, answer);
  }

  /** What the edge answers from now on when a message is handed to it. */
  answer(outcome: IntakeOutcome): void {
    this.#answer.outcome = outcome;
  }

  heard(text: string): Promise<string> {
    return waitFor(
      () => this.said.find((line) => line.includes(text)),
      TIMEOUT_MS,
      () => `"${text}" was not said: ${this.said}`,
    );
  }

  hasCommitted(find: (message: OpcUaMessage) => boolean): Promise<OpcUaMessage> {
    return waitFor(
      () => this.committed.find(find),
      TIMEOUT_MS,
      () => `${this.committed.length} messages; ${this.said}`,
    );
  }

  connectedAgain(times = 2): Promise<true> {
    return waitFor(
      () => this.said.filter((line) => line === 'connected').length >= times || undefined,
      TIMEOUT_MS,
      () => `not connected again: ${this.said}`,
    );
  }
}
