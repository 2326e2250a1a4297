import { describe, expect, it } from 'vitest';
import type { DeviceId, RawMessage } from './network-event.ts';
import { parseTelraam, splitTelraam } from './telraam.ts';

const row = {
  segment_id: 9_000_001_906,
  date: '2026-05-09T13:00:00.000Z',
  interval: 'hourly',
  uptime: 0.92,
  car: 312.5,
};

function message(body: unknown, device?: string): RawMessage {
  const said = device === undefined ? {} : { device: device as DeviceId };
  return { topic: '', payload: new TextEncoder().encode(JSON.stringify(body)), receivedMs: 0, ...said };
}

describe('a row of Telraam', () => {
  it('has the time of the end of its hour', () => {
    expect(parseTelraam(message(row))).toMatchObject({
      ok: true,
      value: {
        device: '9000001906',
        observedMs: Date.parse('2026-05-09T14:00:00Z'),
        timeSource: 'payload',
        decoded: { car: 312.5 },
      },
    });
  });

  it('is of the segment that the source asked for, or refused', () => {
    expect(parseTelraam(message(row, '9000001906'))).toMatchObject({ ok: true });
    expect(parseTelraam(message(row, '9000001907'))).toMatchObject({ ok: false });
  });

  it.each([
    ['a date without a zone', { ...row, date: '2026-05-09 13:00:00' }, 'bad-time'],
    ['another interval than the hour', { ...row, interval: 'daily' }, 'not-this-format'],
    ['an end beyond all years', { ...row, date: '9999-12-31T23:30:00Z' }, 'bad-time'],
    ['a segment that is no number', { ...row, segment_id: -1 }, 'not-this-format'],
    ['no fields', {}, 'not-this-format'],
  ])('with %s is refused', (_, body, code) => {
    expect(parseTelraam(message(body))).toMatchObject({ ok: false, fault: { code } });
  });
});

describe('a report of Telraam', () => {
  it('is divided into its rows, each with what the source said', () => {
    const parts = splitTelraam(message({ status_code: 200, report: [row, { ...row, car: 1 }] }, '9000001906'));
    expect(parts.ok && parts.value.map((part) => parseTelraam(part))).toMatchObject([
      { ok: true, value: { device: '9000001906', decoded: { car: 312.5 } } },
      { ok: true, value: { device: '9000001906', decoded: { car: 1 } } },
    ]);
  });

  it('of no hours is no message', () => {
    expect(splitTelraam(message({ report: [] }))).toEqual({ ok: true, value: [] });
  });

  it.each([
    ['an error', { status_code: 500, report: [] }],
    ['more rows than can be asked for', { report: Array.from({ length: 2233 }, () => ({})) }],
    ['no report', { message: 'ok' }],
  ])('with %s is refused', (_, body) => {
    expect(splitTelraam(message(body))).toMatchObject({ ok: false, fault: { code: 'not-this-format' } });
  });
});
