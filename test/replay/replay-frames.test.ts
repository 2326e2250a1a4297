import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadEdgeConfig } from '@meetbrug/edge/src/config/load-edge-config.ts';
import { deviceRegistry } from '@meetbrug/edge/src/normalise/device-registry.ts';
import { OUTBOX_FILE } from '@meetbrug/edge/src/outbox/open-outbox.ts';
import { dryRunReplay } from '@meetbrug/edge/src/replay/dry-run.ts';
import { RECEIVED_MS, temporaryDirectory } from '@meetbrug/edge/src/testing/edge-fixture.ts';
import type { Session } from '@meetbrug/protocols/lorawan';
import { frameMessage, type RawMessage } from '@meetbrug/protocols/uplinks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frameOf, GATEWAYS, SENSOR, temperaturePayload } from '../lorawan/heat-sensor.ts';
import { ReplayStand } from './replay-stand.ts';

const SETTINGS = `edge: demo-edge
organisation: demo
health: { signal: false }
devices:
  - { devEui: "${SENSOR.devEui}", profile: milesight-em300-th, at: { name: plein, label: Plein, longitude: 3.7, latitude: 51 } }
`;
const RIGHT: Session = {
  ...SENSOR,
  nwkSKey: Buffer.from(SENSOR.nwkSKey, 'hex'),
  appSKey: Buffer.from(SENSOR.appSKey, 'hex'),
};
/** Of the session before the device joined again, under the same address. */
const WRONG: Session = { ...RIGHT, nwkSKey: Buffer.alloc(16, 1) };

let directory: ReturnType<typeof temporaryDirectory>;
let stand: ReplayStand;
beforeEach(() => {
  directory = temporaryDirectory();
  stand = new ReplayStand(directory.path);
});
afterEach(() => {
  stand.outbox.close();
  directory.remove();
});

const configFile = () => join(directory.path, 'edge.yaml');

async function configure(sessions: readonly Session[], more = ''): Promise<void> {
  writeFileSync(configFile(), SETTINGS + more);
  await stand.configure(configFile(), sessions);
}

/** A frame with this counter as a gateway heard it; its temperature in tenths tells it from others. */
function frame(counter: number, tenths: number, gateway: string = GATEWAYS[0]): RawMessage {
  const heard = { phyPayload: frameOf(counter, temperaturePayload(tenths)), gateway };
  return frameMessage(heard, { topic: 'lorawan/roof-2', receivedMs: RECEIVED_MS + (counter % 1_000) * 60_000 });
}

const temperatures = () => stand.rows().flatMap(({ values }) => Object.values(values));

/** What a replay would come to, written nowhere. */
function dryRun(sessions: readonly Session[]) {
  const config = loadEdgeConfig(configFile());
  if (!config.ok) expect.fail(config.fault.detail);
  const done = dryRunReplay({
    outboxFile: join(directory.path, OUTBOX_FILE),
    selection: { kept: false },
    config: config.value,
    devices: deviceRegistry(config.value),
    sessions,
    nowMs: RECEIVED_MS,
    progressed: () => undefined,
  });
  return done.ok ? done.value.outcomes : expect.fail(done.fault.detail);
}

describe('a replay of frames that could not be opened', () => {
  it('takes those whose MIC was wrong until the keys were handed over, each once', async () => {
    await configure([WRONG]);
    for (const counter of [10, 11, 12]) stand.take(frame(counter, 200 + counter));
    stand.take(frame(11, 211, GATEWAYS[1]));
    expect(stand.reasons()).toEqual(['bad-mic', 'bad-mic', 'bad-mic', 'bad-mic']);
    expect(stand.replay()).toEqual({ outcomes: { 'still-failing': 4 }, reasons: { 'bad-mic': 4 } });

    await configure([RIGHT]);
    expect(dryRun([RIGHT])).toEqual({ taken: 3, duplicate: 1 });
    expect(stand.reasons()).toHaveLength(4);
    expect(stand.replay().outcomes).toEqual({ taken: 3, duplicate: 1 });
    expect(temperatures()).toEqual(['21', '21.1', '21.2']);
    expect(stand.reasons()).toEqual([]);
    expect(stand.replay({ kept: true }).outcomes).toEqual({ unchanged: 3 });
  });

  it('moves the counter of the session, so that nobody can send those frames again', async () => {
    await configure([WRONG]);
    stand.take(frame(12, 212));
    await configure([RIGHT]);
    stand.replay();
    for (const counter of [11, 12, 13]) stand.take(frame(counter, 200 + counter));
    expect(temperatures()).toEqual(['21.2', '21.3']);
    expect(stand.reasons()).toEqual([]);
  });

  it('takes them behind what the air has brought meanwhile, and does not move the counter back', async () => {
    await configure([WRONG]);
    stand.take(frame(10, 210));
    await configure([RIGHT]);
    stand.take(frame(20, 220));
    expect(stand.replay().outcomes).toEqual({ taken: 1 });
    for (const counter of [15, 21]) stand.take(frame(counter, 200 + counter));
    expect(temperatures()).toEqual(['22', '21', '22.1']);
  });

  it('finds the whole counter of a frame behind a roll-over', async () => {
    const handedOver = { lastFrameCounter: 131_056 };
    await configure([{ ...WRONG, ...handedOver }]);
    stand.take(frame(131_088, 201));
    await configure([{ ...RIGHT, ...handedOver }]);
    expect(stand.replay().outcomes).toEqual({ taken: 1 });
  });

  it("takes frames of the city's own addresses that had no session yet", async () => {
    const own = 'lorawan: { ownDevAddrs: [260B4C00/24] }\n';
    await configure([], own);
    stand.take(frame(1, 201));
    expect(stand.reasons()).toEqual(['unknown-session']);
    expect(stand.replay()).toEqual({ outcomes: { 'still-failing': 1 }, reasons: { 'unknown-session': 1 } });
    await configure([RIGHT], own);
    expect(stand.replay({ device: SENSOR.devEui }).outcomes).toEqual({ taken: 1 });
    expect(temperatures()).toEqual(['20.1']);
  });

  it('takes one beyond the allowed gap when the setting allows it', async () => {
    await configure([RIGHT], 'lorawan: { frameCounterGapMax: 5 }\n');
    for (const counter of [1, 20]) stand.take(frame(counter, 200 + counter));
    expect(stand.reasons()).toEqual(['frame-counter-gap']);
    await configure([RIGHT], 'lorawan: { frameCounterGapMax: 50 }\n');
    expect(stand.replay().outcomes).toEqual({ taken: 1 });
    expect(temperatures()).toEqual(['20.1', '22']);
  });

  it('counts a frame as not kept when its time is over', async () => {
    await configure([WRONG]);
    stand.take(frame(1, 201));
    stand.outbox.prune(RECEIVED_MS + 2 * 86_400_000);
    await configure([RIGHT]);
    expect(stand.replay().outcomes).toEqual({ 'not-kept': 1 });
  });
});
