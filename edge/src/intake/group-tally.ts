import type { PlannedMessage } from './plan-message.ts';

/** What one group of messages came to, for the metrics. */
export class GroupTally {
  messageCount = 0;
  uplinkCount = 0;
  observationCount = 0;
  duplicateCount = 0;
  missingCount = 0;
  readonly uncountedCounts = new Map<string, number>();
  readonly droppedCounts = new Map<string, number>();
  readonly eventCounts = new Map<string, number>();
  readonly quarantineCounts = new Map<string, number>();

  add(planned: PlannedMessage): void {
    this.messageCount += 1;
    switch (planned.kind) {
      case 'uplink':
        this.uplinkCount += 1;
        this.observationCount += planned.uplink.observations.length;
        this.missingCount += planned.missingCount;
        for (const reason of planned.uncounted) raise(this.uncountedCounts, reason);
        for (const { reason } of planned.quarantine) raise(this.quarantineCounts, reason);
        break;
      case 'duplicate':
        this.duplicateCount += 1;
        break;
      case 'event':
        raise(this.eventCounts, planned.event);
        break;
      case 'dropped':
        raise(this.droppedCounts, planned.reason);
        break;
      case 'quarantine':
        raise(this.quarantineCounts, planned.record.reason);
    }
  }
}

function raise(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
