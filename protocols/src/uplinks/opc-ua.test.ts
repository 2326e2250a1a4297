import { describe, expect, it } from 'vitest';
import { parseOpcUa } from './opc-ua.ts';

const BODY = { device: 'ps01', time: '2026-07-14T13:20:00.250Z', timeSource: 'payload', values: { level: 4.25 } };

function parse(body: unknown) {
  return parseOpcUa({ topic: 'opc-ua/sluice', payload: Buffer.from(JSON.stringify(body)), receivedMs: 0 });
}

describe('parseOpcUa', () => {
  it('gives the values of a device at the time that the server states', () => {
    expect(parse(BODY)).toMatchObject({
      ok: true,
      value: {
        kind: 'uplink',
        format: 'opc-ua',
        device: 'ps01',
        observedMs: Date.UTC(2026, 6, 14, 13, 20, 0, 250),
        timeSource: 'payload',
        decoded: { level: 4.25 },
      },
    });
  });

  it('flags values that the server calls uncertain', () => {
    expect(parse({ ...BODY, uncertain: true })).toMatchObject({ value: { flags: ['device-reported-fault'] } });
    expect(parse(BODY)).not.toHaveProperty('value.flags');
  });

  it.each([
    ['a device without a name', { ...BODY, device: 'a b' }, 'not-this-format'],
    ['a time without a zone', { ...BODY, time: '2026-07-14T13:20:00' }, 'bad-time'],
    ['a value that is no number', { ...BODY, values: { level: '4' } }, 'not-this-format'],
    ['an unknown member', { ...BODY, more: 1 }, 'not-this-format'],
  ])('refuses %s', (_, body, code) => {
    expect(parse(body)).toMatchObject({ ok: false, fault: { code } });
  });
});
