import { expect, test } from 'vitest';
import { startTestCloud, withFolder } from './test-cloud.ts';
import { connectEdge, heatDescription, T0, uplink } from './test-edge.ts';

const DESCRIPTION = heatDescription(1);
const KEY = DESCRIPTION.datastream;

test('what is missing shows in the sensors feed, in the API and in the metrics, before its edge is acknowledged', async () => {
  await withFolder(async (dataDir) => {
    const cloud = await startTestCloud({ dataDir, nowMs: () => T0 });
    const edge = await connectEdge(cloud.ports.mqtt);
    const acknowledgement = await edge.deliver({
      datastreams: [[KEY, 1]],
      descriptions: [DESCRIPTION],
      uplinks: [
        uplink(1, T0 - 60_000, '21.5'),
        [2, T0 - 7, [], [[0, 'dropped', 12, T0 - 3_600_000, T0 - 1_800_000]]],
        uplink(3, T0 - 30_000, '999'),
      ],
    });
    expect(acknowledgement.acknowledged).toEqual([[1, 3]]);

    const answer = await fetch(`${cloud.publicBaseUrl}/api/v1/datastreams/${KEY}`);
    expect(await answer.json()).toMatchObject({
      gaps: [
        { reason: 'dropped', observations: 12, first: '2026-07-01T11:00:00Z', last: '2026-07-01T11:30:00Z' },
        { reason: 'refused', observations: 1, first: '2026-07-01T11:59:30Z', last: '2026-07-01T11:59:30Z' },
      ],
    });

    const page = await fetch(`${cloud.publicBaseUrl}/ldes/demo/sensors/by-page/page/0`, {
      headers: { Accept: 'application/n-triples' },
    });
    const lines = (await page.text()).split('\n');
    const gap = `<${cloud.publicBaseUrl}/id/demo/hiaat/${KEY}/dropped/${T0 - 7}#1>`;
    expect(lines).toContain(
      `${gap} <http://www.w3.org/ns/dqv#value> "12"^^<http://www.w3.org/2001/XMLSchema#integer> .`,
    );
    expect(lines).toContain(
      `${gap} <http://www.w3.org/ns/dqv#computedOn> <${cloud.publicBaseUrl}/id/demo/datastream/${KEY}> .`,
    );
    expect(lines.filter((line) => line.includes('hiaatreden/'))).toHaveLength(2);

    const metrics = await cloud.metrics.registry.metrics();
    expect(metrics).toContain('meetbrug_cloud_gap_observations_total{reason="dropped"} 12');
    expect(metrics).toContain('meetbrug_cloud_gap_observations_total{reason="refused"} 1');
    await edge.end();
    await cloud.stop();
  });
});
