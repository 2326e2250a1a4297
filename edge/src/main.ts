import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { EpochMs } from '@meetbrug/protocols/observation';
import type { Logger } from 'pino';
import type { EdgeConfig, SourceConfig } from './config/edge-config.ts';
import { edgeMetrics, registerGauges } from './http/metrics.ts';
import { startStatusServer } from './http/status-server.ts';
import { Intake } from './intake/intake.ts';
import { CloudLink } from './link/cloud-link.ts';
import { deviceRegistry } from './normalise/device-registry.ts';
import { intakeObserver, linkObserver, upstreamObserver } from './observers.ts';
import { isDamage, markDamaged, type OpenedOutbox, openOutbox } from './outbox/open-outbox.ts';
import { startPruning } from './outbox/start-pruning.ts';
import { startEmbeddedBroker } from './sources/embedded-broker.ts';
import { connectUpstreamBroker } from './sources/upstream-broker.ts';
import { edgeGauges, edgeStatus, notReadyReasons } from './status.ts';

export interface EdgeDependencies {
  /** Holds the outbox; made when it does not exist. */
  readonly dataDir: string;
  readonly logger: Logger;
  readonly nowMs: () => EpochMs;
  /** What to do when the outbox has failed and nothing may be retried; ends the process with code 1 by default. */
  readonly onFatal?: (error: unknown) => void;
}

export interface RunningEdge {
  /** Ports that were given, also where the configuration said 0. */
  readonly ports: { readonly mqtt: number; readonly http: number };
  /** Commits what has been received, closes all connections and the outbox. */
  stop(): Promise<void>;
}

/** Something in the surroundings is not as the configuration says; the message names the setting. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Composition root of the edge. Throws {@link StartError} or `ListenError` for what an operator can mend. */
export async function startEdge(config: EdgeConfig, dependencies: EdgeDependencies): Promise<RunningEdge> {
  const { dataDir, logger, nowMs } = dependencies;
  const secret = config.cloud === undefined ? '' : readSecret('cloud.secretFile', config.cloud.secretFile);
  const passwords = config.sources.map(({ passwordFile }, index) =>
    passwordFile === undefined ? undefined : readSecret(`sources[${index}].passwordFile`, passwordFile),
  );
  const newEpoch = () => randomBytes(8).toString('hex');
  const opened = openDataDir(config, dependencies, newEpoch);
  const { outbox } = opened;
  const metrics = edgeMetrics();
  const closers: (() => Promise<void> | void)[] = [];
  let failed = false;
  const fail = (error: unknown) => {
    if (failed) return;
    failed = true;
    logger.fatal({ err: error, dataDir }, 'the outbox failed: nothing is retried on it, the edge stops');
    if (isDamage(error)) markDamaged(dataDir);
    outbox.abandon();
    (dependencies.onFatal ?? (() => process.exit(1)))(error);
  };
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
    if (!failed) outbox.close();
    failed = true;
  };

  try {
    closers.push(startPruning(outbox, nowMs, fail));
    const link = config.cloud && startLink();
    const rules = { devices: deviceRegistry(config), payloadBytesMax: config.broker.packetBytesMax };
    const intake = new Intake(
      outbox,
      rules,
      intakeObserver({ metrics, logger, notify: () => link?.notify(), failed: fail }),
    );
    const view = { config, outbox, link };
    registerGauges(metrics, edgeGauges(view));
    const http = await startStatusServer({
      ...config.http,
      status: () => edgeStatus(view, nowMs()),
      notReadyReasons: () => notReadyReasons(view),
      registry: metrics.registry,
    });
    closers.push(http.stop);
    closers.push(() => {
      if (!failed) intake.stop();
    });
    const broker = await startEmbeddedBroker({
      ...config.broker,
      deliver: intake.deliver,
      nowMs,
      connectionFailed: (client, error) => logger.warn({ client, reason: error.message }, 'an MQTT client was closed'),
    });
    closers.push(broker.stop);
    config.sources.forEach((source, index) => {
      const observer = upstreamObserver(source.name, { metrics, logger });
      const options = upstreamOptions(config.edge, source, passwords[index]);
      closers.push(connectUpstreamBroker({ ...options, deliver: intake.deliver, nowMs, observer }).stop);
    });
    return { ports: { mqtt: broker.port, http: http.port }, stop };
  } catch (error) {
    await stop();
    throw error;
  }

  function startLink(): CloudLink | undefined {
    if (config.cloud === undefined) return undefined;
    const link = new CloudLink({
      ...config.cloud,
      edge: config.edge,
      secret,
      outbox,
      observer: linkObserver({ metrics, logger, failed: fail }),
      newEpoch,
      monotonicMs: () => performance.now(),
      random: Math.random,
    });
    closers.push(() => link.stop());
    return link;
  }
}

function upstreamOptions(edge: string, { name, url, clientId, username, topics }: SourceConfig, password?: string) {
  return {
    url,
    topics,
    clientId: clientId ?? `meetbrug-${edge}-${name}`,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
}

function openDataDir(
  config: EdgeConfig,
  { dataDir, logger, nowMs }: EdgeDependencies,
  newEpoch: () => string,
): OpenedOutbox {
  const bounds = {
    bytesMax: config.outbox.bytesMax,
    keepAcknowledgedDays: config.outbox.keepAcknowledgedDays,
    uplinksMax: config.deduplication.uplinksMax,
    quarantine: config.quarantine,
  };
  try {
    const opened = openOutbox({ dataDir, bounds, nowMs, newEpoch });
    if (opened.setAside !== undefined) {
      const { file, salvage } = opened.setAside;
      logger.error(
        { file, savedCount: salvage.savedCount, lostSequences: salvage.lost, endKnown: salvage.endKnown },
        'the outbox was damaged and is set aside; what was readable is kept',
      );
    }
    return opened;
  } catch (error) {
    throw new StartError(`--data-dir: cannot use ${dataDir}: ${(error as Error).message}`, { cause: error });
  }
}

/** A secret from a file, its last line end cut. */
function readSecret(setting: string, file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new StartError(`${setting}: cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
  if (text === '') throw new StartError(`${setting}: ${file} is empty`);
  return text;
}
