import { Counter, Gauge, Histogram, Registry } from 'prom-client';

const GROUP_SIZE_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** What the edge counts. Counters are raised once a group or a batch, never once a message. */
export interface EdgeMetrics {
  readonly registry: Registry;
  readonly messages: Counter;
  readonly uplinksCommitted: Counter;
  readonly observations: Counter;
  readonly duplicates: Counter;
  readonly missingReadings: Counter;
  readonly uncountedReadings: Counter<'reason'>;
  readonly quarantined: Counter<'reason'>;
  readonly replayed: Counter<'outcome'>;
  readonly events: Counter<'kind'>;
  readonly refusedMessages: Counter<'reason'>;
  readonly refusedConnections: Counter<'reason'>;
  readonly droppedMessages: Counter<'reason'>;
  readonly skippedMessages: Counter<'source' | 'reason'>;
  readonly connectedSources: Gauge<'source'>;
  readonly batchesSent: Counter;
  readonly uplinksSent: Counter;
  readonly uplinksAcknowledged: Counter;
  readonly observationsAcknowledged: Counter;
  readonly uplinksLost: Counter;
  readonly observationsRefused: Counter<'code'>;
  readonly groupMessages: Histogram;
}

/** What is read when somebody asks. */
export interface EdgeGauges {
  readonly backlogUplinks: () => number;
  readonly outboxBytes: () => number;
  readonly quarantineRecords: () => number;
  readonly quarantineDropped: () => number;
  readonly unknownDevices: () => number;
  readonly isLinkConnected: () => boolean;
  /** Undefined until there is something to tell. */
  readonly acknowledgementAgeMs: () => number | undefined;
  readonly ackTimeoutMs: () => number | undefined;
  readonly batchesInFlightMax: () => number | undefined;
  readonly resendingUplinks: () => number;
  readonly localFeedDropped: () => number;
  /** Since the outbox file was made, by reason. */
  readonly gapObservations: () => ReadonlyMap<string, number>;
  /** By reason. */
  readonly unpublishedCounts: () => ReadonlyMap<string, number>;
}

export function edgeMetrics(): EdgeMetrics {
  const registry = new Registry();
  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Counter<Label>({ name: `meetbrug_edge_${name}_total`, help, labelNames, registers: [registry] });
  return {
    registry,
    messages: counter('messages', 'Messages received from sources and answered'),
    uplinksCommitted: counter('uplinks_committed', 'Uplinks made durable in the outbox'),
    observations: counter('observations', 'Observations made durable in the outbox'),
    duplicates: counter('duplicate_uplinks', 'Uplinks that were seen before'),
    missingReadings: counter('missing_readings', 'Values that a device said it could not measure'),
    uncountedReadings: counter('uncounted_readings', 'Counter readings that gave no count', ['reason']),
    quarantined: counter('quarantined', 'Messages and values put in quarantine', ['reason']),
    replayed: counter('replayed', 'Raw forms that requests which are done have run again', ['outcome']),
    events: counter('events', 'Events of network servers that carry no observation', ['kind']),
    refusedMessages: counter('refused_messages', 'Messages not taken, so that their sender keeps them', ['reason']),
    refusedConnections: counter('refused_connections', 'Connections to the own broker, not taken or ended', ['reason']),
    droppedMessages: counter('dropped_messages', 'Messages that were read and let go by rule', ['reason']),
    skippedMessages: counter('skipped_messages', 'What sources let go by before the intake', ['source', 'reason']),
    connectedSources: new Gauge({
      name: 'meetbrug_edge_source_connected',
      help: 'Whether a source can bring messages: 1, else 0',
      labelNames: ['source'],
      registers: [registry],
    }),
    batchesSent: counter('batches_sent', 'Batches sent to the cloud'),
    uplinksSent: counter('uplinks_sent', 'Uplinks sent to the cloud, repeats included'),
    uplinksAcknowledged: counter('uplinks_acknowledged', 'Uplinks that the cloud has acknowledged'),
    observationsAcknowledged: counter(
      'observations_acknowledged',
      'Observations in batches that the cloud has acknowledged whole',
    ),
    uplinksLost: counter('uplinks_lost', 'Uplinks of the outbox that could not be read back'),
    observationsRefused: counter('observations_refused', 'Observations that the cloud put aside', ['code']),
    groupMessages: new Histogram({
      name: 'meetbrug_edge_commit_group_messages',
      help: 'Messages answered together after one commit',
      buckets: GROUP_SIZE_BUCKETS,
      registers: [registry],
    }),
  };
}

export function registerGauges({ registry }: EdgeMetrics, gauges: EdgeGauges): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name: `meetbrug_edge_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  gauge('backlog_uplinks', 'Uplinks that the cloud has not acknowledged', gauges.backlogUplinks);
  gauge('outbox_bytes', 'Bytes in use in the outbox file', gauges.outboxBytes);
  gauge('quarantine_records', 'Records in the quarantine', gauges.quarantineRecords);
  gauge('quarantine_dropped', 'Quarantine records dropped to make room since the start', gauges.quarantineDropped);
  gauge('unknown_devices', 'Devices that send, are not configured and are remembered', gauges.unknownDevices);
  gauge(
    'local_feed_dropped',
    'Observations that slow local subscribers missed since the start',
    gauges.localFeedDropped,
  );
  new Gauge({
    name: 'meetbrug_edge_unpublished_counts',
    help: 'Counts and sums of counts that privacy rules or bounds kept from being published since the start',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      for (const [reason, count] of gauges.unpublishedCounts()) this.set({ reason }, count);
    },
  });
  new Counter({
    name: 'meetbrug_edge_gap_observations_total',
    help: 'Observations that were taken and will never reach the cloud, since the outbox file was made',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [reason, count] of gauges.gapObservations()) this.inc({ reason }, count);
    },
  });
  gauge('link_connected', '1 while the cloud takes batches and answers in time', () =>
    Number(gauges.isLinkConnected()),
  );
  const seconds = (ms: number | undefined) => (ms ?? Number.NaN) / 1_000;
  gauge('link_acknowledgement_age_seconds', 'Since the cloud last acknowledged a batch; NaN before the first', () =>
    seconds(gauges.acknowledgementAgeMs()),
  );
  gauge('link_ack_timeout_seconds', 'How long a batch now waits for its acknowledgement before it is sent again', () =>
    seconds(gauges.ackTimeoutMs()),
  );
  gauge(
    'link_batches_in_flight_max',
    'How many batches may now wait for an acknowledgement',
    () => gauges.batchesInFlightMax() ?? 0,
  );
  gauge('resend_uplinks', 'Kept uplinks that were asked for again and are still to go', gauges.resendingUplinks);
}
