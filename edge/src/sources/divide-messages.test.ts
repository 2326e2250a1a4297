import type { RawMessage } from '@meetbrug/protocols/uplinks';
import { describe, expect, it, vi } from 'vitest';
import type { DeliverMessage, IntakeOutcome } from '../intake/intake.ts';
import { divideMessages } from './divide-messages.ts';

const TAKEN: IntakeOutcome = { ok: true, value: undefined };
const FULL: IntakeOutcome = { ok: false, fault: { code: 'outbox-full', detail: 'full' } };

function pack(...devices: string[]): RawMessage {
  const records = devices.map((name) => ({ bn: `${name}:`, n: 'temperature', u: 'Cel', v: 20, t: 1_783_000_000 }));
  return { topic: 'senml', payload: Buffer.from(JSON.stringify(records)), receivedMs: 0, format: 'senml' };
}

/** Every part is answered by hand. */
function create() {
  const parts: { message: RawMessage; done: (outcome: IntakeOutcome) => void }[] = [];
  const deliver: DeliverMessage = (message, done) => parts.push({ message, done });
  const skipped = vi.fn();
  return { parts, skipped, divide: divideMessages(deliver, (message) => message, { skipped }) };
}

describe('divideMessages', () => {
  it('answers the sender when all parts are durable, not before', () => {
    const { parts, divide } = create();
    const done = vi.fn();
    divide(pack('mast-1', 'mast-2'), done);
    expect(parts).toHaveLength(2);
    parts[1]?.done(TAKEN);
    expect(done).not.toHaveBeenCalled();
    parts[0]?.done(TAKEN);
    expect(done.mock.calls).toEqual([[TAKEN]]);
  });

  it('answers with the fault of any part, so that the sender delivers all of them again', () => {
    const { parts, divide } = create();
    const done = vi.fn();
    divide(pack('mast-1', 'mast-2', 'mast-3'), done);
    parts[1]?.done(FULL);
    parts[0]?.done(TAKEN);
    parts[2]?.done(TAKEN);
    expect(done.mock.calls).toEqual([[FULL]]);
  });

  it('hands on what cannot be divided, for the intake to say why', () => {
    const { parts, divide } = create();
    const message = { ...pack(), payload: Buffer.from('no JSON') };
    divide(message, vi.fn());
    expect(parts.map((part) => part.message)).toEqual([message]);
  });

  it('answers at once what gives no message, and says of Sparkplug that the names are missing', async () => {
    const { parts, divide, skipped } = create();
    const done = vi.fn();
    const payload = new Uint8Array([0x08, 0x01, 0x18, 0x05]);
    divide({ topic: 'spBv1.0/city/DDATA/node/device', payload, receivedMs: 0 }, done);
    await vi.waitFor(() => expect(done.mock.calls).toEqual([[TAKEN]]));
    expect(parts).toEqual([]);
    expect(skipped.mock.calls).toEqual([['no-birth']]);
  });
});
