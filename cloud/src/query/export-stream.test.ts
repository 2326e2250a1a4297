import { expect, test } from 'vitest';
import { type ExportPart, exportStream } from './export-stream.ts';

const part = (text: string, isLast = false): ExportPart => ({ bytes: new TextEncoder().encode(text), isLast });

/** A source of so many parts that remembers what was asked of it, and a timer that a test lets run out. */
function rig(parts: number) {
  const log: string[] = [];
  let runOut: () => void = () => undefined;
  const body = exportStream(
    part('0'),
    {
      async readPart(signal) {
        signal.throwIfAborted();
        const number = log.filter((line) => line === 'read').length + 1;
        log.push('read');
        return part(String(number), number === parts - 1);
      },
      onEnd: () => void log.push('end'),
    },
    {
      stalledAfterMs: 1_000,
      startTimer(_ms, run) {
        runOut = run;
        return () => {
          runOut = () => undefined;
        };
      },
    },
  );
  return { body, log, stall: () => runOut() };
}

test('an export is its parts, one after the other', async () => {
  const { body, log } = rig(3);
  expect(await new Response(body).text()).toBe('012');
  expect(log).toEqual(['read', 'read', 'end']);
});

test('nothing is read ahead of the reader', async () => {
  const { body, log } = rig(1_000_000);
  const reader = body.getReader();
  expect(log).toEqual([]);
  await reader.read();
  await reader.read();
  expect(log).toEqual(['read']);
});

test('a reader that goes away ends the reading', async () => {
  const { body, log } = rig(1_000_000);
  const reader = body.getReader();
  await reader.read();
  await reader.read();
  await reader.cancel();
  expect(log).toEqual(['read', 'end']);
});

test('a reader that takes nothing is given up', async () => {
  const { body, log, stall } = rig(1_000_000);
  const reader = body.getReader();
  await reader.read();
  stall();
  expect(log).toEqual(['end']);
  await expect(reader.read()).rejects.toThrow('took nothing');
});

test('a part that fails breaks the body off', async () => {
  const body = exportStream(
    part('0'),
    { readPart: () => Promise.reject(new Error('no store')), onEnd: () => undefined },
    { stalledAfterMs: 1, startTimer: () => () => undefined },
  );
  await expect(new Response(body).text()).rejects.toThrow();
});
