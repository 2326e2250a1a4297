import { linkTopic } from '@meetbrug/protocols/delivery';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeBatch, heatDescription, T0, uplink } from '../cloud/test-edge.ts';
import { waitFor } from '../harness/wait-for.ts';
import { attempt, certificateOptions, type GatewayCloud, startGatewayCloud } from './gateway-fixture.ts';

const WAIT_MS = 10_000;

let site: GatewayCloud;
beforeAll(async () => {
  site = await startGatewayCloud({ mqtt: 'tls: {}', http: 'tls: {}' });
});
afterAll(() => site.remove());

const ROADS: readonly (readonly [string, string, () => string])[] = [
  ['TLS', 'edge-tls', () => `mqtts://127.0.0.1:${site.cloud().ports.mqtt}`],
  ['WebSocket', 'edge-wss', () => `wss://127.0.0.1:${site.cloud().ports.http}/mqtt`],
];

/** Lines of the log that say so of an edge. */
function alarmsOf(edge: string): string[] {
  return site.log.filter((line) => {
    const entry = JSON.parse(line) as { readonly edge?: string; readonly message: string };
    return entry.edge === edge && entry.message.includes('two gateways share one identity');
  });
}

async function alarmCount(): Promise<number> {
  const text = await site.cloud().metrics.registry.metrics();
  return Number(/reason="connection-taken-over"\} (\d+)/.exec(text)?.[1] ?? 0);
}

describe.each(ROADS)('two live edges with one certificate, over %s', (_, edge, url) => {
  test('are not served both: the newer connection stays and delivers, the older ends, and an alarm names the edge', async () => {
    const identity = await site.enrol(edge);
    const before = await alarmCount();
    const older = attempt(url(), { ...certificateOptions(identity), clientId: 'first-box' });
    expect(await older.loggedIn).toBe(true);
    expect(alarmsOf(edge)).toEqual([]);

    const newer = attempt(url(), { ...certificateOptions(identity), clientId: 'second-box' });
    expect(await newer.loggedIn).toBe(true);
    await older.closed;
    await waitFor(
      () => (alarmsOf(edge).length > 0 ? true : undefined),
      WAIT_MS,
      () => `no alarm in:\n${site.log.join('\n')}`,
    );
    expect(await alarmCount()).toBe(before + 1);

    const description = heatDescription(1);
    const body = { datastreams: [[description.datastream, 1]] as const, descriptions: [description] };
    const batch = Buffer.from(encodeBatch({ ...body, uplinks: [uplink(1, T0, '21.5')] }));
    await newer.client.publishAsync(linkTopic(edge, 'batch'), batch, { qos: 1 });
    await Promise.all([older, newer].map(({ client }) => client.endAsync(true)));
  });
});
