import { fail } from '@meetbrug/protocols/result';
import type { RunningAudit } from '../audit/record-running.ts';
import type { LoadedConfig } from '../config/cloud-config.ts';
import type { Gateways } from '../gateways/open-gateways.ts';
import type { Writer } from '../log/writer.ts';
import type { CloudMetrics } from '../metrics.ts';
import { type Link, startLink } from './start-link.ts';
import { thinRefusals } from './thin-refusals.ts';

export interface EdgeLinkParts {
  readonly loaded: LoadedConfig;
  readonly gateways: Gateways;
  readonly writer: Writer;
  readonly metrics: CloudMetrics;
  readonly logger: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  readonly nowMs: () => number;
  /** Why nothing more is taken although the disk would; undefined while it is. */
  readonly storeFault: () => string | undefined;
  /** Absent until the cloud runs. */
  readonly audit: () => RunningAudit | undefined;
}

const REFUSAL_LINE_EVERY_MS = 60_000;

/** Listens for the edges: what they deliver goes to the writer, what is refused is counted, said and audited. */
export function startEdgeLink({
  loaded,
  gateways,
  writer,
  metrics,
  logger,
  nowMs,
  ...parts
}: EdgeLinkParts): Promise<Link> {
  const { config, edges, broker } = loaded;
  const endpointTls = config.mqtt.tls && gateways.certified?.tls;
  const thinned = thinRefusals(REFUSAL_LINE_EVERY_MS, () => performance.now());
  return startLink(
    { ...config.mqtt, edges, gateways: gateways.access, endpointTls, brokerAccess: broker },
    {
      async onBatch(edge, body) {
        const full = parts.storeFault();
        return full === undefined
          ? writer.deliver(edge.name, edge.organisation, body, nowMs())
          : fail('disk-full', full);
      },
      onHello: (edge) => writer.hello(edge.name),
      onRefused(what) {
        metrics.recordRefusal(what.reason);
        const count = thinned(what.reason);
        if (count === undefined) return;
        logger.warn({ ...what, count }, 'refused on the link');
        parts.audit()?.refused({ ...what, count });
      },
      onBroker(state) {
        logger.info({ broker: broker?.url, ...state }, 'the broker between');
      },
      onTakenOver({ name }) {
        metrics.recordRefusal('connection-taken-over');
        parts.audit()?.takenOver(name);
        logger.warn(
          { edge: name },
          'a newer connection of this edge took over: if it repeats, two gateways share one identity',
        );
      },
    },
  );
}
