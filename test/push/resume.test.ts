import { setTimeout as delay } from 'node:timers/promises';
import type { Cloud } from '@meetbrug/cloud/src/main.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withFolder } from '../cloud/test-cloud.ts';
import { freePorts } from '../harness/free-port.ts';
import { EventReader } from './event-reader.ts';
import { Source, startPushCloud, upTo } from './push-cloud.ts';

const SEED = 20_261;
const KILLS = 100;
const RESTARTS = 2;
const BATCH = 100;
const RETRY_MS = 20;
/** Some 1.5 to 80 members of 2 kB: between the members, and within them. */
const BYTES_MAX = 160_000;

/** A client that keeps what it has heard, and is killed again and again after so many bytes. */
class KilledClient {
  readonly ordinals: number[] = [];
  readonly others: string[] = [];
  lastEventId = '-1';
  kills = 0;

  async live(port: number, killAfterBytes: number): Promise<void> {
    let isKilled = false;
    const reader = new EventReader({
      port,
      path: '/ldes/demo/heat-stress',
      lastEventId: this.lastEventId,
      forgets: true,
      onEvent: ({ type, id }) => {
        this.lastEventId = id;
        if (type === 'message') this.ordinals.push(Number(id));
        else this.others.push(type);
      },
      onBytes: (count) => {
        if (count < killAfterBytes || isKilled) return;
        isKilled = true;
        reader.kill();
      },
    });
    await reader.closed;
    // Otherwise the cloud was away, or went away.
    if (isKilled) this.kills += 1;
    else await delay(RETRY_MS);
  }
}

it('a client that is killed a hundred times under load sees each member once, in order', { timeout: 120_000 }, () =>
  withFolder(async (dataDir) => {
    const [httpPort = 0] = await freePorts(1);
    const start = () => startPushCloud({ dataDir, httpPort });
    let cloud: Cloud = await start();
    let sequence = 0;
    let isDelivering = true;
    /** Delivers without a pause, and starts the cloud anew in between. */
    const load = async () => {
      for (let life = 0; isDelivering; life += 1) {
        const source = await Source.connect(cloud, sequence);
        const lifeEnds = life < RESTARTS ? sequence + 2_000 : Number.POSITIVE_INFINITY;
        while (isDelivering && source.sequence < lifeEnds) await source.deliver(BATCH);
        sequence = source.sequence;
        await source.end();
        if (!isDelivering) return;
        await cloud.stop();
        cloud = await start();
      }
    };
    const clients = [new KilledClient(), new KilledClient(), new KilledClient()];
    const bytes = fc.sample(fc.integer({ min: 0, max: BYTES_MAX }), { seed: SEED, numRuns: KILLS });
    const loading = load();
    await Promise.all(
      clients.map(async (client, index) => {
        while (client.kills < KILLS) {
          await client.live(httpPort, ((bytes[client.kills] ?? 0) * (index + 1)) % BYTES_MAX);
        }
      }),
    );
    isDelivering = false;
    await loading;
    expect(sequence).toBeGreaterThan(RESTARTS * 2_000);
    for (const client of clients) {
      expect(client.kills).toBe(KILLS);
      const last = new EventReader({ port: httpPort, path: '/ldes/demo/heat-stress', lastEventId: client.lastEventId });
      await last.until('the last member', () => last.lastEventId === String(sequence - 1));
      last.kill();
      expect([...client.ordinals, ...last.ordinals]).toEqual(upTo(0, sequence));
      expect(client.others.filter((type) => type !== 'cut')).toEqual([]);
    }
    await cloud.stop();
  }),
);
