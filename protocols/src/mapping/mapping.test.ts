import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactDecimal, formatDecimal } from '../observation/decimal.ts';
import { formatInstant } from '../observation/instant.ts';
import { compileMapping, MAPPED_VALUES_MAX, type MappingField, readMapped, type TimeFormat } from './mod.ts';

const RECEIVED_MS = Date.UTC(2026, 6, 14, 14);
const air = { property: 'air-temperature', unit: 'Cel' } as const;
const distance = { property: 'water-distance', unit: 'mm' } as const;

function compiled(fields: readonly MappingField[]) {
  const mapping = compileMapping(fields);
  return mapping.ok ? mapping.value : expect.fail(mapping.faults.map(({ detail }) => detail).join('; '));
}

const read = (fields: readonly MappingField[], decoded: unknown) => readMapped(compiled(fields), decoded, RECEIVED_MS);

/** Readings as text: `channel=value` and the time where the message says one. */
function readings(fields: readonly MappingField[], decoded: unknown): string[] {
  const result = read(fields, decoded);
  if (!result.ok) return [result.fault.code];
  return result.value.readings.map(
    ({ channel, value, atMs }) =>
      `${channel}=${formatDecimal(value)}${atMs === undefined ? '' : ` ${formatInstant(atMs)}`}`,
  );
}

describe('a mapping reads', () => {
  it.each<[string, string, unknown, string]>([
    ['a field at the top', 'temperature', { temperature: 31.3 }, 'temperature=31.3'],
    ['a field deep inside', 'BME280.Temperature', { BME280: { Temperature: 30.9 } }, 'Temperature=30.9'],
    ['one entry of an array', 'messages[1].t', { messages: [{ t: 1 }, { t: 2 }] }, 't=2'],
    ['a name with dots, blanks or brackets', '["air.temp [C]"]', { 'air.temp [C]': 4 }, 'air.temp [C]=4'],
    ['a name with slashes', 'Level/Upstream', { 'Level/Upstream': 2.341 }, 'Level/Upstream=2.341'],
    ['the noise of a 32-bit float', 't', { t: 24.200000762939453 }, 't=24.200000763'],
    ['the noise of a 64-bit float', 't', { t: 0.1 + 0.2 }, 't=0.3'],
    ['a number as text', 't', { t: '24.59' }, 't=24.59'],
    ['a number with its unit', 't', { t: '21.5 °C' }, 't=21.5'],
    ['a negative number in scientific notation', 't', { t: '-1.5e1' }, 't=-15'],
    ['a flag', 't', { t: true }, 't=1'],
  ])('%s', (_, path, decoded, expected) => {
    expect(readings([{ path, ...air }], decoded)).toEqual([expected]);
  });

  it('history entries with their own times, as one channel with the live value', () => {
    const fields: MappingField[] = [
      { path: 'temperature', ...air },
      { path: 'history[].temperature', ...air, time: 'ts', timeFormat: 's' },
    ];
    const decoded = { temperature: 31, history: [{ ts: 1_784_034_900, temperature: 30.5 }, { ts: 1_784_034_960 }] };
    expect(readings(fields, decoded)).toEqual(['temperature=31', 'temperature=30.5 2026-07-14T13:15:00Z']);
    expect(Object.keys(compiled(fields).channels)).toEqual(['temperature']);
  });

  it('entries of arrays within arrays', () => {
    const fields: MappingField[] = [{ path: 'days[].hours[].t', ...air, time: 'at' }];
    const at = '2026-07-14T13:15:00Z';
    const decoded = { days: [{ hours: [{ t: 1, at }] }, { hours: [{ t: 2, at }] }, {}, { hours: 'none' }] };
    expect(readings(fields, decoded)).toEqual([`t=1 ${at}`, `t=2 ${at}`]);
  });

  it.each<[TimeFormat, unknown, string]>([
    ['iso', '2026-07-14T15:15:00.5+02:00', '2026-07-14T13:15:00.500Z'],
    ['s', 1_784_034_900.123, '2026-07-14T13:15:00.123Z'],
    ['s', '1784034900', '2026-07-14T13:15:00Z'],
    ['ms', 1_784_034_900_123, '2026-07-14T13:15:00.123Z'],
    ['iso-local', '2026-07-14T15:15:00', '2026-07-14T13:15:00Z'],
  ])('a time in the form %s: %j', (timeFormat, at, expected) => {
    expect(readings([{ path: 't', ...air, time: 'at', timeFormat }], { t: 1, at })).toEqual([`t=1 ${expected}`]);
  });

  it('value × scale + offset, exactly', () => {
    const field = { path: 'd', ...distance, scale: exactDecimal(1, 1), offset: exactDecimal(-12) };
    expect(readings([field], { d: 20_253 })).toEqual(['d=2013.3']);
  });
});

describe('a mapping gives no reading for', () => {
  const sentinels: MappingField = { path: 'd', ...distance, missing: [65_535, -1, 'ERR'] };

  it.each([65_535, '65535', '65535 mm', -1, 'ERR', ' ERR ', null, 'NaN', '', 'unavailable'])(
    '%j, which says that there is none',
    (d) => {
      const result = read([sentinels], { d });
      expect(result).toMatchObject({ ok: true, value: { readings: [], missing: [{ channel: 'd' }], refused: [] } });
    },
  );

  it.each(['3,5', '1-ABC-123', '2026-07-14', '12:30', '0x1F', 'twelve', '1e999', '1.2.3', {}, [], 1e300])(
    '%j, which is no number, and refuses it alone',
    (d) => {
      const result = read([sentinels, { path: 't', ...air }], { d, t: 1 });
      expect(result).toMatchObject({ ok: true, value: { readings: [{ channel: 't' }], missing: [] } });
      expect(result.ok && result.value.refused).toHaveLength(1);
      expect(JSON.stringify(result)).not.toContain('ABC');
    },
  );

  it('a text whose unit is another than the mapping says', () => {
    const result = read([{ path: 'd', property: 'water-distance', unit: 'm' }], { d: '2025 mm' });
    expect(result.ok && result.value.refused).toEqual(['d: the text says mm, the mapping m']);
  });

  it.each([
    ['a time of another form', 'yesterday', { refused: [expect.stringContaining('its time')], missing: [] }],
    ['no time', undefined, { refused: [expect.stringContaining('its time')], missing: [] }],
    ['a clock that was not set', '1970-01-01T00:03:00Z', { refused: [], missing: [{ channel: 't' }] }],
  ])('a value with %s', (_, at, expected) => {
    const result = read([{ path: 't', ...air, time: 'at' }], { t: 1, at });
    expect(result).toMatchObject({ ok: true, value: { readings: [], ...expected } });
  });
});

describe('a message', () => {
  it.each([
    ['without an object', undefined, 'mapping-no-object'],
    ['with a bare value', 7, 'mapping-no-object'],
    ['with none of the fields', { other: 1 }, 'mapping-nothing-found'],
    [
      'with more values than fit',
      { h: Array.from({ length: MAPPED_VALUES_MAX + 1 }, () => ({ t: 1 })) },
      'mapping-too-many-values',
    ],
  ])('%s is a fault', (_, decoded, code) => {
    const fields: MappingField[] = [{ path: 'h[].t', ...air, time: 'at' }];
    expect(read(fields, decoded)).toMatchObject({ ok: false, fault: { code } });
  });

  it('never reads what an object only inherits', () => {
    const fields: MappingField[] = [
      { path: 'constructor.name', ...air },
      { path: 'a.length', ...air, channel: 'l' },
    ];
    expect(read(fields, { a: [1, 2] })).toMatchObject({ ok: false, fault: { code: 'mapping-nothing-found' } });
  });

  it('of any shape ends in a result that is bounded and holds decimals only', () => {
    const paths = ['a', 'a.b', 'a[0].b', 'a[].b', '[].a', 'a[].b[].c', 'b.a'];
    const fields = paths.map((path, index): MappingField => ({ path, ...air, time: 'time', channel: `c${index}` }));
    const mapping = compiled(fields);
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.double(),
        fc.string({ maxLength: 8 }),
        fc.constantFrom(null, true, 'NaN', '12 mm', 1e21, -0),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'time', '__proto__'), tie('value'), { maxKeys: 4 }),
      ),
    })).value;
    let readCount = 0;
    fc.assert(
      fc.property(json, (decoded) => {
        const result = readMapped(mapping, decoded, RECEIVED_MS);
        if (!result.ok) return;
        const { readings: values, missing, refused } = result.value;
        readCount += values.length + missing.length + (refused?.length ?? 0);
        expect(values.length).toBeLessThanOrEqual(MAPPED_VALUES_MAX);
        for (const { value } of values) expect(formatDecimal(value)).toMatch(/^-?\d{1,15}(?:\.\d{1,9})?$/);
      }),
      { seed: 7, numRuns: 10_000 },
    );
    expect(readCount).toBeGreaterThan(1_000);
  });
});

describe('a mapping is refused', () => {
  it.each<[string, Partial<MappingField>, string]>([
    ['for a path that is none', { path: 'a..b' }, 'path'],
    ['for a path with an open bracket', { path: 'a[1' }, 'path'],
    ['for a path that is too deep', { path: Array.from({ length: 17 }, () => 'a').join('.') }, 'path'],
    ['for several values without times', { path: 'a[].b' }, 'time'],
    ['for a time that is no path', { path: 'a', time: '..' }, 'time'],
    ['for a path without a name', { path: '[0]' }, 'channel'],
  ])('%s', (_, field, setting) => {
    const result = compileMapping([
      { path: 'fine', ...air },
      { path: 'a', ...air, ...field },
    ]);
    expect(result).toMatchObject({ ok: false, faults: [{ index: 1, setting }] });
  });

  it('where two fields of one channel mean different things', () => {
    const result = compileMapping([
      { path: 'in.temperature', ...air },
      { path: 'probe.temperature', property: 'probe-temperature', unit: 'Cel' },
    ]);
    expect(result).toMatchObject({ ok: false, faults: [{ index: 1, setting: 'channel' }] });
  });
});
