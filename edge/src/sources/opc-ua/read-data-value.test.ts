import { describe, expect, it } from 'vitest';
import { type ReportedValue, readDataValue } from './read-data-value.ts';

const SOURCE = new Date('2026-07-14T13:20:00.250Z');
const SERVER = new Date('2026-07-14T13:20:01Z');
const ARRIVED_MS = Date.UTC(2026, 6, 14, 13, 20, 2);
const reported = (more: Partial<ReportedValue>): ReportedValue => ({
  value: 1,
  isSingle: false,
  statusCode: 0,
  sourceTime: SOURCE,
  serverTime: SERVER,
  ...more,
});
const read = (more: Partial<ReportedValue>) => readDataValue(reported(more), ARRIVED_MS);

describe('readDataValue', () => {
  it.each([
    ['a double', { value: 4.25 }, 4.25],
    ['a float without the noise of its width', { value: Math.fround(24.2), isSingle: true }, 24.2],
    ['a boolean', { value: true }, 1],
    ['a 64-bit integer', { value: [1, 2] }, 4_294_967_298],
    ['a negative 64-bit integer', { value: [4_294_967_295, 4_294_967_295] }, -1],
  ])('reads %s', (_, more, value) => {
    expect(read(more)).toMatchObject({ kind: 'value', value });
  });

  it.each([
    ['a text', { value: '4.25' }],
    ['no value', { value: null }],
    ['an array', { value: [1, 2, 3] }],
    ['a number that is none', { value: Number.NaN }],
    ['a 64-bit integer that loses digits', { value: [2_097_152, 1] }],
  ])('takes %s for no number', (_, more) => {
    expect(read(more)).toEqual({ kind: 'lost', reason: 'no-number' });
  });

  it.each([
    [0x0000_0000, { kind: 'value', uncertain: false }],
    [0x4092_0000, { kind: 'value', uncertain: true }],
    [0x808c_0000, { kind: 'lost', reason: 'bad-status' }],
    [0xc000_0000, { kind: 'lost', reason: 'bad-status' }],
  ])('judges the status code %i', (statusCode, expected) => {
    expect(read({ statusCode })).toMatchObject(expected);
  });

  it('takes the source timestamp, else the server timestamp, else the arrival, and says which', () => {
    expect(read({})).toMatchObject({ time: '2026-07-14T13:20:00.250Z', timeSource: 'payload' });
    expect(read({ sourceTime: null })).toMatchObject({ time: '2026-07-14T13:20:01Z', timeSource: 'gateway' });
    const unset = new Date(Date.UTC(1601, 0, 1));
    expect(read({ sourceTime: unset, serverTime: null })).toMatchObject({
      time: '2026-07-14T13:20:02Z',
      timeSource: 'edge',
    });
  });
});
