import type { Logger } from 'pino';
import type { EdgeMetrics } from './http/metrics.ts';
import type { IntakeObserver } from './intake/intake.ts';
import type { LinkObserver } from './link/link-observer.ts';
import type { PruningObserver } from './outbox/start-pruning.ts';
import type { LocalFeed } from './publish/local-feed.ts';
import type { ReplayingOptions } from './replay/start-replaying.ts';
import type { BrokerRefusal, BrokerRefusalReason } from './sources/broker-refusal.ts';
import type { SourceObserver } from './sources/source-observer.ts';
import { thinOut } from './sources/thin-out.ts';

/** Whoever is refused may come back at once: one line a reason in so much time says how often. */
const REFUSAL_LINE_INTERVAL_MS = 60_000;

interface Reporting {
  readonly metrics: EdgeMetrics;
  readonly logger: Logger;
}

interface FatalReporting extends Reporting {
  readonly failed: (error: unknown) => void;
}

/** Turns what the intake does into metrics, and tells the link that there is something to send. */
export function intakeObserver(
  reporting: FatalReporting & { readonly notify: () => void; readonly localFeed: LocalFeed | undefined },
): IntakeObserver {
  const { metrics, notify, failed, localFeed } = reporting;
  return {
    ...(localFeed === undefined
      ? {}
      : {
          written: (observations) => localFeed.add(observations),
          rolledBack: () => localFeed.rolledBack(),
        }),
    committed(tally) {
      metrics.messages.inc(tally.messageCount);
      metrics.groupMessages.observe(tally.messageCount);
      metrics.uplinksCommitted.inc(tally.uplinkCount);
      metrics.observations.inc(tally.observationCount);
      metrics.duplicates.inc(tally.duplicateCount);
      metrics.missingReadings.inc(tally.missingCount);
      for (const [reason, count] of tally.uncountedCounts) metrics.uncountedReadings.inc({ reason }, count);
      for (const [kind, count] of tally.eventCounts) metrics.events.inc({ kind }, count);
      for (const [reason, count] of tally.droppedCounts) metrics.droppedMessages.inc({ reason }, count);
      for (const [reason, count] of tally.quarantineCounts) metrics.quarantined.inc({ reason }, count);
      localFeed?.committed();
      if (tally.uplinkCount > 0) notify();
    },
    refused: (reason, messageCount) => metrics.refusedMessages.inc({ reason }, messageCount),
    failed,
  };
}

/** Turns what the link does into metrics and log lines. */
export function linkObserver({ metrics, logger, failed }: FatalReporting): LinkObserver {
  return {
    connected: () => logger.info('the cloud takes batches'),
    disconnected: (reason) => logger.warn({ reason }, 'no connection to the cloud: the outbox keeps the data'),
    epochStarted: (epoch, numberAbove) =>
      logger.warn({ epoch, numberAbove }, 'the cloud knows higher sequences than this outbox: a new epoch begins'),
    batchSent(uplinkCount) {
      metrics.batchesSent.inc();
      metrics.uplinksSent.inc(uplinkCount);
    },
    acknowledged(uplinkCount, observationCount) {
      metrics.uplinksAcknowledged.inc(uplinkCount);
      metrics.observationsAcknowledged.inc(observationCount);
    },
    refused(code, sequence) {
      metrics.observationsRefused.inc({ code });
      logger.warn({ code, sequence }, 'the cloud put an observation aside');
    },
    lost(damaged, missing) {
      metrics.uplinksLost.inc(missing.reduce((count, [from, to]) => count + (to - from + 1), damaged.length));
      logger.error({ damaged, missing }, 'uplinks of the outbox cannot be read back');
    },
    badBody: (kind, detail) => logger.error({ kind, detail }, 'the cloud sent something that is not understood'),
    timedOut: (batchCount) => logger.warn({ batchCount }, 'no acknowledgement in time: sending again'),
    failed,
  };
}

/** Says in the log what the outbox had to let go, and when its disk is full. */
export function pruningObserver({
  logger,
  notify,
  failed,
}: Omit<FatalReporting, 'metrics'> & { readonly notify: () => void }): PruningObserver {
  return {
    reported: notify,
    discarded: (counts) =>
      logger.error({ counts }, 'observations were discarded; the cloud is told of which datastreams'),
    roomChanged: (lacksRoom) =>
      lacksRoom
        ? logger.error('the disk of --data-dir is full: nothing is taken until there is room')
        : logger.info('the disk of --data-dir has room again'),
    failed,
  };
}

/** Turns what running raw forms again came to into metrics and a log line. */
export function replayObserver({
  metrics,
  logger,
  notify,
  failed,
}: FatalReporting & { readonly notify: () => void }): Pick<ReplayingOptions, 'notify' | 'finished' | 'failed'> {
  return {
    notify,
    finished(request, { outcomes, reasons }) {
      for (const [outcome, count] of Object.entries(outcomes)) metrics.replayed.inc({ outcome }, count);
      logger.info({ request, outcomes, reasons }, 'raw forms were run again');
    },
    failed,
  };
}

/** Turns what a source tells into metrics and log lines. */
export function sourceObserver(source: string, { metrics, logger }: Reporting): SourceObserver {
  const setConnected = (value: 0 | 1) => metrics.connectedSources.set({ source }, value);
  setConnected(0);
  return {
    connected() {
      setConnected(1);
      logger.info({ source }, 'the source is connected');
    },
    disconnected(reason) {
      setConnected(0);
      logger.warn({ source, reason }, 'the source is not connected');
    },
    skipped: (reason, count = 1) => metrics.skippedMessages.inc({ source, reason }, count),
    failed: (reason) => logger.warn({ source, reason }, 'the source'),
  };
}

/** Counts what the own broker refuses, and logs it at a bounded rate: a stranger decides how often it happens. */
export function brokerRefusals(
  { metrics, logger }: Reporting,
  monotonicMs: () => number,
): (refusal: BrokerRefusal) => void {
  const countToSay = thinOut<BrokerRefusalReason>(REFUSAL_LINE_INTERVAL_MS, monotonicMs);
  return (refusal) => {
    metrics.refusedConnections.inc({ reason: refusal.reason });
    const count = countToSay(refusal.reason);
    if (count !== undefined) logger.warn({ ...refusal, count }, 'the broker ended MQTT connections; the last is named');
  };
}
