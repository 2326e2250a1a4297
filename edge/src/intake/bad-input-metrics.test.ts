import { setImmediate as turn } from 'node:timers/promises';
import type { RawMessage } from '@meetbrug/protocols/uplinks';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { edgeMetrics } from '../http/metrics.ts';
import { intakeObserver, sourceObserver } from '../observers.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { SKIP_REASONS } from '../sources/source-observer.ts';
import { HEAT_SAMPLE, openTestOutbox, sampleMessage, temporaryDirectory } from '../testing/edge-fixture.ts';
import { intakeRules } from '../testing/planned-uplinks.ts';
import { Intake } from './intake.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let outbox: Outbox;
beforeEach(() => {
  directory = temporaryDirectory();
  outbox = openTestOutbox(directory.path).outbox;
});
afterEach(() => {
  outbox.close();
  directory.remove();
});

const metrics = edgeMetrics();
const reporting = { metrics, logger: pino({ level: 'silent' }) };

async function take(messages: readonly RawMessage[]): Promise<void> {
  const failed = (error: unknown) => {
    throw error;
  };
  const observer = intakeObserver({ ...reporting, notify: () => undefined, localFeed: undefined, failed });
  const intake = new Intake(outbox, intakeRules(), observer);
  for (const message of messages) intake.deliver(message, () => undefined);
  await turn();
  intake.stop();
}

async function reasons(name: string): Promise<Map<unknown, number>> {
  const metric = await metrics.registry.getSingleMetric(`meetbrug_edge_${name}_total`)?.get();
  return new Map(metric?.values.map(({ labels, value }) => [labels.reason, value]));
}

describe('bad input in /metrics', () => {
  it('is counted by its reason, and a sender cannot make a new label', async () => {
    await take([
      sampleMessage(HEAT_SAMPLE, { time: 'yesterday' }),
      sampleMessage(HEAT_SAMPLE, { time: '2026-13-40T25:61:00Z' }),
      sampleMessage(HEAT_SAMPLE, { time: '1970-01-01T00:00:12Z', rxInfo: [] }),
      { ...sampleMessage(HEAT_SAMPLE), payload: Buffer.from('{') },
      ...Array.from({ length: 50 }, (_, number) => ({
        ...sampleMessage(HEAT_SAMPLE),
        topic: `made/up/${number}`,
        payload: Buffer.from(`{"error":"reason-${number}"}`),
      })),
    ]);
    expect(Object.fromEntries(await reasons('quarantined'))).toEqual({
      'bad-time': 2,
      'not-json': 1,
      'stale-message': 1,
      'unknown-topic': 50,
    });
  });

  it('that a source lets go by is counted by source, for each of a closed set of reasons', async () => {
    const { skipped } = sourceObserver('roof', reporting);
    for (const reason of SKIP_REASONS) skipped(reason, 2);
    expect(await reasons('skipped_messages')).toEqual(new Map(SKIP_REASONS.map((reason) => [reason, 2])));
  });
});
