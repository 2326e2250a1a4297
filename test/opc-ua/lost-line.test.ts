import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Line } from './line.ts';
import { Station } from './station.ts';
import { node, StationReader } from './station-reader.ts';

const SETTINGS = { security: 'insecure-none', nodes: [node('Level')] };

describe('an OPC UA station behind a line that fails', () => {
  let folder: string;
  const closers: (() => Promise<void>)[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'meetbrug-opc-ua-line-'));
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(settings: object = {}) {
    const station = await Station.start({ pkiFolder: join(folder, 'station') });
    closers.push(() => station.kill());
    const line = await Line.open(station.port);
    closers.push(() => line.close());
    const reader = await StationReader.start(line.url, join(folder, 'edge'), { ...SETTINGS, ...settings });
    closers.push(() => reader.source.stop());
    await reader.heard('connected');
    const levels = () => reader.committed.map(({ values }) => values.level).filter((level) => level !== 0);
    return { station, line, reader, levels };
  }

  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  it('loses no value of an outage and has none twice, whenever the connections were reset', async () => {
    const { station, line, reader, levels } = await start();
    let last = 0;
    for (const cutAfter of [3, 6]) {
      const before = station.ramp(['Level'], last + 1, last + 8);
      await reader.hasCommitted(({ values }) => values.level === last + cutAfter);
      line.cut();
      await before;
      await station.ramp(['Level'], last + 9, last + 12);
      line.mend();
      await station.ramp(['Level'], last + 13, last + 16);
      last += 16;
      await reader.hasCommitted(({ values }) => values.level === last);
    }
    expect(levels()).toEqual(upTo(last));
    expect(reader.said.filter((line) => line.includes('the connection is lost'))).toHaveLength(2);
  }, 90_000);

  it('loses nothing that was sent into a dead line, of which nobody is told', async () => {
    const { station, line, reader, levels } = await start({ silenceMaxSeconds: 2 });
    const before = station.ramp(['Level'], 1, 12);
    await reader.hasCommitted(({ values }) => values.level === 4);
    line.kill();
    await before;
    await reader.heard('the connection is lost');
    await station.ramp(['Level'], 13, 16);
    expect(levels().length).toBeLessThan(12);
    line.mend();
    await station.ramp(['Level'], 17, 20);
    await reader.hasCommitted(({ values }) => values.level === 20);
    expect(levels()).toEqual(upTo(20));
  }, 90_000);
});
