import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { edgeMetrics } from './http/metrics.ts';
import { brokerRefusals } from './observers.ts';

describe('what the broker refuses', () => {
  it('is counted each time by its reason, and logged once a minute with how often', async () => {
    const lines: { reason: string; count: number; address: string }[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line)) });
    const metrics = edgeMetrics();
    let nowMs = 0;
    const refused = brokerRefusals({ metrics, logger }, () => nowMs);
    const refusal = { reason: 'connect-too-large', address: '192.0.2.1', client: '', detail: '' } as const;
    for (; nowMs < 120_000; nowMs += 10) refused(refusal);
    refused({ ...refusal, reason: 'login-timeout' });
    expect(lines.map(({ reason, count, address }) => [reason, count, address])).toEqual([
      ['connect-too-large', 1, '192.0.2.1'],
      ['connect-too-large', 6_000, '192.0.2.1'],
      ['login-timeout', 1, '192.0.2.1'],
    ]);
    const { values } = await metrics.refusedConnections.get();
    expect(values).toEqual([
      { labels: { reason: 'connect-too-large' }, value: 12_000 },
      { labels: { reason: 'login-timeout' }, value: 1 },
    ]);
  });
});
