import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { EpochMs } from '@meetbrug/protocols/observation';
import { publishedIris } from '@meetbrug/protocols/oslo';
import type { Logger } from 'pino';
import type { CloudConfig } from './config/cloud-config.ts';
import type { EdgeConfig } from './config/edge-config.ts';
import { faultLines } from './config/parse-edge-config.ts';
import { readSecret } from './config/read-secret.ts';
import { openModels } from './decode/open-models.ts';
import { createDerivation } from './derive/create-derivation.ts';
import { startRevising } from './descriptions/start-revising.ts';
import { edgeMetrics, registerGauges } from './http/metrics.ts';
import { startStatusServer } from './http/status-server.ts';
import { Intake } from './intake/intake.ts';
import { CloudLink } from './link/cloud-link.ts';
import { mqttLinkConnection } from './link/link-connection.ts';
import { type LinkCredentials, openConnection, tellingKeeper } from './link/open-connection.ts';
import { openCredentials } from './link/open-credentials.ts';
import { readSessions } from './lorawan/read-sessions.ts';
import { LorawanSessions } from './lorawan/sessions.ts';
import { type DeviceModels, type DeviceRegistry, deviceRegistry } from './normalise/device-registry.ts';
import {
  brokerRefusals,
  intakeObserver,
  linkObserver,
  pruningObserver,
  replayObserver,
  sourceObserver,
} from './observers.ts';
import { isNoRoom } from './outbox/no-room.ts';
import { isDamage, markDamaged, type OpenedOutbox, openingFault, openOutbox } from './outbox/open-outbox.ts';
import { startPruning, startRemovingDamage } from './outbox/start-pruning.ts';
import { startResending } from './outbox/start-resending.ts';
import { startClosingWindows } from './privacy/start-closing-windows.ts';
import { LocalFeed, type PublishLocally } from './publish/local-feed.ts';
import { type ClockState, clockStateByFile, UNKNOWN_CLOCK } from './quality/mod.ts';
import { configDigest } from './replay/config-digest.ts';
import { replayIntakeRules } from './replay/replay-rules.ts';
import { startReplaying } from './replay/start-replaying.ts';
import { MACHINE_SCHEDULER } from './scheduler.ts';
import { divideMessages } from './sources/divide-messages.ts';
import { startEmbeddedBroker } from './sources/embedded-broker.ts';
import { startSource } from './sources/start-source.ts';
import { compileTopicRules } from './sources/topic-rules.ts';
import { Webhooks } from './sources/webhook/webhooks.ts';
import { StartError } from './start-error.ts';
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

/** Composition root of the edge. Throws {@link StartError} or `ListenError` for what an operator can mend. */
export async function startEdge(config: EdgeConfig, dependencies: EdgeDependencies): Promise<RunningEdge> {
  const { dataDir, logger, nowMs } = dependencies;
  const clock = clockState(config);
  const models = await openedModels(config);
  const configuredSessions = readSessions(config.lorawan.sessionsFile);
  if (!configuredSessions.ok) throw new StartError(`lorawan.sessionsFile: ${configuredSessions.fault.detail}`);
  const newEpoch = () => randomBytes(8).toString('hex');
  const opened = openDataDir(config, dependencies, newEpoch);
  const { outbox } = opened;
  const metrics = edgeMetrics();
  const closers: (() => Promise<void> | void)[] = [];
  let failed = false;
  const fail = (error: unknown) => {
    if (failed) return;
    if (isNoRoom(error)) {
      logger.error({ dataDir }, 'the disk of --data-dir is full: nothing is taken until there is room');
      return;
    }
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
    const link = config.cloud && startLink();
    const pruning = pruningObserver({ logger, failed: fail, notify: () => link?.notify() });
    closers.push(startPruning(outbox, nowMs, pruning));
    const devices = deviceRegistry(config, models);
    const derivation = createDerivation(config, devices, {
      clockState: clock,
      committedCounter: (datastream) => outbox.committedCounter(datastream),
    });
    const sessions = new LorawanSessions(configuredSessions.value, {
      ...config.lorawan,
      committedCounter: (session) => outbox.committedFrameCounter(session),
    });
    const localFeed = createLocalFeed(config, (message, done) => broker.publish(message, done));
    const intake = new Intake(
      outbox,
      {
        devices,
        derivation,
        sessions,
        payloadBytesMax: config.broker.packetBytesMax,
        unclearedPayloadHours: config.privacy.unclearedPayloadHours,
        staleAfterDays: config.quarantine.staleAfterDays,
      },
      intakeObserver({ metrics, logger, notify: () => link?.notify(), localFeed, failed: fail }),
    );
    outbox.forgetUnknownDevices((device) => devices.has(device));
    closers.push(
      startReplaying({
        outbox,
        rules: replayIntakeRules(config, devices, (datastream) => outbox.committedCounter(datastream), sessions),
        configuration: configDigest(config),
        nowMs,
        monotonicMs: () => performance.now(),
        ...replayObserver({ metrics, logger, failed: fail, notify: () => link?.notify() }),
        countersMoved: () => derivation.rollBack(),
      }),
    );
    startPrivacyAndHistory(devices, () => link?.notify());
    const view = { config, outbox, link, localFeed };
    registerGauges(metrics, edgeGauges(view));
    const webhooks = new Webhooks();
    const http = await startStatusServer({
      ...config.http,
      status: () => edgeStatus(view, nowMs()),
      notReadyReasons: () => notReadyReasons(view),
      registry: metrics.registry,
      webhooks,
      bodyBytesMax: config.broker.packetBytesMax,
    });
    closers.push(http.stop);
    closers.push(() => {
      if (!failed) intake.stop();
    });
    const broker = await startEmbeddedBroker({
      ...config.broker,
      localFeed: config.localFeed,
      deliver: divideMessages(
        intake.deliver,
        compileTopicRules(config.broker.topics),
        sourceObserver('broker', { metrics, logger }),
      ),
      nowMs,
      refused: brokerRefusals({ metrics, logger }, () => performance.now()),
    });
    closers.push(broker.stop);
    for (const [index, source] of config.sources.entries()) {
      const running = await startSource(source, {
        edge: config.edge,
        dataDir,
        deliver: intake.deliver,
        nowMs,
        scheduler: MACHINE_SCHEDULER,
        observer: sourceObserver(source.name, { metrics, logger }),
        readSecret: (setting, file) => readSecret(`sources[${index}].${setting}`, file),
        webhooks,
        sessions,
      });
      closers.push(running.stop);
    }
    return { ports: { mqtt: broker.port, http: http.port }, stop };
  } catch (error) {
    await stop();
    throw error;
  }

  function startPrivacyAndHistory(devices: DeviceRegistry, notify: () => void): void {
    const withheld = [...devices.values()].map(({ smallCounts }) => smallCounts?.rule.closeAfterSeconds ?? 0);
    const closeAfterSeconds = withheld.reduce((longest, seconds) => Math.max(longest, seconds), 0);
    closers.push(startClosingWindows({ outbox, nowMs, closeAfterSeconds, notify, failed: fail }));
    closers.push(startRevising({ outbox, devices: devices.values(), nowMs, logger, notify, failed: fail }));
    const keepHours = config.privacy.unclearedPayloadHours;
    const removed = (files: readonly string[]) =>
      logger.warn({ files }, 'damaged files are gone: privacy.unclearedPayloadHours is over');
    closers.push(startRemovingDamage({ dataDir, keepHours }, nowMs, removed));
  }

  function startLink(): CloudLink | undefined {
    const { edge, cloud } = config;
    if (cloud === undefined) return undefined;
    const credentials = linkCredentials(edge, cloud, dependencies, () => clock(nowMs()));
    if (credentials.kind === 'certificate') closers.push(credentials.keeper.stop);
    const observer = linkObserver({ metrics, logger, failed: fail });
    const link = new CloudLink({
      ...cloud,
      edge,
      connect: (events) => mqttLinkConnection(openConnection({ ...cloud, edge, credentials }), events),
      outbox,
      history: outbox.resends,
      observer: credentials.kind === 'secret' ? observer : tellingKeeper(observer, credentials.keeper),
      newEpoch,
      monotonicMs: () => performance.now(),
      random: Math.random,
    });
    closers.push(() => link.stop());
    closers.push(startResending({ resends: outbox.resends, nowMs, notify: () => link.notify(), failed: fail }));
    return link;
  }
}

function linkCredentials(
  edge: string,
  cloud: CloudConfig,
  { logger, nowMs }: EdgeDependencies,
  isSynchronised: () => boolean | undefined,
): LinkCredentials {
  const credentials = openCredentials({ edge, cloud, logger, nowMs, isSynchronised });
  if (!credentials.ok) throw new StartError(credentials.fault.detail);
  return credentials.value;
}

function clockState({ clock: { synchronisedFile } }: EdgeConfig): ClockState {
  return synchronisedFile === undefined ? UNKNOWN_CLOCK : clockStateByFile(synchronisedFile, existsSync);
}

async function openedModels({ models }: EdgeConfig): Promise<DeviceModels> {
  const opened = await openModels(models, () => performance.now());
  if (opened.ok) return opened.value;
  throw new StartError(faultLines(opened.faults));
}

function createLocalFeed(
  { localFeed, publicBaseUrl, organisation }: EdgeConfig,
  publish: PublishLocally,
): LocalFeed | undefined {
  if (!localFeed || publicBaseUrl === undefined) return undefined;
  return new LocalFeed(publishedIris(publicBaseUrl, organisation), publish);
}

function openDataDir(
  config: EdgeConfig,
  { dataDir, logger, nowMs }: EdgeDependencies,
  newEpoch: () => string,
): OpenedOutbox {
  const bounds = {
    ...config.outbox,
    uplinksMax: config.deduplication.uplinksMax,
    quarantine: config.quarantine,
    unknownDevicesMax: config.learning.devicesMax,
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
    throw new StartError(`--data-dir: ${openingFault(dataDir, error)}`, { cause: error });
  }
}
