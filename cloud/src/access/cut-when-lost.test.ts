import { fail, ok } from '@meetbrug/protocols/result';
import { expect, test } from 'vitest';
import { cutWhenLost } from './cut-when-lost.ts';

/** A body that goes on until nobody wants it, and changes that a test makes. */
function createLab(headers: Record<string, string> = {}) {
  const lab = { isGood: true, isCancelled: false, listeners: new Set<() => unknown>() };
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array([7])),
    cancel: () => {
      lab.isCancelled = true;
    },
  });
  const access = {
    onChanged(listener: () => void) {
      lab.listeners.add(listener);
      return () => void lab.listeners.delete(listener);
    },
  };
  const recognise = async () => (lab.isGood ? ok(undefined) : fail('credentials-refused', 'revoked'));
  const change = async () => {
    for (const listener of [...lab.listeners]) await listener();
  };
  return { lab, change, response: cutWhenLost(new Response(body, { headers }), recognise, access) };
}

test('a body goes on through changes that are not about its caller, and is cut by one that is', async () => {
  const { lab, change, response } = createLab();
  const reader = response.body?.getReader() ?? expect.fail();
  await change();
  expect((await reader.read()).value).toEqual(new Uint8Array([7]));
  lab.isGood = false;
  await change();
  await expect(reader.read()).rejects.toThrow('revoked or has expired');
  expect([lab.isCancelled, lab.listeners.size]).toEqual([true, 0]);
});

test('a reader that goes away ends the watching', async () => {
  const { lab, response } = createLab();
  const reader = response.body?.getReader() ?? expect.fail();
  await reader.read();
  await reader.cancel();
  expect([lab.isCancelled, lab.listeners.size]).toEqual([true, 0]);
});

test.each([{ 'Content-Length': '9' }, { 'Content-Type': 'text/event-stream; charset=utf-8' }])(
  'what is there already, and a stream of events, is left alone: %j',
  (headers) => expect(createLab(headers).lab.listeners.size).toBe(0),
);
