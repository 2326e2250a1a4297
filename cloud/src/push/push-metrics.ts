import { Counter, Gauge, type Registry } from 'prom-client';

export interface PushMetrics {
  recordCut(reason: string): void;
  recordRefusal(reason: string): void;
}

/** @param connections open ones of each protocol, looked up at a scrape */
export function createPushMetrics(
  registry: Registry,
  connections: Readonly<Record<'events' | 'mqtt', () => number>>,
): PushMetrics {
  const labelled = (name: string, help: string) =>
    new Counter({ name: `meetbrug_cloud_push_${name}_total`, help, labelNames: ['reason'], registers: [registry] });
  const cut = labelled('cut', 'Readers that were pushed to and were cut, by reason');
  const refused = labelled(
    'refused',
    'Readers, subscriptions and publications refused where members are pushed, by reason',
  );
  new Gauge({
    name: 'meetbrug_cloud_push_connections',
    help: 'Open connections that members are pushed to, by protocol',
    labelNames: ['protocol'],
    registers: [registry],
    collect() {
      for (const [protocol, count] of Object.entries(connections)) this.set({ protocol }, count());
    },
  });
  return {
    recordCut: (reason) => cut.inc({ reason }),
    recordRefusal: (reason) => refused.inc({ reason }),
  };
}
