/** The four numbers of the demo's live line. */
export interface Counters {
  readonly uplinksIn: number;
  readonly observationsAcknowledged: number;
  readonly membersPublished: number;
  readonly quarantined: number;
}

/** Sum of a metric over its labels in Prometheus text exposition format 0.0.4; 0 where it does not appear yet. */
export function sumMetric(exposition: string, name: string): number {
  let sum = 0;
  for (const line of exposition.split('\n')) {
    if (!line.startsWith(name) || (line[name.length] !== ' ' && line[name.length] !== '{')) continue;
    const value = Number(line.slice(line.lastIndexOf(' ') + 1));
    if (Number.isFinite(value)) sum += value;
  }
  return sum;
}

export function readCounters(edgeMetrics: string, cloudMetrics: string): Counters {
  return {
    uplinksIn: sumMetric(edgeMetrics, 'meetbrug_edge_messages_total'),
    observationsAcknowledged: sumMetric(edgeMetrics, 'meetbrug_edge_observations_acknowledged_total'),
    membersPublished: sumMetric(cloudMetrics, 'meetbrug_cloud_members_published_total'),
    quarantined:
      sumMetric(edgeMetrics, 'meetbrug_edge_quarantined_total') +
      sumMetric(cloudMetrics, 'meetbrug_cloud_quarantined_total'),
  };
}

export function describeCounters(counters: Counters): string {
  return [
    `uplinks in ${counters.uplinksIn}`,
    `observations acknowledged ${counters.observationsAcknowledged}`,
    `members published ${counters.membersPublished}`,
    `quarantined ${counters.quarantined}`,
  ].join(' · ');
}
