import { createKey, revokeKey } from '@meetbrug/cloud/src/access/keys-command.ts';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import mqtt from 'mqtt';
import { expect, it } from 'vitest';
import { withFolder } from '../cloud/test-cloud.ts';
import { EventReader } from './event-reader.ts';
import { pushConfig, Source, startPushCloud } from './push-cloud.ts';

const HEAT = '/ldes/demo/heat-stress';
const SETTINGS = {
  push: 'mqtt: { port: 0 }',
  more: 'access: { streams: [{ organisation: demo, stream: heat-stress, to: key }] }',
};

async function withCloud(story: (cloud: Cloud, dataDir: string) => Promise<void>): Promise<void> {
  await withFolder(async (dataDir) => {
    const cloud = await startPushCloud({ dataDir, ...SETTINGS });
    try {
      await story(cloud, dataDir);
    } finally {
      await cloud.stop();
    }
  });
}

it('events of a private stream need a key, and end with a reason once it is revoked', () =>
  withCloud(async (cloud, dataDir) => {
    const source = await Source.connect(cloud);
    const place = { config: pushConfig(SETTINGS), dataDir, nowMs: Date.now() };
    const keys = ['one', 'other'].map((name) => {
      const made = createKey(place, { name, streams: ['demo/heat-stress'], rights: ['read'] });
      return made.ok ? made.value : expect.fail(made.fault.detail);
    });
    const open = (key?: string) =>
      new EventReader({
        port: cloud.ports.http,
        path: HEAT,
        lastEventId: '-1',
        headers: key === undefined ? {} : { 'X-API-KEY': key },
      }).opened();
    for (const stranger of [await open(), await open(`${keys[0]?.key.slice(0, -1)}x`)]) {
      await stranger.closed;
      expect([stranger.status, stranger.events]).toEqual([401, []]);
    }
    const [revoked, kept] = [await open(keys[0]?.key), await open(keys[1]?.key)];
    expect(revoked.response?.headers).toMatchObject({ 'cache-control': 'private, no-store' });
    await source.deliver(3);
    for (const reader of [revoked, kept]) await reader.until('three members', () => reader.events.length === 3);

    expect(revokeKey(place, keys[0]?.id ?? '').ok).toBe(true);
    await revoked.closed;
    expect(revoked.events.at(-1)).toEqual({ type: 'cut', id: '2', data: '{"reason":"access-ended"}' });
    await source.deliver(2);
    await kept.until('the other goes on', () => kept.events.length === 5);
    expect(revoked.events).toHaveLength(4);
    expect((await open(keys[0]?.key)).status).toBe(401);
    kept.kill();
    await source.end();
  }));

it('nothing private is ever on MQTT, whatever is subscribed to', () =>
  withCloud(async (cloud) => {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${cloud.ports.push}`, { reconnectPeriod: 0 });
    const heard: string[] = [];
    client.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
    const ids = Array.from({ length: 10 }, (_, index) => `v1.1/Datastreams(${index + 1})/Observations`);
    await client.subscribeAsync(['#', '+/+/+', 'ldes/#', 'ldes/demo/heat-stress', 'ldes/demo/sensors', ...ids]);
    const closed = await Source.connect(cloud);
    await closed.deliver(20);
    const open = await Source.connect(cloud, 0, 'edge-b');
    await open.deliver(5);
    // On the stream, on that of all organisations, on its datastreams, and what describes them.
    const ofOpen = () => heard.filter((text) => text.includes('/id/other/observatie/')).length;
    await expect.poll(ofOpen, { timeout: 10_000 }).toBe(15);
    await closed.deliver(1);
    await open.deliver(1);
    await expect.poll(ofOpen, { timeout: 10_000 }).toBe(18);
    expect(heard.filter((text) => text.includes('/id/demo/'))).toEqual([]);
    expect(new Set(heard.map((text) => text.split(' ')[0]))).toContain('ldes/other/sensors');
    await client.endAsync(true);
    await closed.end();
    await open.end();
  }));
