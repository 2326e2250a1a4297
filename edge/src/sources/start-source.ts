import type { EpochMs } from '@meetbrug/protocols/observation';
import type { SourceConfig } from '../config/sources/source-config.ts';
import type { DeliverMessage } from '../intake/intake.ts';
import type { LorawanSessions } from '../lorawan/sessions.ts';
import type { Scheduler } from '../scheduler.ts';
import { startBasicsStation } from './basics-station/start-basics-station.ts';
import { startMqtt } from './mqtt/start-mqtt.ts';
import { startOpcUa } from './opc-ua/start-opc-ua.ts';
import { startPacketForwarder } from './packet-forwarder/start-packet-forwarder.ts';
import type { SourceObserver } from './source-observer.ts';
import { startTelraam } from './telraam/start-telraam.ts';
import { startWebhook } from './webhook/start-webhook.ts';
import type { Webhooks } from './webhook/webhooks.ts';

export interface RunningSource {
  stop(): Promise<void>;
}

/** What every source is given. */
export interface SourceSurroundings {
  readonly edge: string;
  readonly dataDir: string;
  readonly deliver: DeliverMessage;
  readonly nowMs: () => EpochMs;
  readonly scheduler: Scheduler;
  readonly observer: SourceObserver;
  /** The secret in a file; throws an error that names the setting when there is none. */
  readonly readSecret: (setting: string, file: string) => string;
  /** Where senders post to. */
  readonly webhooks: Webhooks;
  /** What frames of gateways are opened with. */
  readonly sessions: LorawanSessions;
}

export type StartSource<Config> = (config: Config, surroundings: SourceSurroundings) => Promise<RunningSource>;

type Kind = NonNullable<SourceConfig['kind']>;
type OfKind<K extends Kind> = Extract<SourceConfig, { readonly kind?: K | undefined }>;

const STARTERS: { readonly [K in Kind]: StartSource<OfKind<K>> } = {
  mqtt: startMqtt,
  webhook: startWebhook,
  'opc-ua': startOpcUa,
  telraam: startTelraam,
  'packet-forwarder': startPacketForwarder,
  'basics-station': startBasicsStation,
};

/** Starts a source of any kind. */
export function startSource(config: SourceConfig, surroundings: SourceSurroundings): Promise<RunningSource> {
  const start = STARTERS[config.kind ?? 'mqtt'] as StartSource<SourceConfig>;
  return start(config, surroundings);
}
