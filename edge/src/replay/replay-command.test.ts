import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { frameMessage, readGwmp } from '@meetbrug/protocols/uplinks';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EdgeConfig } from '../config/edge-config.ts';
import { planMessage } from '../intake/plan-message.ts';
import { readSessions } from '../lorawan/read-sessions.ts';
import { LorawanSessions } from '../lorawan/sessions.ts';
import { type RunningEdge, startEdge } from '../main.ts';
import { OUTBOX_FILE } from '../outbox/open-outbox.ts';
import {
  HEAT_SAMPLE,
  openTestOutbox,
  RECEIVED_MS,
  sampleMessage,
  temporaryDirectory,
  testConfig,
} from '../testing/edge-fixture.ts';
import { intakeRules } from '../testing/planned-uplinks.ts';
import { configDigest } from './config-digest.ts';
import { replay } from './replay-command.ts';
import { followReplay } from './request-replay.ts';

const UPLINKS = 300;
const NOBODY = testConfig({ devices: [] });
const WITHIN = { timeout: 10_000 };
const OPTIONS = { kept: false, dryRun: false, wait: false };

let directory: ReturnType<typeof temporaryDirectory>;
let edge: RunningEdge | undefined;
let said: string[];

beforeEach(() => {
  said = [];
  directory = temporaryDirectory();
  const { outbox } = openTestOutbox(directory.path, { quarantine: { recordsMax: 1_000, bytesMax: 1e7, keepDays: 30 } });
  outbox.commit((writer) => {
    for (let fCnt = 1; fCnt <= UPLINKS; fCnt += 1) {
      const planned = planMessage(sampleMessage(HEAT_SAMPLE, { fCnt }), intakeRules(NOBODY), () => false);
      if (planned.kind === 'quarantine') writer.addQuarantine(planned.record);
    }
  });
  outbox.close();
});
afterEach(async () => {
  await edge?.stop();
  edge = undefined;
  directory.remove();
});

const outboxFile = () => join(directory.path, OUTBOX_FILE);
const surroundings = (config = testConfig()) => ({
  outboxFile: outboxFile(),
  config,
  nowMs: () => RECEIVED_MS,
  say: (line: string) => said.push(line),
});

async function start(config: EdgeConfig): Promise<RunningEdge> {
  edge = await startEdge(config, {
    dataDir: directory.path,
    logger: pino({ level: 'silent' }),
    nowMs: () => RECEIVED_MS,
  });
  return edge;
}

async function status(): Promise<{ quarantine: unknown; outbox: unknown; unknownDevices: unknown }> {
  const answer = await fetch(`http://127.0.0.1:${edge?.ports.http}/`);
  return (await answer.json()) as Awaited<ReturnType<typeof status>>;
}

const metrics = async () => (await fetch(`http://127.0.0.1:${edge?.ports.http}/metrics`)).text();
/** The frame of sample 16, as its source hands it on. */
function sampleFrame() {
  const file = new URL('../../../test/samples/16-gwmp-push-data-heat.json', import.meta.url);
  const { datagramHex } = JSON.parse(readFileSync(file, 'utf8')) as { datagramHex: string };
  const datagram = readGwmp(Buffer.from(datagramHex, 'hex'));
  const [frame] = datagram.ok ? datagram.value.frames : [];
  return frameMessage(frame ?? expect.fail('no frame'), { topic: 'lorawan/roof', receivedMs: RECEIVED_MS });
}

function openSessions(file: string) {
  const sessions = readSessions(file);
  return sessions.ok ? sessions.value : expect.fail(sessions.fault.detail);
}

const followed = (id: number) => {
  const result = followReplay(outboxFile(), id);
  return result.ok ? result.value : expect.fail(result.fault.detail);
};

describe('replay', () => {
  it('is done by an edge that runs with the configuration, which counts it and says how far it is', async () => {
    await start(testConfig());
    const done = await replay({ ...OPTIONS, wait: true }, surroundings());
    expect(done).toEqual({ ok: true, value: { isRequested: true } });
    expect(said.at(-1)).toBe(`done: ${UPLINKS} taken`);
    expect(await status()).toMatchObject({ quarantine: { records: 0 }, outbox: { nextSequence: UPLINKS + 1 } });
    expect(await metrics()).toContain(`meetbrug_edge_replayed_total{outcome="taken"} ${UPLINKS}`);
  }, 20_000);

  it('opens frames when their keys were handed over and the edge was started again', async () => {
    const sessionsFile = join(directory.path, 'sessions.json');
    const session = { devEui: '24E124136C140009', devAddr: '260B4C2F', appSKey: '2b7e151628aed2a6abf7158809cf4f3c' };
    const handOver = (nwkSKey: string) => writeFileSync(sessionsFile, JSON.stringify([{ ...session, nwkSKey }]));
    const at = { name: 'plein', label: 'Plein', longitude: 3.7, latitude: 51 };
    const devices = [{ devEui: session.devEui, profile: 'milesight-em300-th', at }];
    const config = testConfig({ devices, lorawan: { sessionsFile } });
    handOver('0'.repeat(32));
    const sessions = new LorawanSessions(openSessions(sessionsFile), {
      frameCounterGapMax: 1,
      committedCounter: () => undefined,
    });
    const planned = planMessage(sampleFrame(), { ...intakeRules(config), sessions }, () => false);
    if (planned.kind !== 'quarantine') expect.fail(planned.kind);
    const { outbox } = openTestOutbox(directory.path);
    outbox.commit((writer) => writer.addQuarantine(planned.record));
    outbox.close();

    await start(config);
    handOver('3c4fcf098815f7aba6d2ae2816157e2b');
    const asked = { ...OPTIONS, reason: ['bad-mic'] };
    await replay({ ...asked, dryRun: true }, surroundings(config));
    expect(said).toContain('would be: 1 taken');
    await replay(asked, surroundings(config));
    await edge?.stop();
    await start(config);
    await vi.waitFor(() => expect(followed(1)?.progress.outcomes).toEqual({ taken: 1 }), WITHIN);
  }, 20_000);

  it('names a file of sessions that cannot be read, and asks nothing', async () => {
    const sessionsFile = join(directory.path, 'gone.json');
    const done = await replay(OPTIONS, surroundings(testConfig({ lorawan: { sessionsFile } })));
    expect(done).toMatchObject({ ok: false, fault: { code: 'bad-sessions' } });
    expect(!done.ok && done.fault.detail).toContain('lorawan.sessionsFile: cannot read');
  });

  it('asked of an edge that is stopped is done at its next start', async () => {
    await replay(OPTIONS, surroundings());
    expect(followed(1)?.takenMs).toBeUndefined();
    await start(testConfig());
    const isDone = { isDone: true, progress: { outcomes: { taken: UPLINKS } } };
    await vi.waitFor(() => expect(followed(1)).toMatchObject(isDone), WITHIN);
  }, 20_000);

  it('waits while the edge runs with another configuration, and goes on when it is started again', async () => {
    await start(NOBODY);
    expect(await status()).toMatchObject({
      unknownDevices: { count: 1, lastSeen: [{ device: '24E124136C140001', uplinks: UPLINKS }] },
    });
    await replay(OPTIONS, surroundings());
    await replay({ ...OPTIONS, reason: ['not-json'] }, surroundings(NOBODY));
    await vi.waitFor(() => expect(followed(2)?.isDone).toBe(true), WITHIN);
    expect(followed(1)).toMatchObject({ isDone: false, takenMs: undefined });
    await edge?.stop();
    await start(testConfig());
    await vi.waitFor(() => expect(followed(1)?.isDone).toBe(true), WITHIN);
    expect(await status()).toMatchObject({ unknownDevices: { count: 0 }, quarantine: { records: 0 } });
  }, 20_000);

  it('as a dry run says the same as it then comes to, and writes nothing', async () => {
    await replay({ ...OPTIONS, dryRun: true }, surroundings());
    expect(said).toEqual([`would be: ${UPLINKS} taken`]);
    await replay({ ...OPTIONS, dryRun: true }, surroundings(NOBODY));
    expect(said[1]).toBe(`would be: ${UPLINKS} still-failing (${UPLINKS} unknown-device)`);
    expect(followed(1)).toBeUndefined();
  });

  it.each([
    [
      'a time without a zone',
      { from: '2026-11-24T12:00:00' },
      /^--from: "2026-11-24T12:00:00" is no time with its zone/,
    ],
    ['a time backwards', { from: '2026-11-24T12:00:00Z', to: '2026-11-24T11:00:00Z' }, /^--to: must be later/],
    ['an empty reason', { reason: [''] }, /^--reason: /],
  ])('refuses %s and writes nothing down', async (_, options, detail) => {
    const refused = await replay({ ...OPTIONS, ...options }, surroundings());
    expect(refused.ok ? '' : refused.fault.detail).toMatch(detail);
    expect(followed(1)).toBeUndefined();
  });

  it('takes a codec whose text has changed for another configuration', () => {
    const codec = join(directory.path, 'codec.js');
    const fields = [{ path: 't', property: 'air-temperature', unit: 'Cel' }];
    const digest = (text: string) => {
      writeFileSync(codec, text);
      return configDigest(testConfig({ models: { own: { manufacturer: 'M', model: 'T', codec, fields } } }));
    };
    expect(digest('// one')).toBe(digest('// one'));
    expect(digest('// one')).not.toBe(digest('// two'));
  });
});
