import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpcUaMessage } from '@meetbrug/protocols/uplinks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { opcUaSchema } from '../../edge/src/config/sources/opc-ua-config.ts';
import type { IntakeOutcome } from '../../edge/src/intake/intake.ts';
import { NO_SESSIONS } from '../../edge/src/lorawan/sessions.ts';
import { MACHINE_SCHEDULER } from '../../edge/src/scheduler.ts';
import { type OpcUaSource, startOpcUa } from '../../edge/src/sources/opc-ua/start-opc-ua.ts';
import { Webhooks } from '../../edge/src/sources/webhook/webhooks.ts';
import { waitFor } from '../harness/wait-for.ts';
import { METRE, STATION_NAMESPACE, Station } from './station.ts';

const node = (name: string, more: object = {}) => ({
  node: `nsu=${STATION_NAMESPACE};s=${name}`,
  device: 'ps01',
  field: name.toLowerCase(),
  ...more,
});

describe('the OPC UA source, against a real server', () => {
  let folder: string;
  const closers: (() => Promise<void>)[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'meetbrug-opc-ua-'));
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startStation(options: Partial<Parameters<typeof Station.start>[0]> = {}): Promise<Station> {
    const station = await Station.start({ pkiFolder: join(folder, 'station'), ...options });
    closers.push(() => station.kill());
    return station;
  }

  /** A source whose messages are committed as the test says, and what it observed. */
  async function read(url: string, settings: object = {}) {
    const committed: OpcUaMessage[] = [];
    const said: string[] = [];
    let answer: IntakeOutcome = { ok: true, value: undefined };
    const config = opcUaSchema.parse({
      kind: 'opc-ua',
      name: 'station',
      url,
      samplingIntervalMs: 20,
      publishingIntervalMs: 50,
      nodes: [node('Level', { unit: 'm' }), node('Flow')],
      ...settings,
    });
    const source: OpcUaSource = await startOpcUa(config, {
      edge: 'edge-1',
      dataDir: join(folder, 'edge'),
      nowMs: Date.now,
      scheduler: MACHINE_SCHEDULER,
      deliver: ({ payload }, done) => {
        const outcome = answer;
        if (outcome.ok) committed.push(JSON.parse(Buffer.from(payload).toString()) as OpcUaMessage);
        setImmediate(() => done(outcome));
      },
      observer: {
        connected: () => said.push('connected'),
        disconnected: (detail) => said.push(`disconnected: ${detail}`),
        skipped: (reason, count) => said.push(`lost ${reason} ${count}`),
        failed: (detail) => said.push(detail.slice(detail.indexOf(';') + 1)),
      },
      readSecret: () => 'let me read',
      webhooks: new Webhooks(),
      sessions: NO_SESSIONS,
    });
    closers.push(() => source.stop());
    const heard = (text: string, timeoutMs = 40_000) =>
      waitFor(
        () => said.find((line) => line.includes(text)),
        timeoutMs,
        () => `"${text}" was not said: ${said}`,
      );
    const hasCommitted = (find: (message: OpcUaMessage) => boolean, timeoutMs = 40_000) =>
      waitFor(
        () => committed.find(find),
        timeoutMs,
        () => `${committed.length} messages; ${said}`,
      );
    const connectedAgain = () =>
      waitFor(
        () => said.filter((line) => line === 'connected').length > 1 || undefined,
        40_000,
        () => `not connected again: ${said}`,
      );
    return {
      connectedAgain,
      committed,
      said,
      heard,
      hasCommitted,
      source,
      answer: (outcome: IntakeOutcome) => {
        answer = outcome;
      },
    };
  }

  /** Reads with the fingerprint that a first, refused attempt has named. */
  async function readTrusting(station: Station, settings: object = {}) {
    const refused = await read(station.url, settings);
    const line = await refused.heard('trustedServers');
    const fingerprint = /SHA-256 ([0-9a-f]{64})/.exec(line)?.[1];
    await refused.source.stop();
    expect(refused.committed).toEqual([]);
    const reading = await read(station.url, { trustedServers: [fingerprint], ...settings });
    await reading.heard('connected');
    return reading;
  }

  it('refuses an unknown server and names its fingerprint, then reads it, with times and quality, and changes nothing', async () => {
    const station = await startStation();
    const reading = await readTrusting(station);
    const time = Date.UTC(2026, 6, 14, 13, 20);
    await station.set({ name: 'Level', value: 4.25, time }, { name: 'Flow', value: 0.125, time });
    const message = await reading.hasCommitted(({ values }) => values.level === 4.25);
    expect(message).toEqual({
      device: 'ps01',
      time: '2026-07-14T13:20:00Z',
      timeSource: 'payload',
      values: { level: 4.25, flow: 0.125 },
    });

    await station.set({ name: 'Level', value: 4.5, status: 'UncertainInitialValue', time: time + 1_000 });
    await reading.hasCommitted(({ uncertain, values }) => uncertain === true && values.level === 4.5);
    const { changes } = await station.set({
      name: 'Level',
      value: 4.75,
      status: 'BadSensorFailure',
      time: time + 2_000,
    });
    await reading.heard('lost bad-status 1');
    expect(reading.committed.some(({ values }) => values.level === 4.75)).toBe(false);
    expect(changes).toBe(0);
    const key = statSync(join(folder, 'edge', 'opc-ua', 'station', 'own', 'private', 'private_key.pem'));
    expect(key.mode & 0o077).toBe(0);
  }, 60_000);

  it('goes on after the server was killed and started again with other namespace indices, and nothing comes twice', async () => {
    const pkiFolder = join(folder, 'station');
    const station = await startStation({ pkiFolder });
    const reading = await readTrusting(station);
    await station.set({ name: 'Level', value: 1, time: 1_000_000 });
    await reading.hasCommitted(({ values }) => values.level === 1);
    await station.kill();
    await reading.heard('disconnected: the connection is lost');
    const again = await startStation({ pkiFolder, port: station.port, namespacesBefore: ['urn:example:other'] });
    await reading.heard('other namespaces');
    await reading.connectedAgain();
    await again.set({ name: 'Level', value: 2, time: 2_000_000 });
    await reading.hasCommitted(({ values }) => values.level === 2);
    const levels = reading.committed.filter(({ values }) => values.level !== undefined && values.level > 0);
    expect(levels.map(({ values }) => values.level)).toEqual([1, 2]);
  }, 90_000);

  it('reads the good nodes although one does not exist, one states another unit and one vanishes', async () => {
    const station = await startStation({
      variables: [
        { name: 'Level', unit: METRE },
        { name: 'Flow' },
        { name: 'Depth', unit: { ...METRE, unitId: -1, displayName: 'cm' } },
      ],
    });
    const nodes = [node('Level'), node('Flow'), node('Depth', { unit: 'm' }), node('Nothing')];
    const reading = await readTrusting(station, { nodes });
    await reading.heard('s=Nothing: the server answers BadNodeIdUnknown');
    await reading.heard('s=Depth: the server says that it is in "cm"');
    await station.set({ name: 'Level', value: 1, time: 1_000_000 });
    await reading.hasCommitted(({ values }) => values.level === 1);
    await station.remove('Flow');
    await station.set({ name: 'Level', value: 2, time: 2_000_000 });
    await reading.hasCommitted(({ values }) => values.level === 2);
    expect(reading.committed.some(({ values }) => 'depth' in values)).toBe(false);
  }, 60_000);

  it('keeps what was reported while nothing could be committed, in order, and delivers each value once', async () => {
    const station = await startStation();
    const reading = await readTrusting(station);
    reading.answer({ ok: false, fault: { code: 'outbox-full', detail: 'full' } });
    for (let value = 1; value <= 40; value += 1) {
      await station.set({ name: 'Level', value, time: value * 1_000 });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await station.set({ name: 'Level', value: 1_000, time: 1_000_000 });
    reading.answer({ ok: true, value: undefined });
    await reading.hasCommitted(({ values }) => values.level === 1_000);
    const levels = reading.committed.flatMap(({ values }) => (values.level === undefined ? [] : [values.level]));
    expect(new Set(levels).size).toBe(levels.length);
  }, 60_000);

  it('makes the connection anew when nothing comes any more, as from a dead socket or a server that hangs', async () => {
    const station = await startStation();
    const reading = await readTrusting(station, { silenceMaxSeconds: 1 });
    station.freeze();
    await reading.heard('nothing has come for 1000 ms');
    station.thaw();
    await reading.connectedAgain();
    await station.set({ name: 'Level', value: 7, time: 7_000_000 });
    await reading.hasCommitted(({ values }) => values.level === 7);
  }, 60_000);

  it('starts its process again when that is killed', async () => {
    const station = await startStation();
    const reading = await readTrusting(station);
    const { pid } = reading.source;
    const first = pid();
    process.kill(first as number, 'SIGKILL');
    await reading.heard('it starts again in 1000 ms');
    await reading.connectedAgain();
    expect(pid()).not.toBe(first);
    await station.set({ name: 'Level', value: 7, time: 7_000_000 });
    await reading.hasCommitted(({ values }) => values.level === 7);
    const status = readFileSync(`/proc/${pid()}/status`, 'utf8');
    const residentMb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
    expect(residentMb).toBeLessThan(320);
  }, 60_000);
});
