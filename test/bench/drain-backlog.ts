import { expectedFeeds } from '../end-to-end/expected-feed.ts';
import type { Fleet, FleetMessage } from '../fleet/create-fleet.ts';
import { publishFleet } from '../fleet/publish-fleet.ts';
import type { Installation } from '../harness/installation.ts';
import { waitFor } from '../harness/wait-for.ts';
import { LIVE_OBSERVATIONS_PER_SECOND } from './live-uplinks.ts';
import { readMetric } from './read-metric.ts';

export interface Drain {
  /** Observations of the backlog, without the live ones beside it, from the first welcome until only the newest uplinks wait. */
  readonly observationsPerSecond: number;
  /** From the first welcome until an uplink that was taken after it can be read in the cloud. */
  readonly liveVisibleSeconds: number;
}

/** Uplinks that may wait when the backlog counts as drained: less than what a second of live data brings. */
const DRAINED_UPLINKS = LIVE_OBSERVATIONS_PER_SECOND / 10;
const PATIENCE_MS = 1_800_000;

/** Starts the cloud behind an edge with a backlog, while these uplinks of the fleet come at their own pace. */
export async function measureDrain(
  installation: Installation,
  fleet: Fleet,
  live: Iterable<FleetMessage>,
): Promise<Drain> {
  const { edgeHttpUrl } = installation;
  const metric = (name: string) => readMetric(edgeHttpUrl, `meetbrug_edge_${name}`);
  const reconnected = Promise.withResolvers<void>();
  const firstLive = Promise.withResolvers<FleetMessage>();
  let isReconnected = false;
  const ending = new AbortController();
  const publishing = publishFleet({
    url: installation.edgeMqttUrl,
    clientId: 'bench-live',
    messages: live,
    pace: 'as-timed',
    windowMax: 1_000,
    onAcknowledged: (message) => {
      if (isReconnected) firstLive.resolve(message);
    },
    signal: ending.signal,
  });
  try {
    await installation.cloud.start();
    const visible = reconnected.promise.then(() => untilReadable(installation, fleet, firstLive.promise));
    await waitFor(
      async () => (await metric('link_connected')) === 1 || undefined,
      PATIENCE_MS,
      () => 'no link',
    );
    // Live observations count on both sides: what changes is the backlog alone.
    const drained = async () =>
      (await metric('observations_acknowledged_total')) - (await metric('observations_total'));
    const before = await drained();
    const startedMs = performance.now();
    isReconnected = true;
    reconnected.resolve();
    const isDrained = async () => (await metric('backlog_uplinks')) <= DRAINED_UPLINKS || undefined;
    await waitFor(isDrained, PATIENCE_MS, () => 'not drained');
    const seconds = (performance.now() - startedMs) / 1000;
    const observationsPerSecond = ((await drained()) - before) / seconds;
    return { observationsPerSecond, liveVisibleSeconds: await visible };
  } finally {
    ending.abort();
    await publishing;
  }
}

/** Seconds from the call until the observations of an uplink answer at their own IRIs. */
async function untilReadable(installation: Installation, fleet: Fleet, uplink: Promise<FleetMessage>): Promise<number> {
  const startedMs = performance.now();
  const message = await uplink;
  const iris = [...expectedFeeds(fleet, [message], installation).values()].flatMap((feed) => [...feed.keys()]);
  for (const iri of iris) {
    const ask = async () => (await fetch(iri, { headers: { accept: 'text/turtle' } })).ok || undefined;
    await waitFor(ask, PATIENCE_MS, () => `${iri} is not there`);
  }
  return (performance.now() - startedMs) / 1000;
}
