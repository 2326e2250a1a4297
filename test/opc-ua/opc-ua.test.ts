import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { METRE, Station } from './station.ts';
import { node, StationReader } from './station-reader.ts';

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

  async function read(url: string, settings: object = {}): Promise<StationReader> {
    const reader = await StationReader.start(url, join(folder, 'edge'), settings);
    closers.push(() => reader.source.stop());
    return reader;
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

  it('lets the server keep what there is no room for, until it can be committed, and loses none of it', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `Level${index}`);
    const station = await startStation({ variables: names.map((name) => ({ name })) });
    const nodes = names.map((name) => node(name, { device: name, field: 'level' }));
    const reading = await read(station.url, { security: 'insecure-none', nodes, waitingMessagesMax: 100 });
    await reading.heard('connected');
    await station.ramp(names, 1, 1);
    await reading.hasCommitted(({ device, values }) => device === 'Level59' && values.level === 1);
    reading.answer({ ok: false, fault: { code: 'outbox-full', detail: 'full' } });
    await station.ramp(names, 2, 9);
    reading.answer({ ok: true, value: undefined });
    for (const name of names) await reading.hasCommitted(({ device, values }) => device === name && values.level === 9);
    const levels = Map.groupBy(reading.committed, ({ device }) => device);
    for (const name of names) {
      const ofNode = levels.get(name)?.map(({ values }) => values.level ?? 0) ?? [];
      expect(ofNode.filter((level) => level > 0).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    expect(reading.said.filter((line) => line.includes('queue-full'))).toEqual([]);
  }, 60_000);

  it('makes the connection anew when nothing comes any more, as from a dead socket or a server that hangs', async () => {
    const station = await startStation();
    const reading = await readTrusting(station, { silenceMaxSeconds: 1 });
    station.freeze();
    await reading.heard('disconnected: the connection is lost');
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
