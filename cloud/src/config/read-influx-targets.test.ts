import { expect, test } from 'vitest';
import { readInfluxTargets } from './read-influx-targets.ts';
import { timeSeriesSchema } from './time-series-config.ts';

const files: Readonly<Record<string, string>> = { 'password.txt': 'geheim', 'token.txt': 'abc' };
const targets = [
  { name: 'een', version: 1, url: 'http://127.0.0.1:8086', database: 'm', username: 'u', passwordFile: 'password.txt' },
  { name: 'open', version: 1, url: 'http://127.0.0.1:8086', database: 'm' },
  {
    name: 'twee',
    version: 2,
    url: 'https://influx.example.org',
    organisation: 'stad',
    bucket: 'm',
    tokenFile: 'token.txt',
  },
  { name: 'drie', version: 3, url: 'http://127.0.0.1:8181', database: 'm', tokenFile: 'token.txt' },
];

test('credentials come from files, and a target without them has none', () => {
  const { influx } = timeSeriesSchema.parse({ influx: targets });
  const read = readInfluxTargets(influx, (file) => files[file]);
  expect(read).toMatchObject({
    ok: true,
    value: [{ login: { username: 'u', password: 'geheim' } }, { name: 'open' }, { token: 'abc' }, { token: 'abc' }],
  });
  expect(read.ok && 'login' in (read.value[1] ?? {})).toBe(false);
});

test('a file that cannot be read is named with its setting', () => {
  const { influx } = timeSeriesSchema.parse({ influx: targets });
  expect(readInfluxTargets(influx, () => undefined)).toMatchObject({
    ok: false,
    fault: { code: 'secret-unreadable', detail: 'timeSeries.influx[0].passwordFile: password.txt cannot be read' },
  });
});

test.each([
  ['a password in the address', { influx: [{ ...targets[1], url: 'http://u:p@host:8086' }] }],
  ['a query in the address', { influx: [{ ...targets[1], url: 'http://host:8086?db=x' }] }],
  ['two of one name', { influx: [targets[1], targets[1]] }],
  ['the name of the own store', { influx: [{ ...targets[1], name: 'store' }] }],
  ['a user without a password', { influx: [{ ...targets[1], username: 'u' }] }],
  ['version 2 without a token', { influx: [{ ...targets[2], tokenFile: undefined }] }],
  ['answers from a target that is not there', { influx: [], answerFrom: 'een' }],
])('%s is refused', (_, config) => {
  expect(timeSeriesSchema.safeParse(config).success).toBe(false);
});
